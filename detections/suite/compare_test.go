package suite

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCompareRows(t *testing.T) {
	row := func(kv ...string) Row {
		r := Row{}
		for i := 0; i < len(kv); i += 2 {
			r[kv[i]] = []string{kv[i+1]}
		}
		return r
	}
	a, b, c := row("x", "1", "y", "a"), row("x", "2", "y", "a"), row("x", "3", "y", "c")
	for _, tt := range []struct {
		name      string
		got, want []Row
		unordered bool
		diff      string
	}{
		{"equal", []Row{a, b}, []Row{a, b}, false, ""},
		{"order counts", []Row{b, a}, []Row{a, b}, false, "rows differ\n- {x=\"1\", y=\"a\"}\n  {x=\"2\", y=\"a\"}\n+ {x=\"1\", y=\"a\"}"},
		{"or not", []Row{b, a}, []Row{a, b}, true, ""},
		{"a field differs", []Row{b, c}, []Row{a, c}, false, "rows differ\n- {x=\"1\", y=\"a\"}\n+ {x=\"2\", y=\"a\"}\n~ x\n  {x=\"3\", y=\"c\"}"},
		{"all fields differ", []Row{c}, []Row{a}, false, "rows differ\n- {x=\"1\", y=\"a\"}\n+ {x=\"3\", y=\"c\"}"},
		{"one is missing", []Row{c}, []Row{a, c}, false, "1 rows, want 2\n- {x=\"1\", y=\"a\"}\n  {x=\"3\", y=\"c\"}"},
		{"two for one", []Row{b, c}, []Row{a}, false, "2 rows, want 1\n- {x=\"1\", y=\"a\"}\n+ {x=\"2\", y=\"a\"}\n+ {x=\"3\", y=\"c\"}"},
		{"internal fields count where they are listed", []Row{row("_time", "1", "x", "1")}, []Row{row("x", "1")}, false, ""},
		{"and differ there", []Row{row("_time", "1", "x", "1")}, []Row{row("_time", "2", "x", "1")}, false,
			"rows differ\n- {_time=\"2\", x=\"1\"}\n+ {_time=\"1\", x=\"1\"}\n~ _time"},
	} {
		if d := cmp.Diff(tt.diff, compareRows(tt.got, tt.want, tt.unordered)); d != "" {
			t.Errorf("%s: %s", tt.name, d)
		}
	}
}
