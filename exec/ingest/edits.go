package ingest

import (
	"errors"
	"fmt"
	"strings"

	"spl/exec/ingest/props"
	"spl/exec/store"
	"spl/lang/conf"
	"spl/lang/pattern"
)

// edit is one SEDCMD or one transform of TRANSFORMS.
type edit struct {
	sed    *pattern.Sed
	re     *pattern.Regexp
	source string // SOURCE_KEY
	dest   string // DEST_KEY; "" writes fields
	format props.Template
	fields []props.Pair
	def    string // DEFAULT_VALUE
	look   int    // LOOKAHEAD
	repeat bool
	note   string // why it is left out
}

// draft is an event while it is edited.
type draft struct {
	raw          []byte
	host, source string
	fields       []named
	drop         bool
}

type named struct{ name, value string }

const defaultLook = 4096

// edits returns SEDCMDs, then TRANSFORMS, each in the order of their classes.
func (p *Props) edits(c *compiler) []edit {
	var out []edit
	for _, v := range c.st.Classes("SEDCMD-") {
		sed, err := pattern.ParseSed(v.Text)
		c.fail(v, err)
		out = append(out, edit{sed: sed})
	}
	for _, v := range c.st.Classes("TRANSFORMS-") {
		for _, name := range strings.Split(v.Text, ",") {
			if name = strings.TrimSpace(name); name == "" {
				continue
			}
			e, err := newEdit(p.transforms.Stanza(name), name)
			c.fail(v, err)
			out = append(out, e)
		}
	}
	return out
}

func newEdit(st *conf.Stanza, name string) (edit, error) {
	if st == nil {
		return edit{}, fmt.Errorf("there is no transform %q", name)
	}
	e := edit{source: st.Text("SOURCE_KEY"), dest: st.Text("DEST_KEY"), def: st.Text("DEFAULT_VALUE"), look: defaultLook}
	e.repeat = st.Text("REPEAT_MATCH") == "true" || st.Text("REPEAT_MATCH") == "1"
	if _, ok := st.Get("INGEST_EVAL"); ok {
		e.note = "transform " + name + ": INGEST_EVAL is not supported and was not applied"
		return e, nil
	}
	if v, ok := st.Get("LOOKAHEAD"); ok {
		if _, err := fmt.Sscanf(v.Text, "%d", &e.look); err != nil {
			return e, fmt.Errorf("transform %s: LOOKAHEAD %q is no number", name, v.Text)
		}
	}
	re, err := pattern.Compile(st.Text("REGEX"))
	if err != nil {
		return e, fmt.Errorf("transform %s: %w", name, err)
	}
	e.re = re
	switch e.dest {
	case store.FieldRaw, "queue", "MetaData:Host", "MetaData:Source":
		e.format = props.NewTemplate(st.Text("FORMAT"))
	case "", "_meta":
		e.dest = ""
		var bad string
		if e.fields, bad = props.Pairs(strings.ReplaceAll(st.Text("FORMAT"), "$0", "")); bad != "" {
			return e, fmt.Errorf("transform %s: FORMAT needs name::value, not %q", name, bad)
		}
		if len(e.fields) == 0 {
			return e, errors.New("transform " + name + ": an index-time transform needs FORMAT")
		}
	default:
		e.note = fmt.Sprintf("transform %s: DEST_KEY %s is not supported and was not applied", name, e.dest)
	}
	if e.source != "" && e.source != store.FieldRaw && e.source != "MetaData:Host" && e.source != "MetaData:Source" {
		e.note = fmt.Sprintf("transform %s: SOURCE_KEY %s is not supported, the transform was not applied", name, e.source)
	}
	return e, nil
}

// apply runs the edits over an event.
func (r *lineRules) apply(d *draft) {
	for i := range r.edits {
		switch e := &r.edits[i]; {
		case e.note != "":
		case e.sed != nil:
			// An expression that gives up on a text leaves it as it is.
			if s, err := e.sed.Apply(text(d.raw)); err == nil {
				d.raw = []byte(s)
			}
		default:
			e.transform(d)
		}
	}
}

func (e *edit) transform(d *draft) {
	s := text(d.raw)
	switch e.source {
	case "MetaData:Host":
		s = d.host
	case "MetaData:Source":
		s = d.source
	}
	seen := s[:min(len(s), e.look)]
	n := 1
	if e.repeat {
		n = 0
	}
	all, err := e.re.FindAllSubmatchIndex(seen, n)
	if len(all) == 0 || err != nil {
		if e.def != "" {
			d.set(e.dest, e.def)
		}
		return
	}
	for _, m := range all {
		for _, f := range e.fields {
			name, ok := f.Name.Fill(seen, m)
			value, ok2 := f.Value.Fill(seen, m)
			if ok && ok2 && name != "" && value != "" {
				d.fields = append(d.fields, named{strings.Clone(name), strings.Clone(value)})
			}
		}
	}
	if e.dest != "" {
		if v, ok := e.format.Fill(seen, all[0]); ok {
			d.set(e.dest, v)
		}
	}
}

func (d *draft) set(dest, v string) {
	switch dest {
	case store.FieldRaw:
		d.raw = []byte(v)
	case "queue":
		d.drop = v == "nullQueue"
	case "MetaData:Host":
		d.host = strings.TrimPrefix(v, "host::")
	case "MetaData:Source":
		d.source = strings.TrimPrefix(v, "source::")
	}
}
