package eval

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"spl/exec/column"
	"spl/exec/value"
	"spl/lang"
)

var someTexts = []string{"a", "b", "10", "9", "5.0", "007", "1.50", "", "abc", "ABC", "-3", "0", "x,y", "é", "1e3", "10.0.0.1", "192.168.1.7", "true", `{"a":1}`, `[1,"x"]`, "NaN", "1768478400", "0.25"}

// someColumns makes a batch with a column of every kind.
func someColumns(r *rand.Rand, n int) *column.Batch {
	b := column.NewBatch(n)
	words, plain, list := column.NewTextBuilder(), column.NewTextBuilder(), column.NewTextBuilder()
	ints := &column.Int{V: make([]int64, n)}
	floats := &column.Float{F: make([]float64, n), P: make([]value.Prec, n)}
	times := &column.Time{V: make([]int64, n)}
	mixed := make([]value.Value, n)
	text := func() string { return someTexts[r.IntN(len(someTexts))] }
	for i := range n {
		if r.IntN(5) == 0 {
			words.AppendNull()
			list.AppendNull()
			floats.Nulls = floats.Nulls.Marked(i, n)
			ints.Nulls = ints.Nulls.Marked(i, n)
		} else {
			words.Append(text())
			list.AppendList([]string{text(), text(), text()}[:1+r.IntN(3)])
		}
		plain.Append(fmt.Sprintf("%s%d", text(), i))
		ints.V[i] = int64(r.IntN(20) - 5)
		floats.F[i], floats.P[i], _ = value.ParseNumber(fmt.Sprintf("%.*f", r.IntN(3), r.Float64()*20-5))
		times.V[i] = 1768478400e6 + int64(r.IntN(5000))*250000
		switch r.IntN(4) {
		case 0:
			mixed[i] = value.OfText(text())
		case 1:
			mixed[i] = value.OfList([]string{text(), text()})
		case 2:
			mixed[i] = value.OfInt(int64(r.IntN(10)))
		}
	}
	b.Set("w", words.Build())
	b.Set("v", column.AsText(column.Gather(b.Col("w"), reversed(n))))
	b.Set("p", plain.Build())
	b.Set("m", list.Build())
	b.Set("i", ints)
	b.Set("f", floats)
	b.Set("t", times)
	b.Set("x", &column.Any{V: mixed})
	b.Set("c", column.ConstText(text(), n))
	return b
}

func reversed(n int) []uint32 {
	out := make([]uint32, n)
	for i := range out {
		out[i] = uint32(n - 1 - i)
	}
	return out
}

// someExpr writes a random expression; bool: one that is Boolean.
func someExpr(r *rand.Rand, depth int, boolean bool) string {
	sub := func() string { return someExpr(r, depth-1, false) }
	cond := func() string { return someExpr(r, depth-1, true) }
	pick := func(s ...string) string { return s[r.IntN(len(s))] }
	if boolean {
		if depth <= 0 {
			return pick("isnull(w)", "m==\"a\"", "true()", "i>3", "w!=v")
		}
		switch r.IntN(9) {
		case 0:
			return fmt.Sprintf("(%s AND %s)", cond(), cond())
		case 1:
			return fmt.Sprintf("(%s OR %s)", cond(), cond())
		case 2:
			return fmt.Sprintf("(%s XOR %s)", cond(), cond())
		case 3:
			return fmt.Sprintf("(NOT %s)", cond())
		case 4:
			return fmt.Sprintf("(%s IN (%s, \"a\", 9, \"10\"))", sub(), sub())
		case 5:
			return fmt.Sprintf("%s(%s)", pick("isnull", "isnotnull", "isnum", "isstr", "isint", "ismv", "json_valid"), sub())
		case 6:
			return fmt.Sprintf("match(%s, %s)", sub(), pick(`"[ab]"`, `"^\d+$"`, "c"))
		case 7:
			return fmt.Sprintf("like(%s, %s)", sub(), pick(`"a%"`, `"%1_"`, "c"))
		}
		return fmt.Sprintf("(%s %s %s)", sub(), pick("==", "!=", "<", "<=", ">", ">="), sub())
	}
	if depth <= 0 {
		return pick("w", "v", "p", "m", "i", "f", "t", "x", "c", "nosuch", `"a"`, `"10"`, "7", "0.50")
	}
	switch r.IntN(18) {
	case 0:
		return fmt.Sprintf("(%s %s %s)", sub(), pick("+", "-", "*", "/", "%", "."), sub())
	case 1, 2:
		return fmt.Sprintf("if(%s, %s, %s)", cond(), sub(), sub())
	case 3:
		return fmt.Sprintf("case(%s, %s, %s, %s)", cond(), sub(), cond(), sub())
	case 4:
		return fmt.Sprintf("coalesce(%s, %s, %s)", sub(), sub(), sub())
	case 5:
		return fmt.Sprintf("%s(%s)", pick("lower", "upper", "len", "md5", "trim", "urldecode", "mvcount", "mvsort", "mvdedup", "typeof", "tostring", "json_keys"), sub())
	case 6:
		return fmt.Sprintf("%s(%s)", pick("abs", "floor", "round", "sqrt", "exact", "tonumber", "-"), sub())
	case 7:
		return fmt.Sprintf("%s(%s, %s)", pick("max", "min", "mvappend", "nullif", "mvzip", "json_array", "pow"), sub(), sub())
	case 8:
		split := fmt.Sprintf("split(%s, %s)", sub(), pick(`","`, `"0"`, `"00"`, `""`))
		return fmt.Sprintf(pick("%s", "mvindex(%s, 0)", "mvindex(%s, -1)", "mvindex(%s, 1)", "mvindex(%s, -2)", `mvjoin(%s, "+")`), split)
	case 9:
		return fmt.Sprintf("mvindex(%s, %s)", sub(), pick("0", "-1", "i", "1"))
	case 10:
		return fmt.Sprintf("mvmap(m, %s)", sub())
	case 11:
		f := pick("m", "w", "x", "i")
		return fmt.Sprintf("mvfilter(match(%s, \"1\") OR %s>5)", f, f)
	case 12:
		return fmt.Sprintf("replace(%s, \"(a|1)\", \"<\\1>\")", sub())
	}
	if r.IntN(3) == 0 {
		return fmt.Sprintf(pick(`strftime(%s, "%%F %%T.%%3N")`, `strptime(%s, "%%s")`, `relative_time(%s, "-1d@h")`, "toint(%s)", "round(%s, 2)", "max(i, f, %s)"), sub())
	}
	return fmt.Sprintf("substr(%s, %s, 2)", sub(), pick("1", "-2", "i"))
}

