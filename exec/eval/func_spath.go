package eval

import (
	"strconv"
	"strings"

	"spl/exec/value"
	"spl/exec/xmltree"
)

func init() {
	register("text",
		&Func{Name: "spath", Min: 2, Max: 2, Usage: "spath(<text>, <path>)", Pure: true, args: []argKind{wordArg, textArg}, new: rows(spath),
			Doc: "The values at a path of a JSON or XML text: a.b, a{0} (JSON, from 0; XML from 1), a{} for all elements, a{@id} for an XML attribute.",
			Examples: []Example{{`spath("{\"a\":[1,2]}", "a{1}")`, "2"}, {`spath("{\"a\":[{\"b\":1},{\"b\":2}]}", "a{}.b")`, "1\n2"},
				{`spath("<a><b id='7'>x</b></a>", "a.b")`, "x"}, {`spath("<a><b id='7'>x</b></a>", "a.b{@id}")`, "7"}, {`spath("plain", "a")`, ""}}},
	)
}

func spath(args []value.Value) value.Value {
	text, path := strings.TrimSpace(args[0].Text()), args[1].Text()
	if strings.HasPrefix(text, "<") {
		return xmlPath(text, path)
	}
	d, ok := jsonOf(args[0])
	steps, okPath := parsePath(path)
	if !ok || !okPath || d.kind != '{' && d.kind != '[' {
		return value.Value{}
	}
	found, _ := d.find(steps)
	var out []string
	for _, x := range found {
		if v := x.native(); !v.IsNull() {
			out = append(out, v.Text())
		}
	}
	return value.OfList(out)
}

// xmlStep is one step of a path: an element, the nth one if n > 0; or an attribute.
type xmlStep struct {
	name string
	n    int
	attr string
}

func parseXMLPath(path string) ([]xmlStep, bool) {
	var out []xmlStep
	for path != "" {
		end := strings.IndexAny(path, ".{")
		if end < 0 {
			end = len(path)
		}
		st := xmlStep{name: path[:end]}
		path = path[end:]
		for strings.HasPrefix(path, "{") {
			inner, rest, ok := strings.Cut(path[1:], "}")
			if !ok {
				return nil, false
			}
			if name, isAttr := strings.CutPrefix(inner, "@"); isAttr {
				st.attr = name
			} else if inner != "" {
				n, err := strconv.Atoi(inner)
				if err != nil || n < 1 {
					return nil, false
				}
				st.n = n
			}
			path = rest
		}
		path = strings.TrimPrefix(path, ".")
		out = append(out, st)
	}
	return out, len(out) > 0
}

func xmlPath(text, path string) value.Value {
	steps, ok := parseXMLPath(path)
	root, okDoc := xmltree.Parse(text)
	if !ok || !okDoc {
		return value.Value{}
	}
	found := []*xmltree.Element{root}
	for i, st := range steps {
		var next []*xmltree.Element
		for _, e := range found {
			n := 0
			for _, c := range e.Children {
				if c.Name != st.name {
					continue
				}
				if n++; st.n == 0 || st.n == n {
					next = append(next, c)
				}
			}
		}
		found = next
		if st.attr != "" && i < len(steps)-1 {
			return value.Value{}
		}
	}
	return value.OfList(xmlTexts(found, steps[len(steps)-1].attr))
}

// xmlTexts returns the texts of elements that have one, or of one of their attributes.
func xmlTexts(es []*xmltree.Element, attr string) []string {
	var out []string
	for _, e := range es {
		if attr == "" {
			if s := e.Text(); s != "" {
				out = append(out, s)
			}
			continue
		}
		if v, ok := e.Attr(attr); ok {
			out = append(out, v)
		}
	}
	return out
}
