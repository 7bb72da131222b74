package op

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"spl/exec/column"
	"spl/exec/eval"
	"spl/exec/plan"
	"spl/exec/store"
	"spl/lang"
)

// Scan reads events from the store: the indexes and times that its terms allow, with the fields that the
// rest of the pipeline reads, filtered.
type Scan struct {
	plan.Base
	term    lang.Term // without time terms; fields may be computed ones
	times   eval.Bounds
	filter  *eval.Filter
	extra   []*Filter // filters that came from behind the scan
	want    column.FieldSet
	ordered bool
	rawOnly *column.TextQuery // of the only reader of _raw, to which other texts are as good as none
	env     *plan.Env
	text    string
}

// NewScan returns the scan that a search expression at the start of a pipeline means.
func NewScan(b *plan.Builder, st *lang.Stage, where lang.Term) (plan.Node, error) {
	ctx := &eval.Ctx{Now: b.Env.Now, Zone: b.Env.Zone, Seed: b.Env.Seed, Parser: b.Parser, Src: st.Src, Subject: "'search' command"}
	term, times, ds := eval.SplitTime(where, ctx)
	if err := ds.Err(); err != nil {
		return nil, err
	}
	filter, ds := eval.CompileSearch(term, ctx)
	if err := ds.Err(); err != nil {
		return nil, err
	}
	return &Scan{Base: plan.Base{C: plan.Generating}, term: term, times: times, filter: filter, want: column.AllFields(),
		ordered: true, env: b.Env, text: scanText(st, where)}, nil
}

// scanText is the expression with the results of its subsearches or, where they did not run, with […] in
// their places.
func scanText(st *lang.Stage, where lang.Term) string {
	if len(st.Subs) == 0 {
		return strings.TrimSpace("search " + lang.TermString(where))
	}
	var out strings.Builder
	at := st.RawSpan.Start
	for _, sub := range st.Subs {
		out.WriteString(st.Src.Text[at:sub.Start] + "[…]")
		at = sub.End
	}
	out.WriteString(st.Src.Text[at:st.RawSpan.End])
	return "search " + strings.Join(strings.Fields(out.String()), " ")
}

// String returns the text.
func (s *Scan) String() string { return s.text }

// Needs returns nothing: a scan has no input.
func (s *Scan) Needs(column.FieldSet) column.FieldSet { return column.FieldSet{} }

// Want takes the fields that the rest reads, and whether it can tell the order of events.
func (s *Scan) Want(fields column.FieldSet, ordered bool) { s.want, s.ordered = fields, ordered }

// With returns the scan with another filter behind its own.
func (s *Scan) With(f *Filter) *Scan {
	out := *s
	out.extra = append(slices.Clone(s.extra), f)
	return &out
}

// read is every field that is wanted or tested.
func (s *Scan) read() column.FieldSet {
	fields := s.want.Union(s.filter.Fields()).With(store.FieldTime)
	for _, f := range s.extra {
		fields = fields.Union(f.F.Fields())
	}
	return fields
}

// FieldsText lists fields for people: without the columns that unfinished aggregates travel in.
func FieldsText(s column.FieldSet) string {
	if s.All() {
		return s.String()
	}
	names := slices.DeleteFunc(s.Names(), func(n string) bool { return strings.HasPrefix(n, "psrsvd_") })
	return strings.Join(append(names, s.Patterns()...), " ")
}

// Describe tells what is read.
func (s *Scan) Describe() []string {
	fields := s.read()
	order := "newest first"
	if !s.ordered {
		order = "in any order"
	}
	out := []string{"indexes " + strings.Join(s.indexNames(nil), ", "), "fields " + FieldsText(fields), order}
	for _, f := range s.extra {
		out = append(out, "then "+f.String())
	}
	return out
}

