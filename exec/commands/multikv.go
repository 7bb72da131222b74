package commands

import (
	"slices"
	"strconv"
	"strings"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

type multikvArgs struct {
	Opts   lang.Options `parser:"( @@"`
	Fields lang.Fields  `parser:"| 'fields' @@+"`
	Filter lang.Fields  `parser:"| 'filter' @@+ )*"`
}

var multikv = define(Spec[multikvArgs]{
	Grammar: lang.Grammar{Name: "multikv", Clauses: []string{"fields", "filter"},
		Usage: "multikv [copyattrs=<bool>] [fields <field>...] [filter <term>...] [forceheader=<int>] [noheader=<bool>] [rmorig=<bool>]",
		Options: []lang.Opt{
			{Name: "conf", Type: lang.Text, Doc: "A stanza of multikv.conf; not built yet."},
			{Name: "copyattrs", Type: lang.Bool, Default: "true", Doc: "Copy the fields of the event."},
			{Name: "forceheader", Type: lang.Int, Doc: "Line of the header, from 1."},
			{Name: "multitable", Type: lang.Bool, Default: "true", Doc: "No effect: an event is read as one table."},
			{Name: "noheader", Type: lang.Bool, Default: "false", Doc: "There is no header; columns are Column_1 and so on."},
			{Name: "rmorig", Type: lang.Bool, Default: "true", Doc: "Drop the event itself."},
		}},
	Short: "Make rows of the table in an event's text.",
	Doc: `The first line of _raw names the columns, each further line becomes a row. Words are separated by
blanks; the last column takes the rest of its line. filter keeps the lines with one of the terms, fields the
columns listed.`,
	Examples: []Example{{Search: `multikv | table pid name`, In: "_raw\n\"pid name\n1  init\n22 my shell\"", Out: "pid,name\n1,init\n22,my shell"}},
	Plan: func(b *plan.Builder, a *multikvArgs) (plan.Node, error) {
		if o := a.Opts.Get("conf"); o != nil {
			return nil, lang.Errorf(b.Stage, o.Span, "not-built", "Stanzas of multikv.conf are not built yet.")
		}
		m := &textTable{copy: a.Opts.Bool("copyattrs", true), header: a.Opts.Int("forceheader", 1), keep: !a.Opts.Bool("rmorig", true),
			fields: a.Fields.Texts(), filter: a.Filter.Texts()}
		if a.Opts.Bool("noheader", false) {
			m.header = 0
		}
		return rowLocal(b, needAll, func(b *column.Batch) (*column.Batch, error) { return m.rows(b), nil }), nil
	},
})

// textTable reads the tables in texts.
type textTable struct {
	copy, keep     bool
	header         int // line, from 1; 0: none
	fields, filter []string
}

func (m *textTable) rows(b *column.Batch) *column.Batch {
	raw := b.Col("_raw")
	s := &sheet{cols: map[string]*column.TextBuilder{}}
	var from []uint32
	lines := column.NewTextBuilder()
	add := func(i int, line string) {
		from = append(from, uint32(i))
		lines.Append(line)
	}
	op.EachRow(b, func(i int) {
		if m.keep {
			add(i, raw.At(i).Text())
		}
		m.read(raw.At(i).Text(), func(line string, names, cells []string) {
			s.row = len(from)
			add(i, line)
			for k, n := range names {
				if k < len(cells) && (len(m.fields) == 0 || slices.Contains(m.fields, n)) {
					s.first(n, cells[k])
				}
			}
		})
	})
	out := &column.Batch{N: len(from), Ordered: b.Ordered, Seq: b.Seq}
	if m.copy || m.keep {
		out = b.Pick(from)
	}
	for _, n := range s.names {
		s.cols[n].AppendNulls(out.N - s.cols[n].Len())
		out.Set(n, s.cols[n].Build())
	}
	out.Set("_raw", lines.Build())
	out.Set("linecount", column.ConstText("1", out.N))
	return out
}

// read calls f for each line of the table.
func (m *textTable) read(text string, f func(line string, names, cells []string)) {
	var names []string
	for i, line := range strings.Split(text, "\n") {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || i+1 < m.header:
		case i+1 == m.header:
			for _, w := range words {
				names = append(names, columnName(w))
			}
		case !m.passes(line):
		default:
			if m.header == 0 {
				for len(names) < len(words) {
					names = append(names, "Column_"+strconv.Itoa(len(names)+1))
				}
			}
			f(line, names, cellsOf(line, words, len(names)))
		}
	}
}

// cellsOf joins the words beyond the last column to it.
func cellsOf(line string, words []string, columns int) []string {
	if columns == 0 || len(words) <= columns {
		return words
	}
	rest := line
	for range columns - 1 {
		rest = strings.TrimLeft(rest, " \t")
		rest = rest[strings.IndexAny(rest, " \t"):]
	}
	return append(slices.Clone(words[:columns-1]), strings.TrimSpace(rest))
}

func (m *textTable) passes(line string) bool {
	return len(m.filter) == 0 || slices.ContainsFunc(m.filter, func(t string) bool { return strings.Contains(line, t) })
}

// columnName turns what is no letter or digit into underscores.
func columnName(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, s)
}
