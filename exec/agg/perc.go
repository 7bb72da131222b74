package agg

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"spl/exec/codec"
	"spl/exec/column"
	"spl/exec/value"
)

const percDoc = "Interpolates between the two nearest of the sorted numbers. Exact up to several million numbers; beyond " +
	"that the numbers of large groups are pooled, as Splunk always does."

var perc = &Func{
	Name: "perc", Aliases: []string{"p"}, Usage: "perc<N>(<field>), 0 <= N < 100", Min: 1, Max: 1, Numeric: true, Percent: true,
	Doc: percDoc, Example: Example{"perc95(x)", "1 2 3 4 5 6 7 8 9 10", "9.55"}, New: newPercentile,
}

var upperperc = &Func{
	Name: "upperperc", Usage: "upperperc<N>(<field>), 0 <= N < 100", Min: 1, Max: 1, Numeric: true, Percent: true,
	Doc: "The same as perc.", Example: Example{"upperperc50(x)", "1 2", "1.5"}, New: newPercentile,
}

var exactperc = &Func{
	Name: "exactperc", Usage: "exactperc<N>(<field>), 0 <= N < 100", Min: 1, Max: 1, Numeric: true, Percent: true,
	Doc: "The same as perc, never pooled.", Example: Example{"exactperc50(x)", "3 1 2", "2"},
	New: func(a Arg) State {
		return &ranks{strict: strict{on: a.AllNum}, percent: a.Percent, exact: true}
	},
}

var median = &Func{
	Name: "median", Usage: "median(<field>)", Min: 1, Max: 1, Numeric: true,
	Doc: "The middle number. Of an even count it is the mean of the middle pair, rounded half up to the most decimals " +
		"that any of the numbers shows.",
	Example: Example{"median(x)", "1 4", "3"},
	New:     func(a Arg) State { return &ranks{strict: strict{on: a.AllNum}, median: true} },
}

func newPercentile(a Arg) State { return &ranks{strict: strict{on: a.AllNum}, percent: a.Percent} }

// item is count equal numbers of a group, or the mean of a pool of near ones.
type item struct {
	f     float64
	group uint32
	count uint32
}

// exactItems is how many items are kept before equal ones are put together, and then large groups
// pooled.
const exactItems = 4 << 20

// poolSize is about how many items a pooled group keeps; at most that share of its numbers meets in one.
const poolSize = 2000

// ranks keeps the numbers of all groups in one list.
type ranks struct {
	strict
	percent  float64
	median   bool
	exact    bool
	items    []item
	decimals []uint8 // by group, for median: the most decimals shown
	limit    int     // of items; grows when nothing could be pooled
	sorted   bool
	starts   []int // by group, while sorted
}

func (s *ranks) Add(in *Input) {
	v := in.numbers()
	s.note(in, v)
	if s.sorted && len(v.f) == 1 { // running results are asked for after every row
		g := uint32(0)
		if v.groups != nil {
			g = v.groups[0]
		}
		s.insert(item{v.f[0], g, 1})
		if s.median {
			s.noteDecimals(in, v)
		}
		s.shrink()
		return
	}
	s.sorted = false
	if v.groups == nil {
		for _, x := range v.f {
			s.items = append(s.items, item{x, 0, 1})
		}
	} else {
		for i, g := range v.groups {
			s.items = append(s.items, item{v.f[i], g, 1})
		}
	}
	if s.median {
		s.noteDecimals(in, v)
	}
	s.shrink()
}

func (s *ranks) noteDecimals(in *Input, v numView) {
	s.decimals = grow(s.decimals, in.Size)
	var shown []uint8
	if v.d != nil {
		shown = dictDecimals(v.d)
	}
	for i, x := range v.f {
		g := uint32(0)
		if v.groups != nil {
			g = v.groups[i]
		}
		d := uint8(0)
		switch {
		case shown != nil:
			d = shown[v.codes[i]-1]
		case x != math.Trunc(x):
			d = decimalsOf(value.FormatNumber(x, value.Exact))
		}
		s.decimals[g] = max(s.decimals[g], d)
	}
}

type decimalsKey struct{}

