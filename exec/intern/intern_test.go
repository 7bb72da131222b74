package intern

import (
	"fmt"
	"testing"

	"spl/exec/column"
)

func TestTexts(t *testing.T) {
	var a, b Texts
	for i := range 5000 {
		if id := a.Add(fmt.Sprint("k", i)); id != uint32(i) {
			t.Fatalf("text %d got id %d", i, id)
		}
	}
	for i := range 5000 {
		s := fmt.Sprint("k", i)
		if a.Add(s) != uint32(i) || a.AddBytes([]byte(s)) != uint32(i) || a.Find(s) != uint32(i) || a.Text(uint32(i)) != s {
			t.Fatalf("%s is not found again", s)
		}
	}
	if a.Find("nope") != None || b.Find("k1") != None || a.Len() != 5000 || a.Bytes() == 0 {
		t.Error("a text that was not added is found, or sizes are wrong")
	}
	b.Add("k7")
	b.Add("new")
	if to := a.Absorb(&b); to[0] != 7 || to[1] != 5000 {
		t.Errorf("absorbed as %v", to)
	}
}

// TestRoom: what is foretold is what is taken, up to the sizes that memory comes in.
func TestRoom(t *testing.T) {
	var a Texts
	tup := NewTuples(2)
	at := 0
	for _, n := range []int{1, 5, 100, 3, 5000, 1, 700, 20000} {
		texts := make([]string, n)
		size := 0
		for i := range texts {
			texts[i] = fmt.Sprint("text ", at+i)
			size += len(texts[i])
		}
		room, before := a.Room(n, int64(size)), a.Bytes()
		tupRoom, tupBefore := tup.Room(n), tup.Bytes()
		for i, s := range texts {
			a.Add(s)
			tup.Add([]uint32{uint32(at + i), 1})
		}
		at += n
		for _, x := range []struct{ foretold, taken int64 }{{room, a.Bytes() - before}, {tupRoom, tup.Bytes() - tupBefore}} {
			if x.taken > x.foretold*9/8+256 || x.foretold > 4*x.taken+int64(4*size+64*n) {
				t.Errorf("after %d, %d more take %d bytes, %d were foretold", at-n, n, x.taken, x.foretold)
			}
		}
	}
	if a.Room(0, 0) != 0 || tup.Room(0) != 0 {
		t.Error("nothing needs room")
	}
}

// TestTextsCodes goes both ways through a column: by dictionary entry and row by row.
func TestTextsCodes(t *testing.T) {
	var entries []string
	for i := range 1000 {
		entries = append(entries, fmt.Sprint("e", i%700)) // some twice: a plain dictionary
	}
	d := column.DictionaryOf(entries...)
	for _, codes := range [][]uint32{{1, 0, 701, 5}, make([]uint32, 2000)} {
		if len(codes) == 2000 {
			for i := range codes {
				codes[i] = uint32(i % 1001)
			}
		}
		var a Texts
		ids := a.Codes(d, codes, nil)
		for i, c := range codes {
			want := None
			if c > 0 {
				want = a.Find(d.Text(int(c - 1)))
			}
			if ids[i] != want || a.Code(d, c) != want {
				t.Fatalf("code %d is %d, want %d", c, ids[i], want)
			}
		}
	}
}

func TestPairsAndTuples(t *testing.T) {
	var p Pairs
	tup := NewTuples(3)
	for i := range uint32(3000) {
		for _, isNew := range []bool{true, false} {
			n, fresh := p.Add(Pair(i%50, i))
			m, freshTuple := tup.Add([]uint32{i % 50, i, 7})
			if n != i || m != i || fresh != isNew || freshTuple != isNew {
				t.Fatalf("%d: %d %v, %d %v", i, n, fresh, m, freshTuple)
			}
		}
	}
	if p.Find(Pair(1, 1)) != 1 || p.Find(Pair(2, 1)) != None || p.Key(3) != Pair(3, 3) || p.Len() != 3000 {
		t.Error("pairs are not found again")
	}
	if tup.Find([]uint32{1, 1, 7}) != 1 || tup.Find([]uint32{1, 1, 8}) != None || tup.At(2)[1] != 2 || tup.Len() != 3000 {
		t.Error("tuples are not found again")
	}
}
