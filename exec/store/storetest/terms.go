package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"spl/exec/column"
	"spl/exec/store"
	"spl/lang"
)

func eq(f, v string) lang.Term  { return cmpTerm(f, lang.OpEq, v) }
func raw(v string) lang.Term    { return &lang.Word{Value: lang.Literal{Text: v}} }
func not(x lang.Term) lang.Term { return &lang.Not{X: x} }
func cmpTerm(f string, op lang.CompareOp, v string) lang.Term {
	return &lang.Compare{Field: lang.Name{Text: f}, Op: op, Value: lang.Literal{Text: v}}
}

// terms checks that pruning loses no match: each case names the events (by f) that match.
func terms(t *testing.T, st store.Store) {
	add(t, st,
		Events("main", "a", E(1, "id=1", "u=Bob", "n=5"), E(2, "id=2", "u=alice", "n=15")),
		Events("main", "b", E(3, "id=3", "u=straße", "n=x"), E(4, "id=4", "v=10.1.2.3")),
		Events("main", "a", E(5, "id=5", "l=p", "l=q"), E(6, "id=6", "n=-3")),
		Events("main", "c", E(7, "id=7", "e=", "u=\u212Aelvin")),
	)
	for _, c := range []struct {
		name string
		term lang.Term
		want []string
	}{
		{"nothing asked", nil, []string{"1", "2", "3", "4", "5", "6", "7"}},
		{"equal", eq("u", "bOB"), []string{"1"}},
		{"wildcard", eq("u", "*LIC*"), []string{"2"}},
		{"star", eq("u", "*"), []string{"1", "2", "3", "7"}},
		{"not star", not(eq("u", "*")), []string{"4", "5", "6"}},
		{"unicode", eq("u", "STRASSE*"), nil},
		{"folds to ascii", eq("u", "kelvin"), []string{"7"}},
		{"unequal", cmpTerm("u", lang.OpNe, "bob"), []string{"2", "3", "7"}},
		{"not equal", not(eq("u", "bob")), []string{"2", "3", "4", "5", "6", "7"}},
		{"less", cmpTerm("n", lang.OpLt, "6"), []string{"1", "6"}},
		{"greater", cmpTerm("n", lang.OpGe, "15"), []string{"2", "3"}},
		{"text order", cmpTerm("n", lang.OpGt, "w"), []string{"3"}},
		{"network", eq("v", "10.0.0.0/8"), []string{"4"}},
		{"list", eq("l", "Q"), []string{"5"}},
		{"in", &lang.In{Field: lang.Name{Text: "u"}, Values: []lang.Literal{{Text: "zed"}, {Text: "ali*"}}}, []string{"2"}},
		{"missing field", eq("nope", "1"), nil},
		{"not missing field", not(eq("nope", "1")), []string{"1", "2", "3", "4", "5", "6", "7"}},
		{"sourcetype", eq("sourcetype", "B"), []string{"3", "4"}},
		{"not sourcetype", not(eq("sourcetype", "a")), []string{"3", "4", "7"}},
		{"host", eq("host", "H"), []string{"1", "2", "3", "4", "5", "6", "7"}},
		{"other host", eq("host", "x*"), nil},
		{"index", eq("index", "main"), []string{"1", "2", "3", "4", "5", "6", "7"}},
		{"empty", eq("e", ""), []string{"7"}},
		{"word", raw("ALICE"), []string{"2"}},
		{"wildcard word", raw("*10.1*"), []string{"4"}},
		{"any field", cmpTerm("*", lang.OpEq, "bob"), []string{"1"}},
		{"or", &lang.Or{Terms: []lang.Term{eq("id", "1"), eq("v", "*")}}, []string{"1", "4"}},
		{"and", &lang.And{Terms: []lang.Term{eq("sourcetype", "a"), not(eq("u", "*"))}}, []string{"5", "6"}},
		{"nothing", &lang.Or{}, nil},
	} {
		for _, ordered := range []bool{true, false} {
			got := Scan(t, st, store.Scan{Indexes: []string{"main"}, Time: store.AllTime, Terms: c.term, Fields: column.Fields("id"), Ordered: ordered})
			for _, id := range c.want {
				if !slices.Contains(got, "id="+id) {
					t.Errorf("%s (ordered %v): event %s is lost, got %s", c.name, ordered, id, strings.Join(got, " "))
				}
			}
		}
	}
	same(t, []int{0, 2}, []int{count(t, st, eq("nope", "1")), count(t, st, eq("sourcetype", "b"))})
}

// count returns how many events a scan for a term hands out.
func count(t *testing.T, st store.Store, term lang.Term) int {
	t.Helper()
	lines := Scan(t, st, store.Scan{Indexes: []string{"main"}, Time: store.AllTime, Terms: term, Fields: column.Fields("id")})
	if len(lines) != len(slices.DeleteFunc(lines, func(l string) bool { return l == "" })) {
		t.Error(fmt.Errorf("events without the field: %v", lines))
	}
	return len(lines)
}
