package commands

import (
	"strings"

	"spl/exec/column"
	"spl/exec/eval"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

type evalArgs struct {
	List lang.Assigns `parser:"@@+"`
}

var evalCmd = define(Spec[evalArgs]{
	Grammar: lang.Grammar{Name: "eval", Mode: lang.ModeExpr, Usage: "eval <field>=<expression> [, <field>=<expression>]..."},
	Short:   "Compute fields.",
	Doc: `Assignments run from left to right, each sees the ones before. A null result removes the field from
the row. A target such as x_{f} is named by the value that field f has in the row. As the first command of a
search it has one row to work on, as if makeresults stood in front.`,
	Examples: []Example{
		{Search: `eval b=a*3, c=a+b`, In: "a\n2\n5", Out: "a,b,c\n2,6,8\n5,15,20"},
		{Search: `eval {k}=v`, In: "k,v\nx,1\ny,2", Out: "k,v,x,y\nx,1,1,\ny,2,,2"},
	},
	Plan: func(b *plan.Builder, a *evalArgs) (plan.Node, error) {
		steps, err := compileAssigns(b, a.List)
		if err != nil {
			return nil, err
		}
		n := rowLocal(b, func(out column.FieldSet) column.FieldSet { return assignNeeds(steps, out) },
			func(b *column.Batch) (*column.Batch, error) { return b, applyAssigns(steps, b) })
		if targets, ok := plainTargets(steps); ok {
			return changes(n, targets...), nil
		}
		return n, nil
	},
})

// plainTargets returns the names that are assigned to; ok is false if rows decide over one.
func plainTargets(steps []*assignment) (names []string, ok bool) {
	for _, s := range steps {
		if s.parts != nil || strings.Contains(s.target, "*") {
			return nil, false
		}
		names = append(names, s.target)
	}
	return names, true
}

// assignment is one compiled target = expression.
type assignment struct {
	target string
	parts  []targetPart // of a target with {field}; nil: a plain name
	prog   *eval.Program
}

// targetPart is literal text or, with field set, the value of a field.
type targetPart struct {
	text  string
	field bool
}

func compileAssigns(b *plan.Builder, list lang.Assigns) ([]*assignment, error) {
	var out []*assignment
	var problems lang.Diagnostics
	ctx := exprCtx(b, "'EvalCommand'")
	for _, a := range list {
		p, ds := eval.CompileField(a.Expr, ctx)
		problems = append(problems, ds...)
		out = append(out, &assignment{target: a.Target.Text, parts: targetParts(a.Target.Text), prog: p})
	}
	return out, problems.Err()
}

// targetParts cuts a target at its {field} parts; nil if it has none.
func targetParts(s string) []targetPart {
	var parts []targetPart
	found := false
	for s != "" {
		open := strings.IndexByte(s, '{')
		end := -1
		if open >= 0 {
			end = strings.IndexByte(s[open:], '}')
		}
		if end <= 1 { // none, or the {} of a JSON path
			if open >= 0 && end == 1 {
				parts = append(parts, targetPart{text: s[:open+2]})
				s = s[open+2:]
				continue
			}
			parts = append(parts, targetPart{text: s})
			break
		}
		if open > 0 {
			parts = append(parts, targetPart{text: s[:open]})
		}
		parts = append(parts, targetPart{text: s[open+1 : open+end], field: true})
		found = true
		s = s[open+end+1:]
	}
	if !found {
		return nil
	}
	return parts
}

func assignNeeds(steps []*assignment, out column.FieldSet) column.FieldSet {
	for i := len(steps) - 1; i >= 0; i-- {
		s := steps[i]
		if s.parts == nil {
			out = out.Without(s.target)
		}
		for _, p := range s.parts {
			if p.field {
				out = out.With(p.text)
			}
		}
		out = out.Union(s.prog.FieldSet())
	}
	return out
}

func applyAssigns(steps []*assignment, b *column.Batch) error {
	for _, s := range steps {
		v, err := s.prog.Eval(b)
		if err != nil {
			return err
		}
		v = column.Stored(v)
		if s.parts == nil {
			setField(b, s.target, v)
			continue
		}
		s.spread(b, v)
	}
	return nil
}

// setField stores a computed column; one without any value is a field that no row has.
func setField(b *column.Batch, name string, v column.Vec) {
	if op.AllNull(v, b.Sel) {
		b.Drop(name)
		return
	}
	b.Set(name, v)
}

// spread stores v under the names that the rows themselves give.
func (s *assignment) spread(b *column.Batch, v column.Vec) {
	rows := map[string]column.Bitmap{}
	var order []string
	cols := make([]column.Vec, len(s.parts))
	for i, p := range s.parts {
		if p.field {
			cols[i] = b.Col(p.text)
		}
	}
	op.EachRow(b, func(i int) {
		name := ""
		for k, p := range s.parts {
			if !p.field {
				name += p.text
				continue
			}
			if cols[k].Null(i) {
				return
			}
			name += cols[k].At(i).Text()
		}
		if name == "" {
			return
		}
		if rows[name] == nil {
			rows[name] = column.NewBitmap(b.N)
			order = append(order, name)
		}
		rows[name].Set(i)
	})
	for _, name := range order {
		setField(b, name, op.Where(rows[name], v, b.Col(name)))
	}
}
