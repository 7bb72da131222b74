package commands

import (
	"strconv"
	"strings"

	"spl/exec/column"
	"spl/exec/plan"
	"spl/exec/xmltree"
	"spl/lang"
)

type xpathArgs struct {
	Opts lang.Options  `parser:"( @@"`
	Path []*lang.Value `parser:"| @@ )*"`
}

var xpath = define(Spec[xpathArgs]{
	Grammar: lang.Grammar{Name: "xpath", Mode: lang.ModeText, Usage: `xpath [outfield=<field>] "<xpath>" [field=<field>] [default=<text>]`,
		Options: []lang.Opt{
			{Name: "outfield", Type: lang.FieldName, Default: "xpath", Doc: "Field for the values."},
			{Name: "field", Type: lang.FieldName, Default: "_raw", Doc: "Field with the XML text."},
			{Name: "default", Type: lang.Text, Doc: "Value where nothing is found."},
		}},
	Short: "Extract values from XML by XPath.",
	Doc: `Understood are steps by name or *, / and //, [n], [@name="text"], [name="text"], @name and text() at the end.
Several values make a multivalue. A text that is nested deeper than 500 elements has none.`,
	Examples: []Example{{Search: `xpath outfield=r field=x "//book[@lang='en']/@name" | table r`, In: "x\n<b><book lang='de' name='Eins'/><book lang='en' name='One'/></b>", Out: "r\nOne"}},
	Plan: func(b *plan.Builder, a *xpathArgs) (plan.Node, error) {
		if len(a.Path) != 1 {
			return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "Exactly one XPath is expected.")
		}
		steps, ok := parseXPath(a.Path[0].Text)
		if !ok {
			return nil, lang.Errorf(b.Stage, a.Path[0].Span, "not-built", "The XPath '%s' uses what is not built yet: steps, //, *, [n], [@name=\"text\"], @name and text() are.", a.Path[0].Text)
		}
		field, out := a.Opts.Text("field", "_raw"), a.Opts.Text("outfield", "xpath")
		def := a.Opts.Get("default")
		return changes(rowLocal(b, needAlso(field), func(b *column.Batch) (*column.Batch, error) {
			extractFields(b, field, false, func(s string, sh *sheet) {
				var found []string
				if root, ok := xmltree.Parse(s); ok {
					found = evalXPath(root, steps)
				}
				if len(found) == 0 && def != nil {
					found = []string{def.Value}
				}
				sh.all(out, found)
			})
			return b, nil
		}), out), nil
	},
})

// pathStep is one step of an XPath; deep looks at all depths.
type pathStep struct {
	deep  bool
	name  string // element, "*", "@name" or "text()"
	tests []pathTest
}

// pathTest is [n], [name="text"] or [@name="text"]; without a value the name must be there.
type pathTest struct {
	n       int
	name    string
	value   string
	compare bool
}

func parseXPath(s string) ([]pathStep, bool) {
	var out []pathStep
	if !strings.HasPrefix(s, "/") {
		s = "/" + s
	}
	for s != "" {
		var st pathStep
		if s, st.deep = strings.CutPrefix(s, "//"); !st.deep {
			var ok bool
			if s, ok = strings.CutPrefix(s, "/"); !ok {
				return nil, false
			}
		}
		end := strings.IndexAny(s, "/[")
		if end < 0 {
			end = len(s)
		}
		st.name, s = s[:end], s[end:]
		for strings.HasPrefix(s, "[") {
			inner, rest, ok := strings.Cut(s[1:], "]")
			if !ok {
				return nil, false
			}
			test, ok := parseTest(strings.TrimSpace(inner))
			if !ok {
				return nil, false
			}
			st.tests, s = append(st.tests, test), rest
		}
		if st.name == "" || strings.ContainsAny(strings.TrimSuffix(st.name, "()"), "()|:=<> ") || st.name == "." || st.name == ".." {
			return nil, false
		}
		out = append(out, st)
	}
	return out, len(out) > 0
}

func parseTest(s string) (pathTest, bool) {
	if n, err := strconv.Atoi(s); err == nil {
		return pathTest{n: n}, n > 0
	}
	name, v, compare := strings.Cut(s, "=")
	t := pathTest{name: strings.TrimSpace(name), compare: compare}
	v = strings.TrimSpace(v)
	if compare {
		if len(v) < 2 || v[0] != v[len(v)-1] || v[0] != '"' && v[0] != '\'' {
			return t, false
		}
		t.value = v[1 : len(v)-1]
	}
	return t, t.name != "" && !strings.ContainsAny(t.name, " ()<>!|")
}

func evalXPath(root *xmltree.Element, steps []pathStep) []string {
	found := []*xmltree.Element{root}
	for i, st := range steps {
		if i == len(steps)-1 && (st.name[0] == '@' || st.name == "text()") {
			return leafTexts(found, st)
		}
		var next []*xmltree.Element
		for _, e := range found {
			next = st.pick(next, e)
		}
		found = next
	}
	var out []string
	for _, e := range found {
		if s := e.AllText(); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// leafTexts returns attributes or texts of the elements, with // also of those below.
func leafTexts(found []*xmltree.Element, st pathStep) []string {
	var out []string
	var visit func(e *xmltree.Element)
	visit = func(e *xmltree.Element) {
		if st.name == "text()" {
			if s := e.Text(); s != "" {
				out = append(out, s)
			}
		} else if v, ok := e.Attr(st.name[1:]); ok {
			out = append(out, v)
		}
		if st.deep {
			for _, c := range e.Children {
				visit(c)
			}
		}
	}
	for _, e := range found {
		visit(e)
	}
	return out
}

// pick appends the children, or with // all descendants, that the step names.
func (st pathStep) pick(out []*xmltree.Element, e *xmltree.Element) []*xmltree.Element {
	n := 0
	for _, c := range e.Children {
		if st.name == "*" || c.Name == st.name {
			n++
			if st.holds(c, n) {
				out = append(out, c)
			}
		}
		if st.deep {
			out = st.pick(out, c)
		}
	}
	return out
}

func (st pathStep) holds(e *xmltree.Element, n int) bool {
	for _, t := range st.tests {
		switch {
		case t.n > 0:
			if t.n != n {
				return false
			}
		case strings.HasPrefix(t.name, "@"):
			v, ok := e.Attr(t.name[1:])
			if !ok || t.compare && v != t.value {
				return false
			}
		default:
			ok := false
			for _, c := range e.Children {
				ok = ok || c.Name == t.name && (!t.compare || c.AllText() == t.value)
			}
			if !ok {
				return false
			}
		}
	}
	return true
}
