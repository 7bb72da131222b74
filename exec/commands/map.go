package commands

import (
	"context"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

type mapArgs struct {
	Opts lang.Options    `parser:"( @@"`
	Sub  *lang.Subsearch `parser:"| @@"`
	Name []*lang.Value   `parser:"| @@ )*"`
}

var mapCmd = define(Spec[mapArgs]{
	Grammar: lang.Grammar{Name: "map", Mode: lang.ModeText, Sub: lang.SubTemplate, Usage: `map (search="<search>" | [<search>]) [maxsearches=<int>]`,
		Options: []lang.Opt{
			{Name: "search", Type: lang.Text, Doc: "The search, with $field$ where a row's value goes."},
			{Name: "maxsearches", Type: lang.Int, Default: "10", Doc: "Rows to run it for."},
		}},
	Short: "Run a search for each row.",
	Doc: `$field$ in the text stands for the row's value, $_serial_id$ for its number from 1. The rows of all runs
follow each other; nothing of the outer row is kept. Rows beyond maxsearches are skipped with a warning.`,
	Examples: []Example{{Search: `map search="| makeresults | eval got=\"$u$\" | table got"`, In: "u\nal\nbo", Out: "got\nal\nbo"}},
	Plan: func(b *plan.Builder, a *mapArgs) (plan.Node, error) {
		m := &mapping{max: a.Opts.Int("maxsearches", b.Env.Limits.MapSearches)}
		switch {
		case a.Opts.Has("search"):
			m.src = lang.NewSource("search of map", a.Opts.Text("search", ""))
		case a.Sub != nil:
			m.src = lang.NewSource("search of map", bracketed(a.Sub.Raw))
		case len(a.Name) > 0:
			return nil, lang.Errorf(b.Stage, a.Name[0].Span, "not-built", "The saved search '%s' cannot be run by map: give the search itself.", a.Name[0].Text)
		default:
			return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "A search is expected: map search=\"...\".")
		}
		needs := func(column.FieldSet) column.FieldSet { return column.Fields(m.fields()...) }
		return folding(b, needs, func(rt *plan.Runtime, rows *op.Kept) fold {
			n := 0 // rows seen; those beyond the limit only count
			add := func(b *column.Batch) error {
				left := m.max - n
				n += b.Rows()
				switch {
				case left <= 0:
					return nil
				case left < b.Rows():
					b = b.Copy()
					op.FirstRows(b, left)
				}
				return rows.Add(b)
			}
			return fold{add, func(context.Context) (column.Stream, error) {
				if n > m.max {
					rt.Warn("The search result count (%d) exceeds maximum (%d), using max. To override it, set maxsearches appropriately.", n, m.max)
				}
				return m.stream(rt, rows), nil
			}}
		}), nil
	},
})

// bracketed is the text of a search that stood in brackets: there a first word is a command, never a term.
func bracketed(raw string) string {
	raw = strings.TrimSpace(raw)
	if first, _ := utf8.DecodeRuneInString(raw); unicode.IsLetter(first) {
		return "| " + raw
	}
	return raw
}

// mapping is a search to run for each row.
type mapping struct {
	src *lang.Source
	max int
}

// stream runs the search for one row after the other.
func (m *mapping) stream(rt *plan.Runtime, rows *op.Kept) column.Stream {
	in := rows.Stream()
	var b *column.Batch // at hand; row i of it is number n
	i, n := 0, 0
	start := func(ctx context.Context) (column.Stream, error) {
		for b == nil || i == b.N {
			var err error
			if b, err = in.Next(ctx); err != nil {
				return nil, err
			}
			i = 0
		}
		i, n = i+1, n+1
		return rt.Search(ctx, m.fill(b, i-1, n))
	}
	var current column.Stream
	return column.StreamFunc(func(ctx context.Context) (*column.Batch, error) {
		for {
			if current == nil {
				var err error
				if current, err = start(ctx); err != nil {
					return nil, err
				}
			}
			b, err := current.Next(ctx)
			if err != io.EOF {
				return b, err
			}
			if err := current.Close(); err != nil {
				return nil, err
			}
			current = nil
		}
	}, func() error {
		if current != nil {
			return current.Close()
		}
		return nil
	})
}

// fill puts the values of row i, which has a number among all rows, in place of $field$. What names no field of the row stays. Inside quotes a
// value is escaped.
func (m *mapping) fill(b *column.Batch, i, number int) *lang.Source {
	var edits []lang.Edit
	m.tokens(func(name string, span lang.Span, inQuotes bool) bool {
		v, ok := mapValue(b, i, number, name)
		if !ok {
			return false
		}
		if inQuotes {
			v = quoter.Replace(v)
		}
		edits = append(edits, lang.Edit{Span: span, New: v, What: "row of map"})
		return true
	})
	return m.src.Splice(edits)
}

// fields returns the names that may be fields of the rows.
func (m *mapping) fields() []string {
	var out []string
	m.tokens(func(name string, _ lang.Span, _ bool) bool {
		out = append(out, name)
		return false
	})
	return out
}

// tokens calls f for each $name$ of the text. What f takes is passed over; else its second $ may begin
// the next one.
func (m *mapping) tokens(f func(name string, span lang.Span, inQuotes bool) bool) {
	text := m.src.Text
	inQuotes := false
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			inQuotes = !inQuotes
		case '$':
			end := strings.IndexByte(text[i+1:], '$')
			if end > 0 && f(text[i+1:i+1+end], lang.Span{Start: i, End: i + end + 2}, inQuotes) {
				i += end + 1
			}
		}
	}
}

func mapValue(b *column.Batch, i, number int, name string) (string, bool) {
	if name == "_serial_id" {
		return strconv.Itoa(number), true
	}
	v := b.Col(name).At(i)
	return v.Text(), !v.IsNull()
}
