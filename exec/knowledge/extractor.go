package knowledge

import (
	"slices"
	"strings"
	"sync"

	"spl/exec/column"
	"spl/exec/ingest"
	"spl/exec/store"
	"spl/lang"
)

// Extractor computes the needed fields of batches. It is safe for concurrent use.
type Extractor struct {
	set    *Set
	needed column.FieldSet
	needs  column.FieldSet
	extra  []*step // default fields, event types and tags
	// asksTables: a lookup may make needed fields, if there is a table.
	asksTables bool

	mu    sync.Mutex
	plans map[*rules]*plan
}

// plan is the rules of a group of events, cut down to what is needed.
type plan struct {
	rules *rules
	steps []*step
	need  column.FieldSet // stored fields, and those on the way
	split bool            // stored fields wait for the turn of automatic extraction
}

// Extractor returns what computes needed for events of a stream, of which any part may be unknown ("").
// A wildcard, or all fields, means every stored and every configured field that matches; of the default
// fields linecount, punct, splunk_server and date_* only those that are named.
func (s *Set) Extractor(st Stream, needed column.FieldSet) (*Extractor, error) {
	e := &Extractor{set: s, needed: needed, plans: map[*rules]*plan{}}
	e.extra = s.extraSteps(needed)
	e.needs = needed
	switch {
	case st.Sourcetype != "" && st.Source != "" && st.Host != "":
		e.needs = e.plan(s.rulesFor(st.Sourcetype, st.Source, st.Host)).need
	case !needed.All():
		sourcetype := st.Sourcetype
		if len(s.Renames()) > 0 {
			sourcetype = ""
		}
		e.closure(sourcetype)
	}
	if s.byStanza() {
		e.needs = e.needs.With(store.FieldSource, store.FieldHost, store.FieldSourcetype)
	}
	return e, nil
}

// byStanza reports whether there is anything that depends on what an event is.
func (s *Set) byStanza() bool { return len(s.stanzas()) > 0 }

// mostClosures bounds what is remembered of earlier searches.
const mostClosures = 1024

// closure grows needs by what the rules of any stanza read. The rules of one stanza may make what those
// of another read, so it goes on until nothing is added. Searches of the same fields share the answer,
// unless it depends on the tables that there are.
func (e *Extractor) closure(sourcetype string) {
	key := sourcetype + "\x00" + e.needs.Key()
	if e.set.view == nil {
		e.set.mu.Lock()
		known, ok := e.set.closures[key]
		e.set.mu.Unlock()
		if ok {
			e.needs = known
			return
		}
	}
	all := e.set.props.Any(sourcetype)
	for before := ""; before != e.needs.Key(); {
		before = e.needs.Key()
		for _, settings := range all {
			e.needs = e.needs.Union(e.reduce(e.set.of(settings), e.needs).need)
		}
	}
	if e.set.view != nil || e.asksTables {
		return
	}
	e.set.mu.Lock()
	defer e.set.mu.Unlock()
	if len(e.set.closures) >= mostClosures {
		clear(e.set.closures)
	}
	e.set.closures[key] = e.needs
}

// Needs returns the stored columns to read.
func (e *Extractor) Needs() column.FieldSet { return e.needs }

