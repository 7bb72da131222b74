package op

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/exec/column"
	"spl/exec/eval"
	"spl/exec/plan"
	"spl/lang"
)

// made is a node that writes x.
type made struct{ Tail }

func (*made) Writes() (column.FieldSet, bool) { return column.Fields("x"), true }

func TestShown(t *testing.T) {
	p, ds := eval.Compile(&lang.Binary{Op: ".", L: &lang.String{Value: "v"}, R: &lang.Field{Name: "x"}}, &eval.Ctx{})
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	f := NewFieldFormat("x", p, "")
	for _, c := range []struct {
		p    plan.Pipeline
		want string
	}{
		{plan.Pipeline{f}, "v1,v2"}, {plan.Pipeline{f, NewSort(nil, 0)}, "v1,v2"}, {plan.Pipeline{f, &Reverse{}}, "v1,v2"},
		{plan.Pipeline{f, &made{}}, "1,2"}, {plan.Pipeline{&made{}, f}, "v1,v2"}, {nil, "1,2"},
	} {
		b, err := Shown(c.p, batchOf("x", "1", "2"))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, cells(b.Col("x"))); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
	}
}
