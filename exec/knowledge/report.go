package knowledge

import (
	"strings"

	"spl/exec/ingest"
	"spl/exec/ingest/props"
	"spl/exec/store"
	"spl/lang/conf"
	"spl/lang/pattern"
)

// transform is a stanza of transforms.conf that extracts fields.
type transform struct {
	re     *pattern.Regexp
	groups []group // with their own names
	pairs  [][2]int
	format []props.Pair
	fields []string // of DELIMS
	outer  string   // the characters between pairs, or between values
	inner  string   // those between key and value
	multi  bool     // MV_ADD
	clean  bool     // CLEAN_KEYS
	empty  bool     // KEEP_EMPTY_VALS
}

// newReport reads one transform of `REPORT-class = name, …`.
func (s *base) newReport(r *rules, v conf.Value, name string) *step {
	st := s.transforms.Stanza(name)
	if st == nil {
		if name != "" {
			r.problem(v, "no-transform", "there is no transform %q", name)
		}
		return nil
	}
	t := &transform{multi: truth(st.Text("MV_ADD"), false), clean: truth(st.Text("CLEAN_KEYS"), true), empty: truth(st.Text("KEEP_EMPTY_VALS"), false)}
	source := store.FieldRaw
	if f := st.Text("SOURCE_KEY"); f != "" {
		source = strings.TrimPrefix(f, "field:")
	}
	if source == "MetaData:Source" || source == "MetaData:Host" || source == "MetaData:Sourcetype" {
		source = strings.ToLower(strings.TrimPrefix(source, "MetaData:"))
	}
	out := &step{phase: atReport, ins: []string{source}}
	switch {
	case st.Text("REGEX") != "":
		if !t.regex(r, v, st, out) {
			return nil
		}
		out.run = func(w *work) error { return w.extract(source, t.match) }
	case st.Text("DELIMS") != "":
		if !t.delims(r, v, st, out) {
			return nil
		}
		if t.fields != nil {
			out.run = func(w *work) error { return w.extract(source, t.positions) }
		} else {
			out.run = func(w *work) error { return w.extract(source, t.keyed) }
		}
	default:
		r.problem(v, "no-transform", "the transform %q has neither REGEX nor DELIMS", name)
		return nil
	}
	return out
}

func truth(s string, def bool) bool {
	switch strings.ToLower(s) {
	case "true", "t", "1", "yes", "y":
		return true
	case "false", "f", "0", "no", "n":
		return false
	}
	return def
}

func (t *transform) regex(r *rules, v conf.Value, st *conf.Stanza, out *step) bool {
	re, err := pattern.Compile("(?ms)" + st.Text("REGEX"))
	if err != nil {
		r.problem(v, "bad-regex", "transform %s: %s", st.Name, err)
		return false
	}
	t.re = re
	keys := map[string]int{}
	for _, g := range named(re) {
		switch {
		case strings.HasPrefix(g.name, "_KEY_"):
			keys[g.name[len("_KEY_"):]] = g.num
			out.dynamic = true
		case !strings.HasPrefix(g.name, "_VAL_"):
			t.groups = append(t.groups, g)
			out.outs = append(out.outs, g.name)
		}
	}
	for _, g := range named(re) {
		if k, ok := keys[strings.TrimPrefix(g.name, "_VAL_")]; ok && strings.HasPrefix(g.name, "_VAL_") {
			t.pairs = append(t.pairs, [2]int{k, g.num})
		}
	}
	var bad string
	if t.format, bad = props.Pairs(st.Text("FORMAT")); bad != "" {
		r.problem(v, "bad-format", "transform %s: FORMAT needs name::value, not %q", st.Name, bad)
		return false
	}
	for _, f := range t.format {
		if name, ok := f.Name.Literal(); ok {
			out.outs = append(out.outs, name)
		} else {
			out.dynamic = true
		}
	}
	if len(out.outs) == 0 && !out.dynamic {
		r.problem(v, "no-groups", "transform %s: neither named groups nor FORMAT: it makes no fields", st.Name)
		return false
	}
	return true
}

// add takes a value that was found.
func (t *transform) add(sh *sheet, name, value string) {
	if name == "" || value == "" && !t.empty {
		return
	}
	if t.multi {
		sh.more(name, value)
		return
	}
	sh.first(name, value)
}

