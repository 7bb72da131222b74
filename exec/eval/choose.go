package eval

import (
	"slices"

	"spl/exec/column"
	"spl/exec/value"
)

// loosen tells an expression that only the text of its result matters.
func loosen(x *expr) {
	n := x.node
	if l, ok := n.(*liftNode); ok {
		n = l.inner
	}
	switch n := n.(type) {
	case *caseNode:
		n.loose = true
		for _, v := range n.vals {
			loosen(v)
		}
	case *coalesceNode:
		n.loose = true
		for _, a := range n.args {
			loosen(a)
		}
	case *callNode:
		n.loose = true
	}
}

// caseNode is if, case and validate: the value of the first condition that is true (validate: not
// true). A branch is evaluated for the rows that take it only.
type caseNode struct {
	conds  []*expr
	vals   []*expr // one more than conds: the value where no condition holds
	negate bool
	loose  bool
}

func (x *caseNode) eval(f *frame) column.Vec {
	choice := make([]uint16, f.n)
	left := column.FullBitmap(f.n)
	for k, c := range x.conds {
		hit := within(c, f, left)
		if x.negate {
			hit = without(left, hit)
		}
		if !hit.Any() {
			continue
		}
		hit.Each(func(i int) { choice[i] = uint16(k + 1) })
		if left = without(left, hit); !left.Any() {
			break
		}
	}
	last := len(x.conds) + 1
	if len(x.vals) == last {
		left.Each(func(i int) { choice[i] = uint16(last) })
	}
	return assemble(f, x.vals, choice, x.loose)
}

// coalesceNode is the first value that is not null.
type coalesceNode struct {
	args  []*expr
	loose bool
}

func (x *coalesceNode) eval(f *frame) column.Vec {
	choice := make([]uint16, f.n)
	left := column.FullBitmap(f.n)
	for k, a := range x.args {
		v := a.eval(f)
		none := nullsOf(v, f.n)
		if none == nil && k == 0 {
			return v
		}
		hit := left
		if none != nil {
			hit = without(left, none)
		}
		hit.Each(func(i int) { choice[i] = uint16(k + 1) })
		if none == nil {
			break
		}
		left.And(none)
		if !left.Any() {
			break
		}
	}
	return assemble(f, x.args, choice, x.loose)
}

// part is one branch of an assembly: a column over all rows, or over the rows that take it.
type part struct {
	v      column.Vec
	picked bool
	next   int
}

// at returns the part's next row; rows are asked for in ascending order.
func (p *part) at(i int) int {
	if !p.picked {
		return i
	}
	p.next++
	return p.next - 1
}

// assemble makes row i from expression choice[i]-1; 0 is null.
func assemble(f *frame, xs []*expr, choice []uint16, loose bool) column.Vec {
	counts := make([]int, len(xs)+1)
	for _, c := range choice {
		counts[c]++
	}
	parts := make([]part, len(xs)+1)
	parts[0].v = column.Nulls(f.n)
	for k, x := range xs {
		switch n := counts[k+1]; {
		case n == 0:
			continue
		case n == f.n:
			return x.eval(f)
		case x.cheap || n*sparse >= f.n:
			parts[k+1] = part{v: x.eval(f)}
		default:
			rows := make([]uint32, 0, n)
			for i, c := range choice {
				if int(c) == k+1 {
					rows = append(rows, uint32(i))
				}
			}
			parts[k+1] = part{v: x.eval(f.pick(rows)), picked: true}
		}
	}
	if v := assembleConsts(parts, choice, loose); v != nil {
		return v
	}
	if v := assembleNumbers(parts, choice); v != nil {
		return v
	}
	if v := assembleTexts(parts, choice, loose); v != nil {
		return v
	}
	out := newCollector(f.n, loose)
	for i, c := range choice {
		p := &parts[c]
		out.add(p.v.At(p.at(i)))
	}
	return out.vec()
}

// assembleConsts makes a small dictionary if all parts are constant texts; else nil.
func assembleConsts(parts []part, choice []uint16, loose bool) column.Vec {
	codes := make([]uint32, len(parts))
	var texts []string
	kind := value.Null
	for k, p := range parts {
		c, ok := p.v.(*column.Const)
		switch {
		case p.v == nil:
			continue
		case !ok:
			return nil
		case c.V.IsNull():
			continue
		}
		t := c.V.Kind()
		switch {
		case t == value.Multi, !loose && t != value.Text && t != value.String, !loose && kind != value.Null && t != kind:
			return nil
		}
		kind = t
		at := slices.Index(texts, c.V.Text())
		if at < 0 {
			at = len(texts)
			texts = append(texts, c.V.Text())
		}
		codes[k] = uint32(at + 1)
	}
	out := make([]uint32, len(choice))
	for i, c := range choice {
		out[i] = codes[c]
	}
	return &column.Dict{Codes: out, D: column.DictionaryOf(texts...), Str: kind == value.String && !loose}
}

