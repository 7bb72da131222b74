package eval

import (
	"slices"
	"sync"

	"spl/exec/column"
	"spl/exec/value"
)

// existsPred holds where a field has a value.
type existsPred struct{ field string }

func (p existsPred) cost() int { return 1 }

func (p existsPred) match(f *frame, sel column.Bitmap) column.Bitmap {
	none := nullsOf(f.field(p.field), f.n)
	if none == nil {
		return sel
	}
	return without(sel, none)
}

// looseTimePred is a comparison with a field that is named like a time term. Where no such field
// exists the name is a time term that has done its work already.
type looseTimePred struct {
	pred
	field string
}

func (p *looseTimePred) match(f *frame, sel column.Bitmap) column.Bitmap {
	if c, ok := f.field(p.field).(*column.Const); ok && c.V.IsNull() {
		return sel
	}
	return p.pred.match(f, sel)
}

// fieldPred holds where a value of a field passes a test. Verdicts are found once per distinct value.
type fieldPred struct {
	field  string
	text   func(s string) bool
	num    func(x float64) bool // the same test for numbers; nil: by their text
	weight int
	query  *column.TextQuery // the test, where text that is not made yet can be searched by it

	mu   sync.Mutex
	seen [16]verdicts
	next int
}

// verdicts are those of the entries of a dictionary.
type verdicts struct {
	d    *column.Dictionary
	bits column.Bitmap
}

func (p *fieldPred) cost() int { return p.weight }

func (p *fieldPred) match(f *frame, sel column.Bitmap) column.Bitmap {
	switch v := f.field(p.field).(type) {
	case *column.Const:
		if p.value(v.V) {
			return sel
		}
		return column.NewBitmap(f.n)
	case *column.Dict:
		return p.matchDict(v, sel)
	case *column.List:
		return p.matchList(v, sel)
	case *column.Deferred:
		return p.matchDeferred(v, sel)
	case *column.Int, *column.Float, *column.Time:
		if p.num != nil {
			return p.matchNumbers(v, sel, f.n)
		}
		return p.rows(v, sel, f.n)
	default:
		return p.rows(v, sel, f.n)
	}
}

// value tests a value of any kind.
func (p *fieldPred) value(v value.Value) bool {
	return slices.ContainsFunc(v.List(), p.text)
}

func (p *fieldPred) rows(v column.Vec, sel column.Bitmap, n int) column.Bitmap {
	out := column.NewBitmap(n)
	sel.Each(func(i int) {
		if p.value(v.At(i)) {
			out.Set(i)
		}
	})
	return out
}

func (p *fieldPred) matchNumbers(v column.Vec, sel column.Bitmap, n int) column.Bitmap {
	a, _ := numbersOf(v, n, true)
	out := fill(n, func(i int) bool { return p.num(a.f[i]) })
	out.And(sel)
	if a.bad != nil {
		out.AndNot(a.bad)
	}
	return out
}

func (p *fieldPred) matchDict(v *column.Dict, sel column.Bitmap) column.Bitmap {
	bits := p.lookup(v.D)
	if bits == nil && v.D.Len() <= sel.Count() {
		bits = p.entries(v.D)
	}
	if bits != nil {
		out := spreadBits(bits, v.Codes)
		out.And(sel)
		return out
	}
	out := column.NewBitmap(len(v.Codes))
	test := p.lazy(v.D)
	sel.Each(func(i int) {
		if test(v.Codes[i]) {
			out.Set(i)
		}
	})
	return out
}

// matchDeferred makes only the texts that may match.
func (p *fieldPred) matchDeferred(v *column.Deferred, sel column.Bitmap) column.Bitmap {
	if p.query != nil {
		found, sure := v.Search(p.query, sel)
		if sure || !found.Any() {
			return found
		}
		sel = found
	}
	switch v := v.Texts(sel).(type) {
	case *column.Dict:
		return p.matchDict(v, sel)
	default:
		return p.rows(v, sel, v.Len())
	}
}

func (p *fieldPred) matchList(v *column.List, sel column.Bitmap) column.Bitmap {
	out := column.NewBitmap(v.Len())
	test := p.lazy(v.Inner.D)
	sel.Each(func(i int) {
		if slices.ContainsFunc(v.Inner.Codes[v.Offsets[i]:v.Offsets[i+1]], test) {
			out.Set(i)
		}
	})
	return out
}

// entries returns the verdict of every entry by code and keeps it for further batches.
func (p *fieldPred) entries(d *column.Dictionary) column.Bitmap {
	bits := column.NewBitmap(d.Len() + 1)
	for k := range d.Len() {
		if p.text(d.Text(k)) {
			bits.Set(k + 1)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen[p.next] = verdicts{d, bits}
	p.next = (p.next + 1) % len(p.seen)
	return bits
}

func (p *fieldPred) lookup(d *column.Dictionary) column.Bitmap {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.seen {
		if s.d == d {
			return s.bits
		}
	}
	return nil
}

// lazy returns a test by code that finds the verdict of an entry when it is first asked for.
func (p *fieldPred) lazy(d *column.Dictionary) func(code uint32) bool {
	known := make([]uint8, d.Len()+1)
	known[0] = 1
	return func(code uint32) bool {
		if known[code] == 0 {
			known[code] = 1
			if p.text(d.Text(int(code - 1))) {
				known[code] = 2
			}
		}
		return known[code] == 2
	}
}
