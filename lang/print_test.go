package lang

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// bare takes positions out of a parsed value, and with raw also the texts as written.
func bare(v reflect.Value, raw bool) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() && v.Type() != reflect.TypeFor[*Grammar]() {
			bare(v.Elem(), raw)
		}
	case reflect.Slice:
		for i := range v.Len() {
			bare(v.Index(i), raw)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[Span]() {
			v.SetZero()
			return
		}
		for i := range v.NumField() {
			f := v.Field(i)
			switch {
			case f.Type() == reflect.TypeFor[Span](), f.Type() == reflect.TypeFor[*Source](), raw && v.Type().Field(i).Name == "Raw":
				f.SetZero()
			default:
				bare(f, raw)
			}
		}
	}
}

// sameAgain checks that printing and formatting lose nothing.
func sameAgain(t *testing.T, text string, q *Query) {
	t.Helper()
	var b strings.Builder
	if err := Print(&b, q); err != nil {
		t.Fatal(err)
	}
	again, _ := fake.Parse(NewSource("", b.String()))
	formatted, fds := fake.Format(NewSource("", text))
	terms(t, q)
	bare(reflect.ValueOf(q), false)
	bare(reflect.ValueOf(again), false)
	if !reflect.DeepEqual(q, again) {
		t.Errorf("print changes\n %s\n %s", text, b.String())
	}
	for _, d := range fds {
		if !foreign(d) {
			return
		}
	}
	again, _ = fake.Parse(Implied(NewSource("", formatted)))
	bare(reflect.ValueOf(q), true)
	bare(reflect.ValueOf(again), true)
	if !reflect.DeepEqual(q, again) {
		t.Errorf("format changes\n %s\n %s", text, formatted)
	}
	if twice, _ := fake.Format(NewSource("", formatted)); twice != formatted {
		t.Errorf("format is not stable\n %s\n %s", formatted, twice)
	}
}

// terms checks that the search and eval expressions of a query print to themselves.
func terms(t *testing.T, q *Query) {
	t.Helper()
	Walk(q, func(st *Stage) {
		switch a := st.Args.(type) {
		case *searchArgs:
			if a.Where != nil && len(st.Subs) == 0 {
				sameTerm(t, a.Where)
			}
		case *whereArgs:
			if a.Cond != nil {
				sameExpr(t, a.Cond)
			}
		case *evalArgs:
			for _, as := range a.List {
				sameExpr(t, as.Expr)
			}
		}
	})
}

func sameTerm(t *testing.T, x Term) {
	t.Helper()
	text := TermString(x)
	again, ds := fake.ParseTerm(NewSource("", text))
	bare(reflect.ValueOf(x), true)
	bare(reflect.ValueOf(again), true)
	if len(ds) > 0 || !reflect.DeepEqual(x, again) {
		t.Errorf("term changes: %s\n %s\n %v", text, TermString(again), ds)
	}
}

func sameExpr(t *testing.T, x Expr) {
	t.Helper()
	text := ExprString(x)
	again, ds := fake.ParseExpr(NewSource("", text))
	if again == nil || len(ds) > 0 {
		t.Errorf("expression lost: %s\n %v", text, ds)
		return
	}
	bare(reflect.ValueOf(x), true)
	bare(reflect.ValueOf(again), true)
	if !reflect.DeepEqual(x, again) {
		t.Errorf("expression changes: %s\n %s", text, ExprString(again))
	}
}

func TestFormat(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"index=main   user=alice|stats   count by\n user", "index=main user=alice\n| stats count by user"},
		{"|tstats count | `m(a  b)`| search x", "| tstats count\n| `m(a  b)`\n| search x"},
		{"``` why  so``` index=main ```and ```| ```then``` head  5",
			"``` why  so``` index=main ```and ```\n| ```then``` head 5"},
		{"```\nwhy\n```\nindex=main  x | ```so\nthat``` head", "```\nwhy\n```\nindex=main x\n| ```so\nthat```\nhead"},
		{"```\nwhy\n```\n|  tstats count", "```\nwhy\n```\n| tstats count"},
		{"```why``` |  tstats count", "```why``` | tstats count"},
		{"a | append [search  b|stats count]| where x=\"a  b\"",
			"a\n| append\n    [ search b\n    | stats count ]\n| where x=\"a  b\""},
		{"a NOT [ inputlookup  x ] b", "a NOT [ inputlookup x ] b"},
		{"a | rex   field=x (?<a>b  c)", "a\n| rex field=x (?<a>b  c)"},
		{"a | append maxout=5 [| tstats count by x | append [search y | table z]]",
			"a\n| append maxout=5\n    [ | tstats count by x\n    | append\n        [ search y\n        | table z ] ]"},
	} {
		got, _ := fake.Format(NewSource("", tt.in))
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s: %s", tt.in, d)
		}
		if twice, _ := fake.Format(NewSource("", got)); twice != got {
			t.Error(cmp.Diff(got, twice))
		}
	}
}