// textPart is a part of single texts: those of a dictionary by code, or one text.
type textPart struct {
	text  func(code uint32) string
	codes []uint32 // nil: one text, whose code is 1
	to    []uint32 // codes in the result, 0 where not asked for yet
}

func textPartOf(v column.Vec) (p textPart, str, ok bool) {
	switch v := v.(type) {
	case nil:
		return p, false, true
	case *column.Dict:
		text := func(code uint32) string { return v.D.Text(int(code - 1)) }
		return textPart{text, v.Codes, make([]uint32, v.D.Len()+1)}, v.Str, true
	case *column.Const:
		s := v.V.Text()
		kind := v.V.Kind()
		p = textPart{text: func(uint32) string { return s }, to: make([]uint32, 2)}
		return p, kind == value.String, kind == value.Text || kind == value.String
	}
	return p, false, false
}

// assembleTexts merges the dictionaries of parts that are texts of one kind, when they have few
// entries: each used entry is looked up once. Otherwise nil.
func assembleTexts(parts []part, choice []uint16, loose bool) column.Vec {
	ps := make([]textPart, len(parts))
	total, kinds := 0, [2]bool{}
	for k := 1; k < len(parts); k++ {
		p, str, ok := textPartOf(parts[k].v)
		if c, isConst := parts[k].v.(*column.Const); isConst && c.V.IsNull() {
			p, ok = textPart{codes: make([]uint32, len(choice))}, true
		} else if ok && parts[k].v != nil {
			kinds[boolIndex(str)] = true
		}
		if total += len(p.to); !ok || total > len(choice)/2 {
			return nil
		}
		ps[k] = p
	}
	if kinds[0] && kinds[1] && !loose {
		return nil
	}
	known := map[string]uint32{}
	var texts []string
	out := make([]uint32, len(choice))
	for i, c := range choice {
		if c == 0 {
			continue
		}
		p, code := &ps[c], uint32(1)
		if at := parts[c].at(i); p.codes != nil {
			code = p.codes[at]
		}
		if code == 0 {
			continue
		}
		if p.to[code] == 0 {
			s := p.text(code)
			if known[s] == 0 {
				texts = append(texts, s)
				known[s] = uint32(len(texts))
			}
			p.to[code] = known[s]
		}
		out[i] = p.to[code]
	}
	return &column.Dict{Codes: out, D: column.DictionaryOf(texts...), Str: kinds[1] && !loose}
}

func boolIndex(b bool) int {
	if b {
		return 1
	}
	return 0
}

// assembleNumbers joins parts that are computed numbers; nil if one is not.
func assembleNumbers(parts []part, choice []uint16) column.Vec {
	cols := make([]numbers, len(parts))
	for k, p := range parts {
		switch v := p.v.(type) {
		case nil:
			continue
		case *column.Float:
		case *column.Time:
			// The fraction of a time shows fewer digits than count.
			if slices.ContainsFunc(v.V, func(us int64) bool { return us%1e6 != 0 }) {
				return nil
			}
		case *column.Int:
			if slices.ContainsFunc(v.V, func(n int64) bool { return n > 1<<53 || n < -1<<53 }) {
				return nil
			}
		case *column.Const:
			if !v.V.IsNull() && (v.V.Kind() != value.Number || v.V.Spelled() && !plainSpelling(v.V)) {
				return nil
			}
		default:
			return nil
		}
		cols[k], _ = numbersOf(p.v, p.v.Len(), true)
	}
	n := len(choice)
	out := &column.Float{F: make([]float64, n), P: make([]value.Prec, n)}
	for i, c := range choice {
		x := &cols[c]
		at := parts[c].at(i)
		if x.all || x.bad.Get(at) {
			out.Nulls = out.Nulls.Marked(i, n)
			continue
		}
		out.F[i], out.P[i] = x.f[at&x.mask], x.p[at&x.pmask]
	}
	return packed(out)
}

// plainSpelling reports whether a number prints the way it is spelled.
func plainSpelling(v value.Value) bool {
	f, p, _ := v.Number()
	return value.FormatNumber(f, p) == v.Text()
}
