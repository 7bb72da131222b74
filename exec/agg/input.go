package agg

import (
	"math"
	"sort"

	"spl/exec/column"
	"spl/exec/value"
)

// NoTime is the time of an entry that has none.
const NoTime = math.MinInt64

// Input is a part of the rows for all aggregations of one command: N entries, each in a group. A row
// that belongs to several groups is an entry in each.
type Input struct {
	N      int
	Groups []uint32 // nil: all in group 0
	Size   int      // number of groups so far; states grow to it
	Arg    *Column  // nil: no argument
	Time   *Column  // nil: no _time

	from, to int // the window of entries, set by Slice
	sliced   bool
	single   bool
}

// NewInput returns an input of n entries in size groups.
func NewInput(groups []uint32, size, n int, arg, time *Column) *Input {
	return &Input{N: n, Groups: groups, Size: size, Arg: arg, Time: time}
}

// Slice returns the entries from a to b alone. With single set they all count for group 0.
func (in *Input) Slice(a, b int, single bool) Input {
	out := *in
	out.from, out.to, out.sliced, out.single = a, b, true, single
	if single {
		out.Size = 1
	}
	return out
}

// Move makes an input that Slice gave stand for the entries from a to b.
func (in *Input) Move(a, b int) { in.from, in.to = a, b }

func (in *Input) bounds() (from, to int) {
	if in.sliced {
		return in.from, in.to
	}
	return 0, in.N
}

// group returns the group of an entry.
func (in *Input) group(i int) uint32 {
	if in.Groups == nil || in.single {
		return 0
	}
	return in.Groups[i]
}

// Column is an argument of the entries of one Input with the views of it that aggregates share.
type Column struct {
	Vec column.Vec

	flat  column.Vec // Dict, Int, Float or Time: every value of multivalues on its own
	at    []uint32   // the entry of each value; nil: the same number
	nums  *numView
	texts *textView
	times []int64
}

// NewColumn wraps a vector that has one row per entry.
func NewColumn(v column.Vec) *Column { return &Column{Vec: v} }

func (c *Column) flatten() {
	if c.flat != nil {
		return
	}
	v := c.Vec
	switch v.(type) {
	case *column.Const, *column.Any, *column.Bool:
		v = column.AsText(v)
	}
	list, ok := v.(*column.List)
	if !ok {
		c.flat = v
		return
	}
	c.at = make([]uint32, 0, len(list.Inner.Codes))
	for i := range list.Len() {
		for range list.Offsets[i+1] - list.Offsets[i] {
			c.at = append(c.at, uint32(i))
		}
	}
	// rows picked from a list share its values, so the range may start past 0
	if from, to := list.Offsets[0], list.Offsets[list.Len()]; from != 0 || int(to) != len(list.Inner.Codes) {
		c.flat = &column.Dict{Codes: list.Inner.Codes[from:to], D: list.Inner.D}
		return
	}
	c.flat = list.Inner
}

// textView is the values as dictionary codes, nulls left out.
type textView struct {
	d      *column.Dictionary
	codes  []uint32 // never 0
	groups []uint32 // nil: all in group 0
	at     []uint32 // entries; nil: the same number
}

func (v *textView) window(from, to int) textView {
	out := *v
	if v.at != nil {
		from, to = search(v.at, from), search(v.at, to)
		out.at = v.at[from:to]
	}
	out.codes = v.codes[from:to]
	if v.groups != nil {
		out.groups = v.groups[from:to]
	}
	return out
}

func search(at []uint32, entry int) int {
	return sort.Search(len(at), func(i int) bool { return int(at[i]) >= entry })
}

// entryTexts returns the values as text.
func (in *Input) entryTexts() textView {
	c := in.Arg
	if c.texts == nil {
		c.flatten()
		d, ok := c.flat.(*column.Dict)
		if !ok {
			d, _ = column.AsText(c.flat).(*column.Dict)
		}
		c.texts = newTextView(d, c.at, in.Groups)
	}
	v := *c.texts
	if in.sliced {
		v = c.texts.window(in.from, in.to)
	}
	if in.single {
		v.groups = nil
	}
	return v
}

func newTextView(d *column.Dict, at, groups []uint32) *textView {
	v := &textView{d: d.D, codes: d.Codes, at: at, groups: groups}
	nulls := 0
	for _, c := range d.Codes {
		if c == 0 {
			nulls++
		}
	}
	if nulls > 0 {
		v.codes = make([]uint32, 0, len(d.Codes)-nulls)
		v.at = make([]uint32, 0, len(d.Codes)-nulls)
		for i, c := range d.Codes {
			if c != 0 {
				v.codes = append(v.codes, c)
				v.at = append(v.at, entry(at, i))
			}
		}
	}
	v.groups = groupsOf(groups, v.at)
	return v
}

func entry(at []uint32, i int) uint32 {
	if at == nil {
		return uint32(i)
	}
	return at[i]
}

func groupsOf(groups, at []uint32) []uint32 {
	if groups == nil || at == nil {
		return groups
	}
	out := make([]uint32, len(at))
	for i, e := range at {
		out[i] = groups[e]
	}
	return out
}