// dictDecimals returns how many digits after the point each entry shows.
func dictDecimals(d *column.Dictionary) []uint8 {
	return d.Memo(decimalsKey{}, func() any {
		out := make([]uint8, d.Len())
		for k := range out {
			out[k] = decimalsOf(d.Text(k))
		}
		return out
	}).([]uint8)
}

func decimalsOf(s string) uint8 {
	_, frac, _ := strings.Cut(s, ".")
	n := 0
	for n < len(frac) && frac[n]-'0' <= 9 {
		n++
	}
	return uint8(min(n, 17))
}

// shrink puts equal numbers together once there are many, and pools large groups if that is not enough.
func (s *ranks) shrink() {
	if s.limit == 0 {
		s.limit = exactItems
	}
	if len(s.items) <= s.limit {
		return
	}
	s.sort()
	out := s.items[:0]
	for _, it := range s.items {
		if n := len(out) - 1; n >= 0 && out[n].group == it.group && out[n].f == it.f && out[n].count <= math.MaxUint32-it.count {
			out[n].count += it.count
			continue
		}
		out = append(out, it)
	}
	s.items = out
	if !s.exact && len(s.items) > s.limit/2 {
		s.pool()
	}
	s.sorted = false
	s.limit = max(s.limit, 2*len(s.items))
}

// pool replaces runs of neighbours in groups of more than poolSize items by their mean; runs are small
// towards both ends, so that outer percentiles stay sharp.
func (s *ranks) pool() {
	out := s.items[:0:0]
	for i := 0; i < len(s.items); {
		j, total := i, 0.0
		for ; j < len(s.items) && s.items[j].group == s.items[i].group; j++ {
			total += float64(s.items[j].count)
		}
		if j-i <= poolSize {
			out = append(out, s.items[i:j]...)
		} else {
			out = poolRun(out, s.items[i:j], total)
		}
		i = j
	}
	s.items = out
}

func poolRun(out, run []item, total float64) []item {
	seen := 0.0
	cur := run[0]
	weight := float64(cur.count)
	for _, it := range run[1:] {
		w := weight + float64(it.count)
		q := (seen + w/2) / total
		if w <= 1 || w <= 4*total*q*(1-q)/poolSize*2 && w < math.MaxUint32 {
			cur.f += (it.f - cur.f) * float64(it.count) / w
			weight = w
			continue
		}
		cur.count = uint32(weight)
		out = append(out, cur)
		seen += weight
		cur, weight = it, float64(it.count)
	}
	cur.count = uint32(weight)
	return append(out, cur)
}

// sort orders the items by group, then by number.
func (s *ranks) sort() {
	if s.sorted {
		return
	}
	groups := uint32(0)
	for _, it := range s.items {
		groups = max(groups, it.group+1)
	}
	s.starts = make([]int, groups)
	for _, it := range s.items {
		s.starts[it.group]++
	}
	at := 0
	for g, n := range s.starts {
		s.starts[g] = at
		at += n
	}
	if groups > 1 {
		dealt := make([]item, len(s.items))
		next := slices.Clone(s.starts)
		for _, it := range s.items {
			dealt[next[it.group]] = it
			next[it.group]++
		}
		s.items = dealt
	}
	for g, from := range s.starts {
		to := len(s.items)
		if g+1 < len(s.starts) {
			to = s.starts[g+1]
		}
		sortItems(s.items[from:to])
	}
	s.sorted = true
}

// insert puts an item where it belongs.
func (s *ranks) insert(it item) {
	for len(s.starts) <= int(it.group) {
		s.starts = append(s.starts, len(s.items))
	}
	from := s.starts[it.group]
	i, _ := slices.BinarySearchFunc(s.of(int(it.group)), it, func(a, b item) int { return cmp.Compare(a.f, b.f) })
	s.items = slices.Insert(s.items, from+i, it)
	for g := int(it.group) + 1; g < len(s.starts); g++ {
		s.starts[g]++
	}
}

// sortItems orders the items of one group; those counted once each sort as plain numbers.
func sortItems(items []item) {
	if slices.ContainsFunc(items, func(it item) bool { return it.count != 1 }) {
		slices.SortFunc(items, func(a, b item) int { return cmp.Compare(a.f, b.f) })
		return
	}
	fs := make([]float64, len(items))
	for i, it := range items {
		fs[i] = it.f
	}
	slices.Sort(fs)
	for i, f := range fs {
		items[i].f = f
	}
}

