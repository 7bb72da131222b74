package commands

import (
	"encoding/json"
	"strings"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

// The fields that hold the value and its number while a template runs over it.
const (
	itemField = "foreach_item"
	iterField = "foreach_iter"
)

// planForeachItem plans foreach over the values of one field. The template's tokens become two fields:
// a value then acts as a number where it reads as one.
func planForeachItem(b *plan.Builder, a *foreachArgs, mode string) (plan.Node, error) {
	if len(a.List) != 1 {
		return nil, invalidArgument(b, a.List[1])
	}
	src := lang.NewSource("foreach", tokensToFields(a.Sub.Raw, map[string]string{
		a.Opts.Text("itemstr", "<<ITEM>>"): itemField, a.Opts.Text("iterstr", "<<ITER>>"): iterField}))
	q, ds := b.Parser.Parse(src)
	if err := ds.Err(); err != nil {
		return nil, err
	}
	if len(q.Stages) != 1 || q.Stages[0].Name != "eval" {
		return nil, lang.Errorf(b.Stage, a.Sub.Span, lang.CodeBadArgument, "With mode=%s the commands in brackets must be one eval.", mode)
	}
	args, ok := q.Stages[0].Args.(*evalArgs)
	if !ok {
		return nil, lang.Errorf(b.Stage, a.Sub.Span, lang.CodeBadArgument, "The eval in brackets must not hold a subsearch.")
	}
	inner := *b
	inner.Stage = q.Stages[0]
	steps, err := compileAssigns(&inner, args.List)
	if err != nil {
		return nil, err
	}
	for _, s := range steps {
		if s.parts != nil {
			return nil, lang.Errorf(b.Stage, a.Sub.Span, lang.CodeBadArgument, "With mode=%s a target must be a plain name.", mode)
		}
	}
	field := a.List[0].Text
	needs := func(out column.FieldSet) column.FieldSet {
		for _, s := range steps {
			out = out.With(s.target)
		}
		return assignNeeds(steps, out).With(field).With(targets(steps)...).Without(itemField, iterField)
	}
	return rowLocal(b, needs, func(b *column.Batch) (*column.Batch, error) {
		return b, eachItem(b, field, mode, steps)
	}), nil
}

func targets(steps []*assignment) []string {
	out := make([]string, len(steps))
	for i, s := range steps {
		out[i] = s.target
	}
	return out
}

// tokensToFields replaces the tokens by field names; inside a quoted text the text is cut there and
// joined with the field.
func tokensToFields(text string, tokens map[string]string) string {
	var out strings.Builder
	inQuotes := false
	for i := 0; i < len(text); {
		if text[i] == '\\' && inQuotes && i+1 < len(text) {
			out.WriteString(text[i : i+2])
			i += 2
			continue
		}
		if text[i] == '"' {
			inQuotes = !inQuotes
		}
		field := ""
		for token, f := range tokens {
			if strings.HasPrefix(text[i:], token) && token != "" {
				field = f
				i += len(token)
				break
			}
		}
		switch {
		case field != "" && inQuotes:
			out.WriteString(`".` + field + `."`)
		case field != "":
			out.WriteString(field)
		default:
			out.WriteByte(text[i])
			i++
		}
	}
	return out.String()
}

// eachItem runs the assignments over the first value of every row, then over the second, and so on.
func eachItem(b *column.Batch, field, mode string, steps []*assignment) error {
	items := make([][]string, b.N)
	most := 0
	v := b.Col(field)
	op.EachRow(b, func(i int) {
		items[i] = itemsOf(v.At(i).List(), mode)
		most = max(most, len(items[i]))
	})
	for k := range most {
		run := b.Copy()
		run.Sel = column.NewBitmap(b.N)
		values := column.NewTextBuilder()
		for i, list := range items {
			if k < len(list) {
				run.Sel.Set(i)
				values.Append(list[k])
			} else {
				values.AppendNull()
			}
		}
		run.Set(itemField, values.Build())
		iter := &column.Int{V: make([]int64, b.N)}
		for i := range iter.V {
			iter.V[i] = int64(k)
		}
		run.Set(iterField, iter)
		if err := applyAssigns(steps, run); err != nil {
			return err
		}
		for _, s := range steps {
			setField(b, s.target, op.Where(run.Sel, run.Col(s.target), b.Col(s.target)))
		}
	}
	return nil
}

// itemsOf returns what to go through: the values, or the elements of the JSON array that is the value.
func itemsOf(values []string, mode string) []string {
	if mode == "multivalue" || len(values) != 1 {
		if mode == "json_array" {
			return nil
		}
		return values
	}
	var raw []json.RawMessage
	if json.Unmarshal([]byte(values[0]), &raw) != nil {
		if mode == "json_array" {
			return nil
		}
		return values
	}
	var out []string
	for _, r := range raw {
		s, ok := scalarText(r)
		if !ok {
			s = "null"
		}
		out = append(out, s)
	}
	return out
}