func (t *transform) key(k string) string {
	if t.clean {
		return ingest.CleanKey(k)
	}
	return strings.TrimSpace(k)
}

func (t *transform) match(text string, sh *sheet) error {
	all, err := t.re.FindAllSubmatchIndex(text, 0)
	if err != nil {
		return limitReached(err)
	}
	for _, m := range all {
		part := func(g int) string {
			if m[2*g] < 0 {
				return ""
			}
			return text[m[2*g]:m[2*g+1]]
		}
		for _, g := range t.groups {
			if m[2*g.num] >= 0 {
				t.add(sh, g.name, part(g.num))
			}
		}
		for _, p := range t.pairs {
			t.add(sh, t.key(part(p[0])), part(p[1]))
		}
		for _, f := range t.format {
			name, ok := f.Name.Fill(text, m)
			value, ok2 := f.Value.Fill(text, m)
			if !ok || !ok2 || f.Value.Has(0) {
				continue // $0 makes no field at search time
			}
			if _, fixed := f.Name.Literal(); !fixed {
				name = t.key(name)
			}
			t.add(sh, name, value)
		}
	}
	return nil
}

func (t *transform) delims(r *rules, v conf.Value, st *conf.Stanza, out *step) bool {
	sets, ok := quotedList(st.Text("DELIMS"))
	if !ok || len(sets) == 0 || len(sets) > 2 {
		r.problem(v, "bad-delims", "transform %s: DELIMS needs one or two quoted sets of characters", st.Name)
		return false
	}
	t.outer = sets[0]
	if len(sets) == 2 {
		t.inner = sets[1]
		out.dynamic = true
		return true
	}
	words, ok := splitWords(st.Text("FIELDS"))
	if !ok || len(words) == 0 {
		r.problem(v, "bad-delims", "transform %s: DELIMS with one set needs FIELDS", st.Name)
		return false
	}
	t.fields, out.outs = words, words
	return true
}

// quotedList reads `"a", "b"` with \t, \n, \\ and \" in it.
func quotedList(s string) (out []string, ok bool) {
	for {
		s = strings.TrimLeft(s, " \t,")
		if s == "" {
			return out, true
		}
		if s[0] != '"' {
			return nil, false
		}
		var b strings.Builder
		i := 1
		for ; i < len(s) && s[i] != '"'; i++ {
			c := s[i]
			if c == '\\' && i+1 < len(s) {
				i++
				if c = s[i]; strings.IndexByte("tnr", c) >= 0 {
					c = map[byte]byte{'t': '\t', 'n': '\n', 'r': '\r'}[c]
				}
			}
			b.WriteByte(c)
		}
		if i >= len(s) || b.Len() == 0 {
			return nil, false
		}
		out = append(out, b.String())
		s = s[i+1:]
	}
}

// token reads up to one of the delimiters; a double-quoted text is whole.
func token(s, delims string) (tok, rest string, by byte) {
	i := 0
	if s != "" && s[0] == '"' && !strings.Contains(delims, `"`) {
		if end := strings.IndexByte(s[1:], '"'); end >= 0 {
			i = end + 2
		}
	}
	j := strings.IndexAny(s[i:], delims)
	if j < 0 {
		return unquote(s), "", 0
	}
	return unquote(s[:i+j]), s[i+j+1:], s[i+j]
}

func unquote(s string) string {
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return s[1 : len(s)-1]
	}
	return s
}

// positions gives the values between delimiters to FIELDS in turn.
func (t *transform) positions(text string, sh *sheet) error {
	for _, f := range t.fields {
		tok, rest, by := token(text, t.outer)
		t.add(sh, f, tok)
		if by == 0 {
			return nil
		}
		text = rest
	}
	return nil
}

// keyed reads pairs; runs of delimiters count as one. A value ends at either kind of delimiter.
func (t *transform) keyed(text string, sh *sheet) error {
	for text != "" {
		text = strings.TrimLeft(text, t.outer)
		key, rest, by := token(text, t.outer+t.inner)
		text = rest
		if by == 0 || strings.IndexByte(t.inner, by) < 0 {
			continue
		}
		value, rest, _ := token(text, t.outer+t.inner)
		text = rest
		t.add(sh, t.key(key), value)
	}
	return nil
}
