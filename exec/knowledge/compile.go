package knowledge

import (
	"strings"
	"sync"

	"spl/exec/column"
	"spl/exec/eval"
	"spl/exec/ingest/props"
	"spl/exec/store"
	"spl/lang"
	"spl/lang/conf"
	"spl/lang/pattern"
)

// compile turns settings into steps, in the order in which they run.
func (s *base) compile(st *props.Settings) *rules {
	r := &rules{notes: &notes{}, indexed: st.Text("INDEXED_EXTRACTIONS") != ""}
	r.noJSON = !st.Bool("AUTO_KV_JSON", true)
	for _, v := range st.Classes("EXTRACT-") {
		r.add(newExtract(r, v))
	}
	for _, v := range st.Classes("REPORT-") {
		for _, name := range strings.Split(v.Text, ",") {
			r.add(s.newReport(r, v, strings.TrimSpace(name)))
		}
	}
	r.automatic(st)
	for _, v := range st.Classes("FIELDALIAS-") {
		for _, a := range newAliases(r, v) {
			r.add(a)
		}
	}
	for _, v := range st.Classes("EVAL-") {
		r.add(s.newCalculated(r, v))
	}
	for _, v := range st.Classes("LOOKUP-") {
		r.add(s.newLookup(r, v))
	}
	return r
}

func (r *rules) add(s *step) {
	if s != nil {
		r.steps = append(r.steps, s)
	}
}

// newExtract reads `EXTRACT-class = regex [in field]`.
func newExtract(r *rules, v conf.Value) *step {
	expr, field := v.Text, store.FieldRaw
	if i := strings.LastIndex(expr, " in "); i >= 0 && plainName(strings.TrimSpace(expr[i+4:])) {
		expr, field = strings.TrimSpace(expr[:i]), strings.TrimSpace(expr[i+4:])
	}
	re, err := pattern.Compile("(?ms)" + expr)
	if err != nil {
		r.problem(v, "bad-regex", "%s", err)
		return nil
	}
	groups := named(re)
	if len(groups) == 0 {
		r.problem(v, "no-groups", "the expression has no named groups: it makes no fields")
		return nil
	}
	out := &step{phase: atExtract, ins: []string{field}}
	for _, g := range groups {
		out.outs = append(out.outs, g.name)
	}
	out.run = func(w *work) error {
		return w.extract(field, func(text string, sh *sheet) error {
			m, err := re.FindSubmatchIndex(text)
			if m == nil || err != nil {
				return limitReached(err)
			}
			for _, g := range groups {
				if from, to := m[2*g.num], m[2*g.num+1]; from >= 0 && from < to {
					sh.first(g.name, text[from:to])
				}
			}
			return nil
		})
	}
	return out
}

// group is a named group of an expression.
type group struct {
	num  int
	name string
}

func named(re *pattern.Regexp) []group {
	var out []group
	for i, n := range re.SubexpNames() {
		if n != "" {
			out = append(out, group{i, n})
		}
	}
	return out
}

// plainName tells a field name after ` in ` from the rest of an expression.
func plainName(s string) bool {
	for i := range len(s) {
		if c := s[i]; c|0x20 < 'a' || c|0x20 > 'z' {
			if c-'0' > 9 && c != '_' && c != '.' && c != '{' && c != '}' && c != '-' {
				return false
			}
		}
	}
	return s != ""
}

// newAliases reads `FIELDALIAS-class = orig AS new orig2 ASNEW new2 …`.
func newAliases(r *rules, v conf.Value) []*step {
	words, ok := splitWords(v.Text)
	if !ok || len(words) == 0 || len(words)%3 != 0 {
		r.problem(v, "bad-alias", "expected `<field> AS <name>`")
		return nil
	}
	var out []*step
	for i := 0; i < len(words); i += 3 {
		from, to := words[i], words[i+2]
		st := &step{phase: atAlias, outs: []string{to}, ins: []string{from}}
		switch strings.ToUpper(words[i+1]) {
		case "AS":
			// AS takes the target away where the source is missing.
			st.run = func(w *work) error { w.put(to, w.col(from)); return nil }
		case "ASNEW":
			st.ins = append(st.ins, to)
			st.run = func(w *work) error { w.put(to, firstOf(w.col(to), w.col(from))); return nil }
		default:
			r.problem(v, "bad-alias", "expected AS or ASNEW, not %q", words[i+1])
			return nil
		}
		out = append(out, st)
	}
	return out
}

// splitWords splits at blanks and commas; double quotes keep a word together.
func splitWords(s string) (out []string, ok bool) {
	for {
		s = strings.TrimLeft(s, " \t\r\n,")
		if s == "" {
			return out, true
		}
		if s[0] == '"' {
			end := strings.IndexByte(s[1:], '"')
			if end < 0 {
				return nil, false
			}
			out = append(out, s[1:1+end])
			s = s[end+2:]
			continue
		}
		end := strings.IndexAny(s, " \t\r\n,")
		if end < 0 {
			end = len(s)
		}
		out = append(out, s[:end])
		s = s[end:]
	}
}

// newCalculated reads `EVAL-field = expression`, which is compiled when a search wants the field: most
// want few of the many.
func (s *base) newCalculated(r *rules, v conf.Value) *step {
	field := strings.TrimPrefix(v.Key, "EVAL-")
	parse := sync.OnceValues(func() (lang.Expr, lang.Diagnostics) { return s.cfg.Parser.ParseExpr(v.Source()) })
	return &step{phase: atCalculated, outs: []string{field}, bind: func(set *Set) *step {
		x, ds := parse()
		if ds.Err() != nil {
			r.problem(v, "bad-eval", "%s", ds.Error())
			return nil
		}
		c := set.eval
		c.Parser, c.Subject = s.cfg.Parser, "'EvalCommand'"
		p, ds := eval.CompileField(x, &c)
		if p == nil || ds.Err() != nil {
			r.problem(v, "bad-eval", "%s", ds.Error())
			return nil
		}
		return &step{phase: atCalculated, outs: []string{field}, ins: p.FieldSet().Names(), run: func(w *work) error {
			res, err := p.Eval(w.b)
			if err != nil {
				return err
			}
			// All calculated fields see the values from before any of them.
			w.pending = append(w.pending, assigned{field, column.Stored(res)})
			return nil
		}}
	}}
}
