package commands

import (
	"context"
	"slices"
	"strings"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

type formatArgs struct {
	Opts  lang.Options  `parser:"( @@"`
	Texts []*lang.Value `parser:"| @@ )*"`
}

var format = define(Spec[formatArgs]{
	Grammar: lang.Grammar{Name: "format",
		Usage: `format [mvsep="<text>"] [maxresults=<int>] [emptystr="<text>"] [quote=<bool>] ["<row prefix>" "<column prefix>" "<column separator>" "<column end>" "<row separator>" "<row end>"]`,
		Options: []lang.Opt{
			{Name: "mvsep", Type: lang.Text, Default: "OR", Doc: "Between the values of a multivalue."},
			{Name: "maxresults", Type: lang.Int, Default: "0", Doc: "Rows to use; 0: all."},
			{Name: "emptystr", Type: lang.Text, Default: "NOT( )", Doc: "The text for no rows."},
			{Name: "quote", Type: lang.Bool, Default: "false", Doc: "Put the text in quotes, for searchmatch()."},
		}},
	Short: "Turn the rows into the text of a search.",
	Doc: `Gives one row whose field search holds a group for each row, its fields in alphabetical order. Fields
whose names start with an underscore and missing values are left out; a field called search or query adds
its value as it stands. It happens by itself at the end of a subsearch whose text is wanted.`,
	Examples: []Example{
		{Search: `format`, In: "b,a\nx,1\ny,2", Out: "search\n\"( ( a=\"\"1\"\" AND b=\"\"x\"\" ) OR ( a=\"\"2\"\" AND b=\"\"y\"\" ) )\""},
		{Search: `format "[" "[" "&&" "]" "||" "]"`, In: "a,b\n1,x", Out: "search\n\"[ [ a=\"\"1\"\" && b=\"\"x\"\" ] ]\""},
	},
	Plan: func(b *plan.Builder, a *formatArgs) (plan.Node, error) {
		f := defaultFormat
		if len(a.Texts) != 0 && len(a.Texts) != 6 {
			return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "All six texts of rows and columns must be given, or none.")
		}
		if len(a.Texts) == 6 {
			for i, to := range []*string{&f.row, &f.column, &f.and, &f.columnEnd, &f.or, &f.rowEnd} {
				*to = a.Texts[i].Text
			}
		}
		f.mvsep = a.Opts.Text("mvsep", f.mvsep)
		f.empty = a.Opts.Text("emptystr", f.empty)
		f.max = a.Opts.Int("maxresults", 0)
		quote := a.Opts.Bool("quote", false)
		return folding(b, needAll, func(_ *plan.Runtime, rows *op.Kept) fold {
			g := formatted{formatting: f}
			add := func(b *column.Batch) error { return rows.Hold(g.add(b)) }
			return fold{add, func(context.Context) (column.Stream, error) {
				if err := rows.Hold(2 * int64(g.out.Len())); err != nil { // the text is copied on its way out
					return nil, err
				}
				text := g.text()
				if quote {
					text = quoted(text)
				}
				return oneText(text), nil
			}}
		}), nil
	},
})

// oneText is a single row with the field search.
func oneText(text string) column.Stream {
	b := column.NewBatch(1)
	b.Ordered = true
	b.Set("search", column.ConstText(text, 1))
	return column.Batches(b)
}

// formatting is the texts that format puts around values.
type formatting struct {
	row, column, and, columnEnd, or, rowEnd string
	mvsep, empty                            string
	max                                     int
}

var defaultFormat = formatting{row: "(", column: "(", and: "AND", columnEnd: ")", or: "OR", rowEnd: ")", mvsep: "OR", empty: "NOT( )"}

// formatted is the text of the rows so far.
type formatted struct {
	formatting
	out strings.Builder
	n   int
}

