package eval

import (
	"testing"

	"spl/exec/column"
	"spl/lang"
)

func TestFilter(t *testing.T) {
	b := column.NewBatch(4)
	n := column.NewTextBuilder()
	g := column.NewTextBuilder()
	for i, s := range []string{"1", "2", "3", "4"} {
		n.Append(s)
		if i == 3 {
			g.AppendNull()
			continue
		}
		g.Append(string("aba"[i]))
	}
	b.Set("n", n.Build())
	b.Set("g", g.Build())
	for _, c := range []struct {
		expr string
		rows []uint32
	}{
		{`g="a" AND n>1`, []uint32{2}}, {`n=1 OR n>2 AND n<4`, []uint32{0, 2}}, {`NOT g="a"`, []uint32{1, 3}}, {`g!="a"`, []uint32{1}},
		{`isnull(g)`, []uint32{3}}, {`n%2=0`, []uint32{1, 3}}, {`nosuch>5`, nil}, {`g`, nil}, {`NOT g IN (nosuch)`, []uint32{0, 1, 2, 3}},
		{`n=1 XOR g="a"`, []uint32{2}}, {`match(g, "a") AND isnotnull(g) AND n<3`, []uint32{0}}, {`g.n="b2"`, []uint32{1}}, {`true()`, []uint32{0, 1, 2, 3}},
	} {
		src := lang.NewSource("<test>", c.expr)
		ctx := testCtx(src)
		x, _ := ctx.Parser.ParseExpr(src)
		f, ds := CompileFilter(x, ctx)
		if err := ds.Err(); err != nil {
			t.Errorf("%s: %s", c.expr, err)
			continue
		}
		for _, all := range []bool{true, false} {
			in := b.Copy()
			if !all {
				in.Sel = column.FullBitmap(4)
				in.Sel.Clear(0)
			}
			if err := f.Apply(in); err != nil {
				t.Fatal(err)
			}
			for i := range 4 {
				want := false
				for _, r := range c.rows {
					want = want || int(r) == i && (all || i != 0)
				}
				if in.Selected(i) != want {
					t.Errorf("%s: row %d is %v (all %v)", c.expr, i, in.Selected(i), all)
				}
			}
		}
	}
	for _, bad := range []string{`1+n`, `"x"`} {
		src := lang.NewSource("<test>", bad)
		ctx := testCtx(src)
		ctx.Subject = "'where' command"
		x, _ := ctx.Parser.ParseExpr(src)
		if _, ds := CompileFilter(x, ctx); ds.Err() == nil {
			t.Errorf("%s is taken", bad)
		}
	}
}
