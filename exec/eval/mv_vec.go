package eval

import (
	"strings"

	"spl/exec/column"
	"spl/exec/value"
)

// The fast ways of the multivalue functions that searches use most.

// splitVec splits single texts at a constant.
func splitVec(args []column.Vec, n int) column.Vec {
	d, ok := args[0].(*column.Dict)
	if !ok || !onlyFirst(args) {
		return nil
	}
	sep := args[1].At(0).Text()
	b := column.NewTextBuilder()
	var parts []string
	for _, c := range d.Codes {
		if c == 0 {
			b.AppendNull()
			continue
		}
		s := d.D.Text(int(c - 1))
		if sep == "" {
			b.AppendList(splitText(s, sep))
			continue
		}
		parts = parts[:0]
		for {
			piece, rest, more := strings.Cut(s, sep)
			parts = append(parts, piece)
			if !more {
				break
			}
			s = rest
		}
		b.AppendList(parts)
	}
	return b.Build()
}

// joinVec joins multivalues with a constant between them.
func joinVec(args []column.Vec, n int) column.Vec {
	v, ok := args[0].(*column.List)
	if !ok || !onlyFirst(args) {
		return nil
	}
	sep := args[1].At(0).Text()
	b := column.NewStringBuilder()
	var buf []byte
	for i := range n {
		from, to := v.Offsets[i], v.Offsets[i+1]
		if from == to {
			b.AppendNull()
			continue
		}
		buf = buf[:0]
		for j := from; j < to; j++ {
			if j > from {
				buf = append(buf, sep...)
			}
			buf = append(buf, v.Inner.Text(int(j))...)
		}
		b.AppendBytes(buf)
	}
	return b.Build()
}

// newIndex makes mvindex. The single piece of a split text is cut out without making the others.
func newIndex(s *site) (kernel, error) {
	k := kernel{row: mvIndex}
	at, ok := s.konst(1)
	i, okIndex := integer(at)
	if !ok || !okIndex || len(s.args) != 2 {
		return k, nil
	}
	k.vec = func(args []column.Vec, n int) column.Vec { return indexVec(args[0], int(i), n) }
	return k, nil
}

// indexVec picks one value of each row.
func indexVec(v column.Vec, i, n int) column.Vec {
	list, ok := v.(*column.List)
	if !ok || hasSingles(list) && list.Inner.Str {
		return nil
	}
	out := &column.Dict{Codes: make([]uint32, n), D: list.Inner.D}
	for row := range out.Codes {
		from, to := int(list.Offsets[row]), int(list.Offsets[row+1])
		at := from + i
		if i < 0 {
			at = to + i
		}
		if at >= from && at < to {
			out.Codes[row] = list.Inner.Codes[at]
		}
	}
	return out
}

// pieceNode is mvindex(split(text, delimiter), index) with constants.
type pieceNode struct {
	text  *expr
	sep   string
	index int
}

// pieceOf recognises a pieceNode; nil if x is none.
func pieceOf(c *callNode) node {
	if c.f.Name != "mvindex" || len(c.args) != 2 || !c.args[1].konst {
		return nil
	}
	split, ok := c.args[0].node.(*callNode)
	if !ok || split.f.Name != "split" || !split.args[1].konst {
		return nil
	}
	i, ok := integer(c.args[1].val)
	sep := split.args[1].val
	if !ok || sep.IsNull() || sep.Kind() == value.Multi || sep.Text() == "" {
		return nil
	}
	return &pieceNode{text: split.args[0], sep: sep.Text(), index: int(i)}
}

func (x *pieceNode) eval(f *frame) column.Vec {
	v := x.text.eval(f)
	cut := func(dst []byte, s string) ([]byte, bool) {
		piece, ok := x.piece(s)
		return append(dst, piece...), ok
	}
	if d, ok := v.(*column.Dict); ok {
		return appendAll(column.NewTextBuilder(), d, cut)
	}
	out := newCollector(f.n, false)
	for i := range f.n {
		s := v.At(i)
		piece, ok := x.piece(s.Text())
		if !ok || s.IsNull() || s.Kind() == value.Multi {
			out.add(value.Value{})
			continue
		}
		out.add(value.OfText(piece))
	}
	return out.vec()
}

// piece returns the piece at the index, counted from the end if it is negative.
func (x *pieceNode) piece(s string) (string, bool) {
	i := x.index
	if i == -1 && len(x.sep) == 1 {
		return s[strings.LastIndexByte(s, x.sep[0])+1:], true
	}
	if i < 0 {
		// Delimiters are found from the left, also where one could begin inside another.
		i += strings.Count(s, x.sep) + 1
	}
	for range i {
		_, rest, more := strings.Cut(s, x.sep)
		if !more {
			return "", false
		}
		s = rest
	}
	piece, _, _ := strings.Cut(s, x.sep)
	return piece, i >= 0
}