// Problems returns what is wrong with the rules used so far; those rules are left out.
func (e *Extractor) Problems() lang.Diagnostics {
	e.mu.Lock()
	defer e.mu.Unlock()
	out := slices.Clone(e.set.types.problems)
	seen := map[string]bool{}
	for r := range e.plans {
		for _, d := range r.found() {
			if key := d.Src.Name + d.Msg; !seen[key] {
				seen[key] = true
				out = append(out, d)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b lang.Diagnostic) int { return strings.Compare(a.Msg, b.Msg) })
	return out
}

func (e *Extractor) plan(r *rules) *plan {
	e.mu.Lock()
	defer e.mu.Unlock()
	p := e.plans[r]
	if p == nil {
		p = e.reduce(r, e.needed)
		e.plans[r] = p
	}
	return p
}

// wantsMore reports whether a field may be wanted that only the events can tell.
func wantsMore(need column.FieldSet) bool {
	if !need.Exact() {
		return true
	}
	for _, n := range need.Names() {
		if !slices.Contains(standing, n) {
			return true
		}
	}
	return false
}

// standing are the fields that are there without any extraction.
var standing = []string{store.FieldTime, store.FieldIndexTime, store.FieldRaw, store.FieldIndex, store.FieldHost, store.FieldSource,
	store.FieldSourcetype, ingest.FieldReader}

// reduce walks the steps from the last to the first and keeps those that make a needed field.
func (e *Extractor) reduce(r *rules, needed column.FieldSet) *plan {
	r = e.set.asSeen(r)
	p := &plan{rules: r, need: needed}
	all := slices.Concat(r.steps, e.extra)
	for ph := int(phases) - 1; ph >= 0; ph-- {
		// Steps of one phase see what was before it, but aliases and the like one another in turn.
		at := p.need
		for _, s := range slices.Backward(all) {
			if int(s.phase) != ph {
				continue
			}
			if s.phase != atCalculated && s.phase != atAutomatic {
				at = p.need
			}
			if !s.makes(at) {
				continue
			}
			e.asksTables = e.asksTables || s.phase == atLookup
			if s = e.set.use(s); s != nil && s.makes(at) {
				p.steps = append(p.steps, s)
				p.need = p.need.With(s.ins...)
			}
		}
	}
	slices.Reverse(p.steps)
	for _, s := range p.steps {
		if s.phase < atAutomatic && !standingStep(s) || r.mode != kvDefault || r.noJSON {
			p.split = !r.indexed
		}
	}
	if p.split {
		p.need = p.need.With(ingest.FieldReader)
	}
	return p
}

// standingStep tells the default fields, which do not compete with extracted ones.
func standingStep(s *step) bool {
	_, ok := defaultFields[s.outs0()]
	return ok && len(s.outs) == 1
}

func (s *step) outs0() string {
	if len(s.outs) == 0 {
		return ""
	}
	return s.outs[0]
}

// Apply returns the batch with the needed fields; columns that were only read on the way are left out.
func (e *Extractor) Apply(b *column.Batch) (*column.Batch, error) {
	if b.N == 0 {
		return b, nil
	}
	groups := e.groups(b)
	if len(groups) == 1 {
		return e.run(groups[0].plan, b)
	}
	parts := make([]*column.Batch, len(groups))
	place := make([]uint32, 0, b.N)
	for i, g := range groups {
		part, err := e.run(g.plan, b.Pick(g.rows))
		if err != nil {
			return nil, err
		}
		parts[i] = part
		place = append(place, g.rows...)
	}
	joined := column.Join(parts...)
	back := make([]uint32, len(place))
	for at, row := range place {
		back[row] = uint32(at)
	}
	out := joined.Pick(back)
	out.Seq, out.Ordered, out.Sel = b.Seq, b.Ordered, b.Sel
	return out, nil
}

// ruled is the rows of a batch for which the same plan holds.
type ruled struct {
	plan *plan
	rows []uint32
}

// groups finds the rules of every row. The rows of the only group are not listed.
func (e *Extractor) groups(b *column.Batch) []*ruled {
	var vecs [3]column.Vec
	var values [3]string // where all rows have the same
	same := true
	for i, f := range [...]string{store.FieldSourcetype, store.FieldSource, store.FieldHost} {
		vecs[i] = b.Col(f)
		c, one := vecs[i].(*column.Const)
		if same = same && one; one {
			values[i] = c.V.Text()
		}
	}
	if same {
		return []*ruled{{plan: e.plan(e.set.rulesFor(values[0], values[1], values[2]))}}
	}
	var cols [3]*column.Dict
	for i, v := range vecs {
		if cols[i] = texts(v); cols[i] == nil {
			cols[i] = &column.Dict{Codes: make([]uint32, b.N), D: column.DictionaryOf()}
		}
	}
	planAt := func(i int) *plan {
		return e.plan(e.set.rulesFor(cols[0].Text(i), cols[1].Text(i), cols[2].Text(i)))
	}
	out := []*ruled{{plan: planAt(0)}}
	byKey := map[[3]uint32]*ruled{}
	byPlan := map[*plan]*ruled{out[0].plan: out[0]}
	var last [3]uint32
	var g *ruled
	for i := range b.N {
		key := [3]uint32{cols[0].Codes[i], cols[1].Codes[i], cols[2].Codes[i]}
		if g == nil || key != last {
			last, g = key, byKey[key]
		}
		if g == nil {
			p := planAt(i)
			g = byPlan[p]
			if g == nil {
				g = &ruled{plan: p}
				byPlan[p] = g
				if out = append(out, g); len(out) == 2 {
					out[0].rows = firstRows(i)
				}
			}
			byKey[key] = g
		}
		if len(out) > 1 {
			g.rows = append(g.rows, uint32(i))
		}
	}
	return out
}

func firstRows(n int) []uint32 {
	rows := make([]uint32, n)
	for i := range rows {
		rows[i] = uint32(i)
	}
	return rows
}

// run computes the fields of rows that share a plan.
func (e *Extractor) run(p *plan, b *column.Batch) (*column.Batch, error) {
	w := &work{b: b.Copy()}
	if p.split && !allIndexed(b) {
		w.separate()
	}
	last := phase(0)
	for _, s := range p.steps {
		if s.phase != last && last == atCalculated {
			w.settle()
		}
		last = s.phase
		if err := s.run(w); err != nil {
			return nil, err
		}
	}
	w.settle()
	if err := w.merge(); err != nil {
		return nil, err
	}
	if p.rules.rename != "" {
		w.put("_sourcetype", w.col(store.FieldSourcetype))
		w.put(store.FieldSourcetype, column.ConstText(p.rules.rename, w.b.N))
	}
	for _, n := range slices.Clone(w.b.Names) {
		if !e.stays(n, b) {
			w.b.Drop(n)
		}
	}
	return w.b, nil
}

// stays reports whether a column is handed on: it is needed, or the caller had read it for itself.
func (e *Extractor) stays(name string, b *column.Batch) bool {
	switch {
	case name == ingest.FieldReader:
		return slices.Contains(e.needed.Names(), name)
	case name == store.FieldTime || e.needed.Has(name):
		return true
	}
	return b.Has(name) && !e.needs.Has(name)
}

// separate takes the stored fields away until automatic extraction has its turn.
func (w *work) separate() {
	w.auto = column.NewBatch(w.b.N)
	kept := column.NewBatch(w.b.N)
	kept.Sel, kept.Seq, kept.Ordered = w.b.Sel, w.b.Seq, w.b.Ordered
	for i, n := range w.b.Names {
		to := w.auto
		if slices.Contains(standing, n) {
			to = kept
		}
		to.Names, to.Cols = append(to.Names, n), append(to.Cols, w.b.Cols[i])
	}
	w.b = kept
}

// allIndexed reports whether all fields of the batch were known before any extraction.
func allIndexed(b *column.Batch) bool {
	d := texts(b.Col(ingest.FieldReader))
	return d != nil && d.D.Len() == 1 && d.D.Text(0) == ingest.ReaderIndexed && !slices.Contains(d.Codes, 0)
}
