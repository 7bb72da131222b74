package commands

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"spl/exec/column"
	"spl/exec/plan"
	"spl/lang"
)

var makeresults = define(Spec[optsListArgs]{
	Grammar: lang.Grammar{Name: "makeresults", Generating: true, AnyOption: true,
		Usage: `makeresults [count=<int>] [annotate=<bool>] | makeresults format=csv|json data="<text>"`,
		Options: []lang.Opt{
			{Name: "count", Type: lang.Int, Default: "1", Doc: "Rows to make."},
			{Name: "annotate", Type: lang.Bool, Default: "false", Doc: "Add the fields that events have."},
			{Name: "format", Type: lang.Text, Doc: "How data is written: csv or json."},
			{Name: "data", Type: lang.Text, Doc: "Rows to make, as text."},
			{Name: "splunk_server", Type: lang.Text, Doc: "No effect."},
			{Name: "splunk_server_group", Type: lang.Text, Doc: "No effect."},
		}},
	Short: "Make rows.",
	Doc: `Each row has only _time, the start of the search. With format and data the rows come from the text: CSV
with a header line, or a JSON array of objects, whose rows also have _time and _raw. Arguments that are not
known are passed over.`,
	Examples: []Example{
		{Search: `makeresults count=2 | eval n=1 | table n`, Out: "n\n1\n1"},
		{Search: `makeresults format=csv data="a,b
1,2"`, Out: "a,b\n1,2"},
	},
	Plan: func(b *plan.Builder, a *optsListArgs) (plan.Node, error) {
		if a.Opts.Has("format") || a.Opts.Has("data") {
			return planInline(b, a.Opts)
		}
		n := a.Opts.Int("count", 1)
		annotate := a.Opts.Bool("annotate", false)
		return generating(b, func(_ context.Context, rt *plan.Runtime) (column.Stream, error) {
			return emptyRows(rt, n, annotate), nil
		}), nil
	},
})

// Implied returns what makes rows for a first command that does without a generating one; nil if it may not.
func Implied(st *lang.Stage) plan.Node {
	if st.Name != evalCmd.Grammar.Name {
		return nil
	}
	return generating(&plan.Builder{Stage: &lang.Stage{Src: st.Src, Name: "makeresults"}},
		func(_ context.Context, rt *plan.Runtime) (column.Stream, error) { return emptyRows(rt, 1, false), nil })
}

// emptyRows streams n rows that have only the time of the search.
func emptyRows(rt *plan.Runtime, n int, annotate bool) column.Stream {
	now := rt.Env.Now.Unix() * 1e6
	return column.StreamFunc(func(ctx context.Context) (*column.Batch, error) {
		if err := ctx.Err(); err != nil || n <= 0 {
			if err == nil {
				err = io.EOF
			}
			return nil, err
		}
		size := min(n, column.MaxRows)
		n -= size
		t := &column.Time{V: make([]int64, size)}
		for i := range t.V {
			t.V[i] = now
		}
		b := column.NewBatch(size)
		b.Set("_time", t)
		if annotate {
			for _, f := range []string{"_raw", "host", "source", "sourcetype", "splunk_server_group"} {
				b.Set(f, column.Nulls(size))
			}
			b.Set("splunk_server", column.ConstText("local", size))
		}
		return b, nil
	}, nil)
}

const makeSubject = "'MakeResultsProcessor'"

// maxInline is the longest text that data may be.
const maxInline = 29999