// add takes in the selected rows of b and returns how many more bytes it holds.
func (g *formatted) add(b *column.Batch) (grown int64) {
	before := g.out.Cap()
	names := slices.DeleteFunc(slices.Sorted(slices.Values(b.Names)), column.Internal)
	cols := op.Cols(b, names)
	op.EachRow(b, func(i int) {
		if g.max > 0 && g.n == g.max {
			return
		}
		var parts []string
		for k, n := range names {
			if p := g.pair(n, cols[k].At(i).List()); p != "" {
				parts = append(parts, p)
			}
		}
		if len(parts) == 0 {
			return
		}
		if g.n++; g.n > 1 {
			g.out.WriteString(spaces(g.or))
		}
		g.out.WriteString(spaced(g.column, strings.Join(parts, spaces(g.and)), g.columnEnd))
	})
	return int64(g.out.Cap() - before)
}

// text returns the search that the rows stand for.
func (g *formatted) text() string {
	if g.n == 0 {
		return g.empty
	}
	return spaced(g.row, g.out.String(), g.rowEnd)
}

// spaced joins the texts that are not empty by blanks.
func spaced(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(s string) bool { return s == "" }), " ")
}

func spaces(sep string) string {
	if sep == "" {
		return " "
	}
	return " " + sep + " "
}

func (f formatting) pair(name string, values []string) string {
	if len(values) == 0 {
		return ""
	}
	out := make([]string, len(values))
	for i, v := range values {
		if name == "search" || name == "query" {
			out[i] = v
		} else {
			out[i] = fieldName(name) + "=" + quoted(v)
		}
	}
	if len(out) == 1 {
		return out[0]
	}
	return "( " + strings.Join(out, spaces(f.mvsep)) + " )"
}

var quoter = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// quoted returns s as a quoted text of a search.
func quoted(s string) string { return `"` + quoter.Replace(s) + `"` }

// fieldName quotes a name that could not stand bare.
func fieldName(s string) string {
	if s == "" || strings.ContainsAny(s, " \t\n\"'=<>!()[]|,`\\") {
		return quoted(s)
	}
	return s
}

// SubsearchText returns the text that the rows of a subsearch stand for: the first row's field search, as
// format and return leave it, or what format makes of the rows.
func SubsearchText(rows *column.Batch) string {
	rows = rows.Compact()
	if rows.N > 0 && rows.Has("search") {
		if v := rows.Col("search").At(0); !v.IsNull() {
			return v.Text()
		}
	}
	g := formatted{formatting: defaultFormat}
	g.add(rows)
	return g.text()
}

// RowsTerm returns the search expression that the rows of a subsearch stand for, without a detour over
// text; a field called search or query needs that detour.
func RowsTerm(rows *column.Batch, span lang.Span) lang.Term {
	rows = rows.Compact()
	or := &lang.Or{Span: span}
	names := slices.Sorted(slices.Values(rows.Names))
	for i := range rows.N {
		and := &lang.And{Span: span}
		for _, n := range names {
			if column.Internal(n) {
				continue
			}
			if t := valuesTerm(n, rows.Col(n).At(i).List(), span); t != nil {
				and.Terms = append(and.Terms, t)
			}
		}
		switch len(and.Terms) {
		case 0:
		case 1:
			or.Terms = append(or.Terms, and.Terms[0])
		default:
			or.Terms = append(or.Terms, and)
		}
	}
	if len(or.Terms) == 1 {
		return or.Terms[0]
	}
	return or
}

func valuesTerm(name string, values []string, span lang.Span) lang.Term {
	or := &lang.Or{Span: span}
	for _, v := range values {
		or.Terms = append(or.Terms, &lang.Compare{Span: span, Field: lang.Name{Span: span, Text: name}, Op: lang.OpEq,
			Value: lang.Literal{Span: span, Text: v, Quoted: true}})
	}
	switch len(or.Terms) {
	case 0:
		return nil
	case 1:
		return or.Terms[0]
	}
	return or
}
