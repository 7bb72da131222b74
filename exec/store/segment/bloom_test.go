package segment

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"spl/exec/column"
	"spl/lang/pattern"
)

// TestBlooms: filters lose no match, in texts of JSON, XML and none, and leave most columns unread.
func TestBlooms(t *testing.T) {
	var plain []string
	for i := range 300 {
		plain = append(plain, fmt.Sprintf("host%d sshd[%d]: user=al%d /var/log/%%20x%d%%2520y A-B", i%3, i, i%7, i))
	}
	for k, lines := range append(findLines(), plain) {
		with, without := writeFile(t, Options{Blooms: true}, textEvents(lines)), writeFile(t, Options{}, textEvents(lines))
		if with.Meta.Groups[0].Blooms.Size == 0 {
			t.Fatalf("set %d has no filters", k)
		}
		again, err := decodeMeta(with.Meta.encode())
		if err != nil || again.Groups[0].Blooms != with.Meta.Groups[0].Blooms {
			t.Fatal(err, again)
		}
		all := column.FullBitmap(len(lines))
		r := rand.New(rand.NewPCG(1, uint64(k)))
		for range 1500 {
			line := lines[r.IntN(len(lines))]
			from := r.IntN(len(line) - 1)
			term := line[from:min(len(line), from+1+r.IntN(12))]
			switch r.IntN(4) {
			case 0:
				term += "*"
			case 1:
				term = "*" + term + "*x"
			case 2:
				term = fmt.Sprintf("%sq%d", term, r.IntN(99))
			}
			o := []pattern.TermOptions{{}, {Quoted: true}, {Token: true}, {Case: true}}[r.IntN(4)]
			m, q := rawQuery(term, o)
			if m.All() || term == "" {
				continue
			}
			q.Tokens = m.Tokens()
			found, sure, err := with.FindRaw(0, q, all, nil)
			if err != nil {
				t.Fatal(err)
			}
			for i, l := range lines {
				if want := m.Match(l); want && !found.Get(i) || sure && want != found.Get(i) {
					t.Fatalf("%q %+v, tokens %q: found %v (sure %v) in %s", term, o, q.Tokens, found.Get(i), sure, l)
				}
			}
		}
		_, q := rawQuery("nosuchtoken", pattern.TermOptions{})
		m := pattern.CompileTerm("nosuchtoken", pattern.TermOptions{})
		q.Tokens = m.Tokens()
		if k == 3 {
			if found, sure, _ := with.FindRaw(0, q, all, nil); !sure || found.Any() {
				t.Error("texts are read for a token that does not occur")
			}
		}
		mayEqual(t, with, without)
	}
}

// mayEqual compares the filters with what the columns hold.
func mayEqual(t *testing.T, f, plain *File) {
	t.Helper()
	b, err := plain.Read(0, func(string) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	missed := 0
	for c, name := range b.Names {
		if name == rawField {
			continue // the column has the stored texts only
		}
		for i := range b.N {
			for _, v := range b.Cols[c].At(i).List() {
				for _, literal := range []string{v, "*" + v, v + "*"} {
					if !f.MayEqual(0, f.Meta.Find(name), literal) {
						t.Fatalf("%s=%q is lost", name, literal)
					}
				}
			}
		}
		if !f.MayEqual(0, f.Meta.Find(name), "nosuch-value-77") {
			missed++
		}
	}
	if missed == 0 && slices.Contains(b.Names, "user") {
		t.Error("no column is ruled out")
	}
}

// TestDamagedBlooms: a filter that cannot be read leaves nothing out, and Verify tells.
func TestDamagedBlooms(t *testing.T) {
	lines := findLines()[0]
	f := writeFile(t, Options{Blooms: true}, textEvents(lines))
	data, err := os.ReadFile(f.Path)
	if err != nil {
		t.Fatal(err)
	}
	data[f.Meta.Groups[0].Blooms.Offset+9] ^= 0xff
	if err := os.WriteFile(f.Path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	m, q := rawQuery("al3", pattern.TermOptions{})
	q.Tokens = m.Tokens()
	found, _, err := f.FindRaw(0, q, column.FullBitmap(len(lines)), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range lines {
		if m.Match(l) && !found.Get(i) {
			t.Fatalf("%s is lost", l)
		}
	}
	if !f.MayEqual(0, f.Meta.Find("user"), "nosuch") {
		t.Error("a damaged filter rules a value out")
	}
	if err := f.Verify(); err == nil || !strings.Contains(err.Error(), "filters of tokens") {
		t.Errorf("Verify: %v", err)
	}
}

// TestBloomRate: about one in a hundred tokens that do not occur is taken to.
func TestBloomRate(t *testing.T) {
	var hashes []uint64
	for i := range 10000 {
		hashes = append(hashes, tokenHash(fmt.Sprintf("%d-in", i)))
	}
	b := newBloom(hashes)
	if !b.holds(hashes) {
		t.Fatal("a token is lost")
	}
	wrong := 0
	for i := range 10000 {
		if b.holds(hashTokens([]string{fmt.Sprintf("%d-OUT", i)})) {
			wrong++
		}
	}
	if wrong > 200 {
		t.Errorf("%d of 10000 tokens that are not there", wrong)
	}
	if tokenHash("ABc") != tokenHash("abC") {
		t.Error("case")
	}
}