func planInline(b *plan.Builder, opts lang.Options) (plan.Node, error) {
	fail := func(subject, format string, args ...any) error {
		return lang.SubjectErrorf(b.Stage, subject, lang.Span{}, lang.CodeBadArgument, format, args...)
	}
	format, data := opts.Get("format"), opts.Get("data")
	if format == nil || data == nil {
		return nil, fail(makeSubject, "You must specify both 'format' and 'data' arguments to generate events from inline data.")
	}
	if len(opts) > 2 {
		return nil, fail(makeSubject, "When 'makeresults' generates events from inline data, it does not allow arguments other than 'format' and 'data'.")
	}
	if len(data.Value) > maxInline {
		return nil, fail(makeSubject, "The inline data is longer than %d characters.", maxInline)
	}
	var make func(rt *plan.Runtime) *column.Batch
	switch strings.ToLower(format.Value) {
	case "csv":
		rows, err := inlineCSV(data.Value)
		if err != nil {
			return nil, fail(makeSubject, "The CSV data cannot be read: %s.", err)
		}
		make = func(*plan.Runtime) *column.Batch { return rows }
	case "json":
		objects, err := inlineJSON(data.Value)
		if err != nil {
			return nil, fail("", "%s", err)
		}
		make = func(rt *plan.Runtime) *column.Batch { return jsonRows(objects, rt.Env.Now.Unix()) }
	default:
		return nil, fail(makeSubject, "An invalid 'format' was specified: %s. Valid 'format' options are 'csv' and 'json'.", format.Value)
	}
	return generating(b, func(_ context.Context, rt *plan.Runtime) (column.Stream, error) {
		if rows := make(rt); rows.N > 0 {
			return column.Batches(rows), nil
		}
		return column.Batches(), nil
	}), nil
}

// inlineCSV reads rows; short ones lack the rest, surplus and empty cells vanish.
func inlineCSV(text string) (*column.Batch, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	records, err := r.ReadAll()
	if err != nil || len(records) == 0 {
		return column.NewBatch(0), err
	}
	b := column.NewBatch(len(records) - 1)
	for i, name := range records[0] {
		col := column.NewTextBuilder()
		for _, rec := range records[1:] {
			if i < len(rec) && rec[i] != "" {
				col.Append(rec[i])
			} else {
				col.AppendNull()
			}
		}
		b.Set(name, col.Build())
	}
	return b, nil
}

// object is one JSON object with its members in order.
type object struct {
	text    string
	members []member
}

type member struct{ name, text string }

// inlineJSON reads an array of objects. A text that is no JSON gives no rows.
func inlineJSON(text string) ([]object, error) {
	if !json.Valid([]byte(text)) {
		return nil, nil
	}
	shape := errors.New("Incorrectly-formatted JSON data detected. Make sure your JSON-formatted data starts with '[' and ends with ']' and consists of JSON objects.")
	var items []json.RawMessage
	if json.Unmarshal([]byte(text), &items) != nil {
		return nil, shape
	}
	var out []object
	for _, item := range items {
		o, ok := readObject(string(item))
		if !ok {
			return nil, shape
		}
		out = append(out, o)
	}
	return out, nil
}

// readObject cuts a JSON object into members whose values are texts: scalars as they read, the others as
// compact JSON. A null member is left out.
func readObject(text string) (object, bool) {
	d := json.NewDecoder(strings.NewReader(text))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return object{}, false
	}
	o := object{text: compactJSON(text)}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return object{}, false
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return object{}, false
		}
		key, _ := name.(string)
		if s, ok := scalarText(raw); ok {
			o.members = append(o.members, member{key, s})
		}
	}
	return o, true
}

func scalarText(raw []byte) (string, bool) {
	switch raw[0] {
	case 'n':
		return "", false
	case '"':
		var s string
		err := json.Unmarshal(raw, &s)
		return s, err == nil
	case '{', '[':
		return compactJSON(string(raw)), true
	}
	return string(raw), true
}

func compactJSON(s string) string {
	var out bytes.Buffer
	if json.Compact(&out, []byte(s)) != nil {
		return s
	}
	return out.String()
}

func jsonRows(objects []object, now int64) *column.Batch {
	b := column.NewBatch(len(objects))
	raw := column.NewTextBuilder()
	times := &column.Time{}
	cols := map[string]*column.TextBuilder{}
	var names []string
	for i, o := range objects {
		raw.Append(o.text)
		times.V = append(times.V, now*1e6)
		for _, m := range o.members {
			col := cols[m.name]
			if col == nil {
				col = column.NewTextBuilder()
				cols[m.name] = col
				names = append(names, m.name)
			}
			col.AppendNulls(i - col.Len())
			if col.Len() == i {
				col.Append(m.text)
			}
		}
	}
	b.Set("_time", times)
	b.Set("_raw", raw.Build())
	for _, n := range names {
		cols[n].AppendNulls(b.N - cols[n].Len())
		b.Set(n, cols[n].Build())
	}
	return b
}