// of returns the items of a group, ascending.
func (s *ranks) of(g int) []item {
	s.sort()
	if g >= len(s.starts) {
		return nil
	}
	if g+1 < len(s.starts) {
		return s.items[s.starts[g]:s.starts[g+1]]
	}
	return s.items[s.starts[g]:]
}

// nth returns the number at a rank counted from 0, and the one after it.
func nth(items []item, rank int64) (a, b float64) {
	for i, it := range items {
		n := int64(it.count)
		if rank >= n {
			rank -= n
			continue
		}
		a, b = it.f, it.f
		if rank == n-1 && i+1 < len(items) {
			b = items[i+1].f
		}
		return a, b
	}
	last := items[len(items)-1].f
	return last, last
}

func (s *ranks) At(g int) value.Value {
	items := s.of(g)
	if len(items) == 0 || s.refused(g) {
		return value.Value{}
	}
	n := int64(0)
	for _, it := range items {
		n += int64(it.count)
	}
	if s.median {
		return value.OfNumber(s.middle(g, items, n), value.Exact)
	}
	// Hundredths are divided off last, so that they stay whole: 1 to 10 then has 9.55 and not 9.549999999999999
	// as its 95th percentile.
	f := s.percent * float64(n-1)
	low := math.Floor(f / 100)
	a, b := nth(items, int64(low))
	return value.OfNumber(a+(b-a)*(f-100*low)/100, value.Exact)
}

func (s *ranks) middle(g int, items []item, n int64) float64 {
	a, b := nth(items, (n-1)/2)
	if n%2 == 1 {
		return a
	}
	d := 0
	if g < len(s.decimals) {
		d = int(s.decimals[g])
	}
	return roundHalfUp((a+b)/2, d)
}

// roundHalfUp rounds to d decimals, a half towards the larger number, on the shortest decimal text.
func roundHalfUp(x float64, d int) float64 {
	r := value.Round(x, d)
	if x >= 0 || r == x {
		return r
	}
	text := strconv.FormatFloat(-x, 'f', -1, 64)
	if _, frac, _ := strings.Cut(text, "."); len(frac) == d+1 && frac[d] == '5' {
		return value.Round(r+math.Pow10(-d), d)
	}
	return r
}

func (s *ranks) Result(n int) column.Vec {
	out := &column.Float{F: make([]float64, n)}
	for g := range n {
		f, _, ok := s.At(g).Number()
		if !ok {
			out.Nulls = out.Nulls.Marked(g, n)
			continue
		}
		out.F[g] = f
	}
	return out
}

func (s *ranks) Merge(o State, to []uint32, n int) {
	p := o.(*ranks)
	s.sorted = false
	for _, it := range p.items {
		if t, ok := target(to, int(it.group)); ok {
			it.group = t
			s.items = append(s.items, it)
		}
	}
	if s.median {
		s.decimals = grow(s.decimals, n)
	}
	for g, d := range p.decimals {
		if t, ok := target(to, g); ok {
			s.decimals[t] = max(s.decimals[t], d)
		}
	}
	s.merge(&p.strict, to, n)
	s.shrink()
}

func (s *ranks) Bytes() int64 {
	return 16*int64(cap(s.items)) + int64(cap(s.decimals)+cap(s.bad)) + 8*int64(cap(s.starts))
}

func (s *ranks) Encode(e *codec.Encoder) {
	e.Uint(uint64(len(s.items)))
	for _, it := range s.items {
		e.Float(it.f)
		e.Uint(uint64(it.group))
		e.Uint(uint64(it.count))
	}
	e.Text(string(s.decimals))
	s.encode(e)
}

func (s *ranks) Decode(d *codec.Decoder) {
	s.items = make([]item, d.Length(10))
	for i := range s.items {
		s.items[i] = item{d.Float(), uint32(d.Uint()), uint32(d.Uint())}
	}
	s.decimals = []uint8(d.Text())
	s.decode(d)
}
