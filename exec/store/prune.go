package store

import (
	"strings"

	"spl/exec/value"
	"spl/lang"
	"spl/lang/pattern"
)

// evidence is what is known of a column of a chunk or segment without reading it.
type evidence struct {
	unknown bool // nothing at all is known
	present bool // some row has a value
	all     bool // every row has one
	// values are all that occur, nil if they are not listed.
	values []string
	// bytes is the set of bytes of all values, nil if it is not known.
	bytes *[4]uint64
	// mayEqual, if set, tells whether some value may be equal to a literal with wildcards.
	mayEqual func(literal string) bool
	// numeric: every value is a number, between min and max.
	numeric  bool
	min, max float64
}

// prospects tells whether a term can be true and whether it can be false for some event.
type prospects struct{ yes, no bool }

var either = prospects{true, true}

// mayMatch reports whether an event of that origin whose columns are described by look can match the terms.
func (s *Scan) mayMatch(o *Origin, look func(field string) evidence) bool {
	if s.Terms == nil {
		return true
	}
	return judge(s.Terms, func(field string) evidence {
		e := look(field)
		if !e.unknown && s.Stored != nil && !s.Stored(o, field) {
			return evidence{unknown: true}
		}
		return e
	}).yes
}

func judge(t lang.Term, look func(field string) evidence) prospects {
	switch t := t.(type) {
	case *lang.And:
		out := prospects{yes: true}
		for _, x := range t.Terms {
			p := judge(x, look)
			out.yes, out.no = out.yes && p.yes, out.no || p.no
		}
		return out
	case *lang.Or:
		out := prospects{no: true}
		for _, x := range t.Terms {
			p := judge(x, look)
			out.yes, out.no = out.yes || p.yes, out.no && p.no
		}
		return out
	case *lang.Not:
		p := judge(t.X, look)
		return prospects{p.no, p.yes}
	case *lang.Compare:
		return judgeCompare(t, look)
	case *lang.In:
		out := prospects{no: true}
		if strings.Contains(t.Field.Text, "*") {
			return either
		}
		for _, v := range t.Values {
			p := judgeEqual(look(t.Field.Text), v)
			out.yes, out.no = out.yes || p.yes, out.no && p.no
		}
		return out
	case *lang.Word:
		return judgeWord(t, look(FieldRaw))
	}
	return either
}

func judgeCompare(t *lang.Compare, look func(field string) evidence) prospects {
	if strings.Contains(t.Field.Text, "*") {
		return either
	}
	e := look(t.Field.Text)
	switch {
	case e.unknown:
		return either
	case !e.present:
		return prospects{no: true}
	case t.Op == lang.OpEq:
		return judgeEqual(e, t.Value)
	case t.Op == lang.OpNe:
		return judgeUnequal(e, t.Value)
	}
	return judgeOrder(e, t)
}

func judgeEqual(e evidence, lit lang.Literal) prospects {
	switch {
	case e.unknown:
		return either
	case !e.present:
		return prospects{no: true}
	case strings.Trim(lit.Text, "*") == "" && lit.Text != "":
		return prospects{true, !e.all}
	}
	if _, isNet := pattern.ParseCIDR(lit.Text); isNet {
		return either
	}
	if e.values != nil {
		return among(e, lit)
	}
	if n, _, ok := value.ParseNumber(lit.Text); e.numeric && !strings.Contains(lit.Text, "*") && (!ok || n < e.min || n > e.max) {
		return prospects{no: true} // texts that are equal are equal as numbers
	}
	yes := e.bytes == nil || bytesAllow(e.bytes, lit.Text)
	return prospects{yes && (e.mayEqual == nil || e.mayEqual(lit.Text)), true}
}

// among judges equality where all values are known.
func among(e evidence, lit lang.Literal) prospects {
	w := pattern.CompileWildcard(lit.Text, lit.Dir != lang.CaseWord)
	hits := 0
	for _, v := range e.values {
		if w.Match(v) {
			hits++
		}
	}
	return prospects{hits > 0, hits < len(e.values) || !e.all}
}

func judgeUnequal(e evidence, lit lang.Literal) prospects {
	if _, isNet := pattern.ParseCIDR(lit.Text); isNet || e.values == nil {
		return either
	}
	w := pattern.CompileWildcard(lit.Text, lit.Dir != lang.CaseWord)
	for _, v := range e.values {
		if !w.Match(v) {
			return either
		}
	}
	return prospects{no: true}
}

// judgeOrder uses the range of a column of numbers; texts are not looked at.
func judgeOrder(e evidence, t *lang.Compare) prospects {
	n, _, ok := value.ParseNumber(t.Value.Text)
	if !ok || !e.numeric {
		return either
	}
	switch t.Op {
	case lang.OpLt:
		return prospects{e.min < n, true}
	case lang.OpLe:
		return prospects{e.min <= n, true}
	case lang.OpGt:
		return prospects{e.max > n, true}
	case lang.OpGe:
		return prospects{e.max >= n, true}
	}
	return either
}

// judgeWord: a bare term can only match texts that hold its bytes.
func judgeWord(t *lang.Word, raw evidence) prospects {
	switch {
	case raw.unknown:
		return either
	case !raw.present:
		return prospects{no: true}
	case raw.bytes == nil:
		return either
	}
	return prospects{bytesAllow(raw.bytes, t.Value.Text), true}
}

// bytesAllow reports whether a text with these bytes can match the pattern in either case. Bytes
// beyond ASCII are not judged, nor k and s where such bytes occur: other letters fold to them.
func bytesAllow(set *[4]uint64, pattern string) bool {
	has := func(c byte) bool { return set[c>>6]>>(c&63)&1 != 0 }
	wide := set[2]|set[3] != 0
	for i := range len(pattern) {
		c := pattern[i]
		lower := c | 0x20
		switch {
		case c == '*' || c >= 0x80:
		case lower < 'a' || lower > 'z':
			if !has(c) {
				return false
			}
		case wide && (lower == 'k' || lower == 's'):
		case !has(lower) && !has(lower-0x20):
			return false
		}
	}
	return true
}