// rowOf returns row i of a batch in columns that only the slow, general code understands.
func rowOf(b *column.Batch, i int) *column.Batch {
	out := column.NewBatch(1)
	for k, name := range b.Names {
		out.Set(name, &column.Any{V: []value.Value{b.Cols[k].At(i)}})
	}
	return out
}

func TestColumnsEqualValues(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	parser := lang.NewParser()
	tried := 0
	for range 800 {
		text := someExpr(r, 1+r.IntN(3), r.IntN(4) == 0)
		src := lang.NewSource("<test>", text)
		c := testCtx(src)
		x, ds := parser.ParseExpr(src)
		if ds.Err() != nil {
			t.Fatalf("%s: %s", text, ds)
		}
		p, ds := Compile(x, c)
		if ds.Err() != nil {
			continue
		}
		tried++
		n := []int{1, 7, 60, 300}[r.IntN(4)]
		b := someColumns(r, n)
		if r.IntN(3) == 0 {
			b.Sel = column.NewBitmap(n)
			for i := range n {
				if r.IntN(6) == 0 {
					b.Sel.Set(i)
				}
			}
		}
		for range 2 { // the second time from kept results
			checkRows(t, text, p, b)
		}
		if t.Failed() {
			return
		}
	}
	if tried < 300 {
		t.Errorf("only %d expressions compiled", tried)
	}
}

func checkRows(t *testing.T, text string, p *Program, b *column.Batch) {
	t.Helper()
	got, err := p.Eval(b)
	if err != nil {
		t.Fatal(err)
	}
	if got.Len() != b.N {
		t.Fatalf("%s: %d rows of %d", text, got.Len(), b.N)
	}
	stored := column.Stored(got)
	step := 1 + b.N/40
	for i := 0; i < b.N; i += step {
		if !b.Selected(i) {
			continue
		}
		want, err := p.Eval(rowOf(b, i))
		if err != nil {
			t.Fatal(err)
		}
		if w := want.At(0).Stored(); !stored.At(i).Equal(w) {
			t.Errorf("%s: row %d of %d is %q, want %q", text, i, b.N, stored.At(i).List(), w.List())
			for k, name := range b.Names {
				t.Logf("%s (%T) = %q", name, b.Cols[k], b.Cols[k].At(i).List())
			}
			return
		}
	}
}

func FuzzEval(f *testing.F) {
	for _, fn := range Functions() {
		for _, e := range fn.Examples {
			f.Add(e.Expr)
		}
	}
	f.Add(`mvrange(0, 1e300, 0.001)`)
	f.Add(`if(m IN (w, 1) AND NOT x>3, mvmap(m, m.w), printf("%9999999999d", i))`)
	r := rand.New(rand.NewPCG(3, 4))
	b := someColumns(r, 40)
	parser := lang.NewParser()
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 2000 {
			return
		}
		src := lang.NewSource("<fuzz>", text)
		x, ds := parser.ParseExpr(src)
		if ds.Err() != nil {
			return
		}
		p, ds := Compile(x, testCtx(src))
		if ds.Err() != nil {
			return
		}
		v, err := p.Eval(b)
		if err != nil {
			return
		}
		if v.Len() != b.N {
			t.Fatalf("%d rows of %d", v.Len(), b.N)
		}
		for i := range b.N {
			_ = v.At(i).Text()
		}
	})
}

func TestConcurrentUse(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	var batches []*column.Batch
	for range 8 {
		batches = append(batches, someColumns(r, 200))
	}
	for _, text := range []string{`strftime(t, "%F %T").lower(w).replace(p, w, "x")`, `if(match(w, c) OR searchmatch("p=*1 m=a"), mvmap(m, m.w), strptime(p, "%s"))`, `case(w=="a", 1, like(v, w), printf("%s", v))`} {
		p, ds := compileText(t, text)
		if ds.Err() != nil {
			t.Fatal(ds)
		}
		var want []column.Vec
		for _, b := range batches {
			v, err := p.Eval(b)
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, v)
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for k, b := range batches {
					v, err := p.Eval(b)
					for i := range b.N {
						if err != nil || !v.At(i).Equal(want[k].At(i)) {
							t.Errorf("%s: row %d differs", text, i)
							return
						}
					}
				}
			})
		}
		wg.Wait()
	}
}
