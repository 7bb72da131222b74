package eval

import (
	"slices"
	"sync"

	"spl/exec/column"
)

// lift lets x run once per distinct value of the field it depends on.
func lift(x *expr) {
	if x.konst || x.cheap || x.volatile || len(x.fields) == 0 {
		return
	}
	if _, ok := x.node.(*liftNode); !ok {
		x.node = &liftNode{inner: x.node, fields: x.fields}
	}
}

// liftNode evaluates its operation over the entries of dictionaries where that is less work than over
// the rows. Results are kept for the next batch over the same dictionary. They are kept here and not
// beside the dictionary because a store may hold dictionaries for longer than any search lives.
type liftNode struct {
	inner  node
	fields []string

	mu   sync.Mutex
	seen [16]liftResult
	next int
}

type liftResult struct {
	d   *column.Dictionary
	str bool
	v   column.Vec
}

func (l *liftNode) eval(f *frame) column.Vec {
	if f.n == 0 {
		return column.Nulls(0)
	}
	var dicts []*column.Dict
	var names []string
	for _, name := range l.fields {
		switch v := f.field(name).(type) {
		case *column.Const:
		case *column.Dict:
			dicts = append(dicts, v)
			names = append(names, name)
		default:
			return l.inner.eval(f)
		}
	}
	switch len(dicts) {
	case 0:
		v := l.inner.eval(f.pick([]uint32{0}))
		return &column.Const{V: v.At(0), N: f.n}
	case 1:
		return l.single(f, names[0], dicts[0])
	case 2:
		return l.pairs(f, names, dicts)
	}
	return l.inner.eval(f)
}

// single evaluates over the entries of the only field that varies.
func (l *liftNode) single(f *frame, name string, d *column.Dict) column.Vec {
	if v := l.lookup(d); v != nil {
		return spread(v, d.Codes)
	}
	if d.D.Len() > f.n {
		return l.inner.eval(f)
	}
	g := l.entryFrame(f, d.D.Len()+1)
	g.bind(name, entries(d))
	v := l.inner.eval(g)
	l.keep(d, v)
	return spread(v, d.Codes)
}

// entryFrame returns a frame of n made-up rows in which the fields that do not vary have their value.
func (l *liftNode) entryFrame(f *frame, n int) *frame {
	g := &frame{n: n, run: f.run}
	for _, name := range l.fields {
		if c, ok := f.field(name).(*column.Const); ok {
			g.bind(name, &column.Const{V: c.V, N: n})
		}
	}
	return g
}

// pairs evaluates over all pairs of entries when these are few.
func (l *liftNode) pairs(f *frame, names []string, ds []*column.Dict) column.Vec {
	na, nb := ds[0].D.Len()+1, ds[1].D.Len()+1
	if na > f.n || nb > f.n || na*nb > f.n/2 {
		return l.inner.eval(f)
	}
	ca, cb := make([]uint32, na*nb), make([]uint32, na*nb)
	for i := range ca {
		ca[i], cb[i] = uint32(i/nb), uint32(i%nb)
	}
	g := l.entryFrame(f, na*nb)
	g.bind(names[0], &column.Dict{Codes: ca, D: ds[0].D, Str: ds[0].Str})
	g.bind(names[1], &column.Dict{Codes: cb, D: ds[1].D, Str: ds[1].Str})
	v := l.inner.eval(g)
	codes := make([]uint32, f.n)
	for i, a := range ds[0].Codes {
		codes[i] = a*uint32(nb) + ds[1].Codes[i]
	}
	return spread(v, codes)
}

// lookup returns the kept result over d's dictionary. Only results of one field are kept: others
// depend on values that the next batch may not have.
func (l *liftNode) lookup(d *column.Dict) column.Vec {
	if len(l.fields) != 1 {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.IndexFunc(l.seen[:], func(r liftResult) bool { return r.d == d.D && r.str == d.Str })
	if i < 0 {
		return nil
	}
	return l.seen[i].v
}

func (l *liftNode) keep(d *column.Dict, v column.Vec) {
	if len(l.fields) != 1 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seen[l.next] = liftResult{d.D, d.Str, v}
	l.next = (l.next + 1) % len(l.seen)
}

// entries returns null and every entry of d's dictionary, in order of their codes.
func entries(d *column.Dict) *column.Dict {
	codes := make([]uint32, d.D.Len()+1)
	for i := range codes {
		codes[i] = uint32(i)
	}
	return &column.Dict{Codes: codes, D: d.D, Str: d.Str}
}

// overDict runs eval over d or, if these are fewer, over the entries of its dictionary.
func overDict(d *column.Dict, eval func(d *column.Dict) column.Vec) column.Vec {
	if d.D.Len() >= len(d.Codes) {
		return eval(d)
	}
	return spread(eval(entries(d)), d.Codes)
}

// spread gives row i the value of entry codes[i].
func spread(v column.Vec, codes []uint32) column.Vec {
	b, ok := v.(*column.Bool)
	if !ok {
		return column.Spread(v, codes)
	}
	out := &column.Bool{Bits: spreadBits(b.Bits, codes), N: len(codes)}
	if b.Nulls != nil {
		out.Nulls = spreadBits(b.Nulls, codes)
	}
	return out
}

func spreadBits(src column.Bitmap, codes []uint32) column.Bitmap {
	out := column.NewBitmap(len(codes))
	for w := range out {
		var word uint64
		for j, c := range codes[w*64 : min(w*64+64, len(codes))] {
			word |= (src[c>>6] >> (c & 63) & 1) << j
		}
		out[w] = word
	}
	return out
}