// Units asks the store for the events that may match.
func (s *Scan) Units(ctx context.Context, rt *plan.Runtime) (*plan.Units, error) {
	known, err := s.knownIndexes(ctx)
	if err != nil {
		return nil, err
	}
	r, err := newLoader(s)
	if err != nil {
		return nil, err
	}
	if s.times.Given {
		rt.Note(plan.Message{Severity: lang.Info, Text: "Your timerange was substituted based on your search string"})
	}
	rt.Stats.NoteScan(s, r.stats)
	units, err := s.env.Store.Scan(ctx, store.Scan{
		Indexes: s.indexNames(known), Time: r.bounds, Terms: s.term, Stored: s.stored(), Fields: r.reads(),
		Ordered: s.ordered, Load: r.load, Bytes: &r.stats.Bytes,
	})
	if err != nil {
		return nil, fmt.Errorf("read events: %w", err)
	}
	r.stats.Pruned = units.Pruned
	out := &plan.Units{Units: make([]plan.Unit, len(units.Units)), Close: units.Release}
	for i, u := range units.Units {
		out.Units[i] = &scanUnit{scan: s, unit: u}
	}
	return out, nil
}

// stored tells which fields of the terms the store may judge by: no rule makes or changes them. A field
// that is named like a time term tests nothing in events without it.
func (s *Scan) stored() func(o *store.Origin, field string) bool {
	type key struct{ origin, field string }
	known := map[key]bool{}
	var last *store.Origin // a segment is asked about several times, and many come from the same places
	var origin string
	return func(o *store.Origin, field string) bool {
		if o != last {
			last, origin = o, strings.Join([]string{o.Sourcetype, strings.Join(o.Sources, "\x00"), strings.Join(o.Hosts, "\x00")}, "\x01")
		}
		k := key{origin, field}
		v, ok := known[k]
		if !ok {
			v = !eval.IsTimeTerm(field) && s.env.Knowledge.Stored(o, field)
			known[k] = v
		}
		return v
	}
}

// knownIndexes lists the indexes of the store; one that knows their names need not look at the events.
func (s *Scan) knownIndexes(ctx context.Context) ([]string, error) {
	if n, ok := s.env.Store.(interface {
		IndexNames(context.Context) ([]string, error)
	}); ok {
		names, err := n.IndexNames(ctx)
		return slices.Clone(names), err
	}
	infos, err := s.env.Store.Indexes(ctx)
	if err != nil {
		return nil, err
	}
	known := make([]string, len(infos))
	for i, x := range infos {
		known[i] = x.Name
	}
	return known, nil
}

// Range is the time range of events: that of the call, unless the terms give one.
func (s *Scan) Range() store.TimeRange {
	if s.times.Given {
		return store.TimeRange{Earliest: s.times.Earliest, Latest: s.times.Latest}
	}
	return s.env.Range
}

// indexNames returns the known indexes in which events may match. Without a word on the index in the
// terms those are the default ones; known nil returns what the terms say.
func (s *Scan) indexNames(known []string) []string {
	if known == nil {
		if !mentions(s.term, store.FieldIndex) {
			return s.env.DefaultIndexes
		}
		return []string{"as the terms say"}
	}
	if !mentions(s.term, store.FieldIndex) {
		return slices.DeleteFunc(known, func(n string) bool { return !slices.Contains(s.env.DefaultIndexes, n) })
	}
	return slices.DeleteFunc(known, func(n string) bool { return mayMatch(s.term, store.FieldIndex, n) == never })
}

// scanUnit reads one unit of the store, which the loader has filtered.
type scanUnit struct {
	scan *Scan
	unit store.Unit
}

// Read returns the unit's events that match, with the wanted fields.
func (u *scanUnit) Read(ctx context.Context) ([]*column.Batch, error) {
	bs, err := u.unit.Read(ctx)
	if err != nil {
		return nil, err
	}
	out := bs[:0]
	for _, b := range bs {
		if b.Rows() == 0 {
			continue
		}
		b = b.Copy()
		for i := len(b.Names) - 1; i >= 0; i-- { // fields that only the filter or the order needed
			if !u.scan.want.Has(b.Names[i]) {
				b.Drop(b.Names[i])
			}
		}
		out = append(out, b)
	}
	return out, nil
}