// numView is the values that are numbers, and who had values that are none.
type numView struct {
	f      []float64
	groups []uint32 // nil: all in group 0
	at     []uint32 // entries; nil: the same number
	bad    []uint32 // entries with a value that is no number
	codes  []uint32 // codes of the numbers where they come from a dictionary, else nil
	d      *column.Dictionary
	timed  bool // they are times
}

func (v *numView) window(from, to int) numView {
	out := *v
	out.bad = v.bad[search(v.bad, from):search(v.bad, to)]
	if v.at != nil {
		from, to = search(v.at, from), search(v.at, to)
		out.at = v.at[from:to]
	}
	out.f = v.f[from:to]
	if v.groups != nil {
		out.groups = v.groups[from:to]
	}
	if v.codes != nil {
		out.codes = v.codes[from:to]
	}
	return out
}

// numbers returns the values that are numbers.
func (in *Input) numbers() numView {
	c := in.Arg
	if c.nums == nil {
		c.flatten()
		c.nums = newNumView(c.flat, c.at)
		c.nums.groups = groupsOf(in.Groups, c.nums.at)
	}
	v := *c.nums
	if in.sliced {
		v = c.nums.window(in.from, in.to)
	}
	if in.single {
		v.groups = nil
	}
	return v
}

func newNumView(flat column.Vec, at []uint32) *numView {
	switch v := flat.(type) {
	case *column.Dict:
		return numsOfDict(v, at)
	case *column.Float:
		return numsOf(v.F, v.Nulls, at, func(x float64) float64 { return x })
	case *column.Int:
		return numsOf(v.V, v.Nulls, at, func(x int64) float64 { return float64(x) })
	case *column.Time:
		out := numsOf(v.V, v.Nulls, at, func(x int64) float64 { return float64(x) / 1e6 })
		out.timed = true
		return out
	}
	return &numView{f: []float64{}, at: []uint32{}}
}

func numsOf[T any](src []T, nulls column.Bitmap, at []uint32, f func(T) float64) *numView {
	v := &numView{f: make([]float64, 0, len(src)), at: at}
	if !nulls.Any() {
		for _, x := range src {
			v.f = append(v.f, f(x))
		}
		return v
	}
	v.at = make([]uint32, 0, len(src))
	for i, x := range src {
		if !nulls.Get(i) {
			v.f = append(v.f, f(x))
			v.at = append(v.at, entry(at, i))
		}
	}
	return v
}

func numsOfDict(d *column.Dict, at []uint32) *numView {
	nums := d.D.Numbers()
	v := &numView{d: d.D, f: make([]float64, len(d.Codes)), at: at, codes: d.Codes}
	n := 0
	for ; n < len(d.Codes); n++ {
		c := d.Codes[n]
		if c == 0 || !nums.Ok.Get(int(c-1)) {
			break
		}
		v.f[n] = nums.F[c-1]
	}
	if n == len(d.Codes) {
		return v
	}
	v.f = v.f[:n]
	v.codes = append([]uint32(nil), d.Codes[:n]...)
	v.at = make([]uint32, n, len(d.Codes))
	for i := range n {
		v.at[i] = entry(at, i)
	}
	for i, c := range d.Codes[n:] {
		switch {
		case c == 0:
		case nums.Ok.Get(int(c - 1)):
			v.f = append(v.f, nums.F[c-1])
			v.codes = append(v.codes, c)
			v.at = append(v.at, entry(at, n+i))
		default:
			v.bad = append(v.bad, entry(at, n+i))
		}
	}
	return v
}

// entryTimes returns _time in microseconds, NoTime where there is none; nil without the field.
func (in *Input) entryTimes() []int64 {
	c := in.Time
	if c == nil {
		return nil
	}
	if c.times != nil {
		return c.times
	}
	c.times = Micros(c.Vec)
	return c.times
}

// Micros reads a column of _time: microseconds, NoTime where there is no time.
func Micros(v column.Vec) []int64 {
	if t, ok := v.(*column.Time); ok && !t.Nulls.Any() {
		return t.V
	}
	out := make([]int64, v.Len())
	for i := range out {
		out[i] = microsAt(v, i)
	}
	return out
}

func microsAt(v column.Vec, i int) int64 {
	if t, ok := v.(*column.Time); ok {
		if t.Nulls.Get(i) {
			return NoTime
		}
		return t.V[i]
	}
	x := v.At(i)
	if x.Kind() == value.Multi {
		x = value.OfText(x.List()[0])
	}
	f, _, ok := value.OfText(x.Text()).Number()
	if !ok || math.Abs(f) > 9e12 {
		return NoTime
	}
	return micros(f)
}

// origin notes where values came from: those that were all times stay times, since numbers read from text
// are cut to the decimals that it happens to show.
type origin uint8

const (
	fromTimes origin = 1 << iota
	fromOthers
)

func (o *origin) note(timed bool, n int) {
	switch {
	case n == 0:
	case timed:
		*o |= fromTimes
	default:
		*o |= fromOthers
	}
}

// micros turns seconds into what column.Time holds.
func micros(seconds float64) int64 { return int64(math.Round(seconds * 1e6)) }
