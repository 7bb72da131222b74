package datamodel

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"spl/lang"
)

// shortModel is how the built-in models are written: a field is `name:type*` (* for several values), a
// calculated one `name rule arguments`.
type shortModel struct {
	Model   string        `json:"model"`
	Objects []shortObject `json:"objects"`
}

type shortObject struct {
	Name       string   `json:"name"`
	Parent     string   `json:"parent"`
	Search     string   `json:"search"`
	Indexes    bool     `json:"indexes"` // the macro that restricts the model's indexes goes in front
	Fields     []string `json:"fields"`
	Calculated []string `json:"calculated"`
}

func parseShort(text []byte) (*Model, error) {
	var s shortModel
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return nil, err
	}
	m := &Model{Name: s.Model, DisplayName: strings.ReplaceAll(s.Model, "_", " ")}
	for _, so := range s.Objects {
		o, err := so.object(s.Model)
		if err != nil {
			return nil, err
		}
		m.Objects = append(m.Objects, o)
	}
	for _, o := range m.Objects {
		o.Children = []string{}
		for _, c := range m.children(o) {
			o.Children = append(o.Children, c.Name)
		}
	}
	return m, m.checkLoops()
}

func (s *shortObject) object(model string) (*Object, error) {
	o := &Object{Name: s.Name, DisplayName: strings.ReplaceAll(s.Name, "_", " "), Parent: s.Parent,
		Fields: []*Field{}, Calculations: []*Calculation{}, Constraints: []Constraint{}}
	search := s.Search
	if s.Indexes {
		search = "(`" + indexMacro(model) + "`) " + search
	}
	switch {
	case s.Parent == "" && strings.Contains(search, "|"):
		o.Parent, o.BaseSearch = baseSearch, search
	case s.Parent == "":
		o.Parent = baseEvent
		fallthrough
	default:
		o.Constraints = append(o.Constraints, Constraint{Search: search, Owner: s.Name})
	}
	fields := map[string]*Field{}
	for _, f := range s.Fields {
		x := shortField(f)
		x.Owner = s.Name
		fields[x.Name] = x
		o.Fields = append(o.Fields, x)
	}
	for i, text := range s.Calculated {
		name, rule, _ := strings.Cut(text, " ")
		rule, args, _ := strings.Cut(rule, " ")
		x, err := expression(name, rule, args)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.Name, err)
		}
		out := fields[name]
		if out == nil {
			return nil, fmt.Errorf("%s: %s is calculated but is no field", s.Name, name)
		}
		o.Fields = without(o.Fields, out)
		o.Calculations = append(o.Calculations, &Calculation{ID: s.Name + "_" + strconv.Itoa(i+1), Type: calcEval,
			Owner: s.Name, Outputs: []*Field{out}, Expression: x})
	}
	return o, nil
}

func without(fs []*Field, f *Field) []*Field {
	out := make([]*Field, 0, len(fs))
	for _, x := range fs {
		if x != f {
			out = append(out, x)
		}
	}
	return out
}

func shortField(text string) *Field {
	f := &Field{Type: "string"}
	text, f.Multivalue = strings.CutSuffix(text, "*")
	name, typ, ok := strings.Cut(text, ":")
	if f.Name = name; ok {
		f.Type = typ
	}
	return f
}

// expressions are the rules by which built-in fields are calculated: $F is the field, $A and $B are the
// arguments, between double quotes as texts.
var expressions = map[string]string{
	"eval":       `$A`,
	"fill":       `if(isnull('$F') OR '$F'="", "$A", '$F')`,
	"fill-dash":  `if(isnull('$F') OR '$F'="" OR '$F'="-", "$A", '$F')`,
	"fill-field": `if(isnull('$F') OR '$F'="", '$A', '$F')`,
	"fill-lower": `if(isnull('$F') OR '$F'="", "$A", lower('$F'))`,
	"fill-from":  `if(isnull('$A') OR '$A'="", "$B", '$A')`,
	// the name of the program at the start of a command line, with or without quotes and a folder
	"exe-of": `case('$F'!="", '$F', match('$A', "^\""), replace('$A', "^\"(?:[^\"]*\\\\)?([^\"\\\\]*).*$", "\1"), ` +
		`'$A'!="", replace('$A', "^(?:[^\s\"]*\\\\)?([^\s\"\\\\]*).*$", "\1"), true(), "unknown")`,
	"lower-or-null":  `if('$F'="", null(), lower('$F'))`,
	"num":            `if(isnum('$F'), '$F', $A)`,
	"num-or":         `if(isnum('$F'), '$F', $A)`,
	"num-or-null":    `$A`,
	"num-or-mvcount": `case(isnum('$F'), '$F', isnotnull('$A'), mvcount('$A'), true(), 1)`,
	"email-domain":   `if(like('$A', "%@%"), replace('$A', "^.*@", ""), null())`,
	"url-host":       `replace(replace('$A', "^[a-zA-Z][a-zA-Z0-9+.-]*://", ""), "^(?:[^/?#@]*@)?([^/:?#]*).*$", "\1")`,
	"vendor-product": `case('$F'!="", '$F', (vendor!="" AND vendor!="unknown") OR (product!="" AND product!="unknown"), ` +
		`if(vendor!="", vendor, "unknown")." ".if(product!="", product, "unknown"), sourcetype!="", sourcetype, true(), "unknown")`,
}

// expression writes a rule out.
func expression(field, rule, args string) (string, error) {
	text, ok := expressions[rule]
	if !ok {
		return "", fmt.Errorf("%s: unknown rule %q", field, rule)
	}
	a, b := args, ""
	switch {
	case rule == "fill-from":
		a, b, _ = strings.Cut(args, " ")
	case rule == "num" && a == "null":
		a = "null()"
	}
	return strings.NewReplacer("$F", field, `"$A"`, lang.Quote(a), "$A", a, `"$B"`, lang.Quote(b)).Replace(text), nil
}

// indexMacro names the macro that restricts the indexes of a model.
func indexMacro(model string) string { return "cim_" + model + "_indexes" }
