package lookups

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/exec/column"
	"spl/lang/conf"
)

func TestTransforms(t *testing.T) {
	f, _ := conf.Parse("t.conf", []byte(`[default]
max_matches = 7
[a]
filename = /opt/x/lookups/a.csv
case_sensitive_match = false
match_type = WILDCARD(process), cidr( net ),EXACT(x), EXACT
min_matches = 1
default_match = no
fields_list = _key, a b
[b]
external_type = kvstore
max_matches = 1
[c]
collection = cc
time_field = t
time_format = %s
max_offset_secs = 10
min_offset_secs = 1
filter = a=1
[d]
filename = d.csv
max_matches = 5000
case_sensitive_match = perhaps
match_type = GLOB(x)
[extraction]
REGEX = x
`))
	c := NewContent()
	c.AddTransforms(f)
	want := map[string]*Definition{
		"a": {Name: "a", Filename: "a.csv", FieldsList: []string{"_key", "a", "b"}, MaxMatches: 7, MinMatches: 1, DefaultMatch: "no", IgnoreCase: true,
			Wildcard: map[string]bool{"process": true}, CIDR: map[string]bool{"net": true}, MaxOffsetSecs: 2e9, File: "t.conf", Line: 3},
		"b": {Name: "b", Collection: "b", MaxMatches: 1, MaxOffsetSecs: 2e9, File: "t.conf", Line: 10},
		"c": {Name: "c", Collection: "cc", MaxMatches: 7, TimeField: "t", TimeFormat: "%s", MaxOffsetSecs: 10, MinOffsetSecs: 1, Filter: "a=1", File: "t.conf", Line: 13},
		"d": {Name: "d", Filename: "d.csv", MaxOffsetSecs: 2e9, File: "t.conf", Line: 20},
	}
	if d := cmp.Diff(want, c.defs); d != "" {
		t.Error(d)
	}
	if len(c.Problems) != 1 {
		t.Fatal(c.Problems)
	}
	msg := c.Problems[0].Msg
	for _, s := range []string{"lookup d:", "max_matches", `not "perhaps"`, "GLOB(x)"} {
		if !strings.Contains(msg, s) {
			t.Errorf("%q lacks %q", msg, s)
		}
	}
	if l := c.Problems[0].Src.Locate(0); l.Name != "t.conf" || l.Line != 20 {
		t.Errorf("%+v", l)
	}
}

func TestYAML(t *testing.T) {
	tests := []struct {
		name, file, text string
		want             *Definition
	}{
		{"old, file", "lookups/x.yml", "name: a\nfilename: a.csv\nmatch_type: WILDCARD(p)\nmin_matches: 1\ndefault_match: 'false'\ncase_sensitive_match: 'false'\ndescription: d",
			&Definition{Name: "a", Filename: "a.csv", Wildcard: map[string]bool{"p": true}, MinMatches: 1, DefaultMatch: "false", IgnoreCase: true}},
		{"old, collection", "x.yml", "name: a\ncollection: b\nfields_list: _key, x,y",
			&Definition{Name: "a", Collection: "b", FieldsList: []string{"_key", "x", "y"}}},
		{"new, file", "lookups/ab_c.yml", "name: a\nlookup_type: csv\nmatch_type:\n- WILDCARD(p)\n- CIDR(q)\nmax_matches: 1\ncase_sensitive_match: false\ndefault_match: false",
			&Definition{Name: "a", Filename: "ab_c.csv", Wildcard: map[string]bool{"p": true}, CIDR: map[string]bool{"q": true}, MaxMatches: 1, DefaultMatch: "false", IgnoreCase: true}},
		{"new, collection", "x.yml", "name: a\nlookup_type: kvstore\nfields: [_key, x]",
			&Definition{Name: "a", Collection: "a", FieldsList: []string{"_key", "x"}}},
		{"a model", "x.yml", "name: a\nfilename: a.mlmodel",
			&Definition{Name: "a", Filename: "a.mlmodel", Unsupported: `its file "a.mlmodel" is not a CSV file`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := fromYAML(tt.file, []byte(tt.text))
			if err != nil {
				t.Fatal(err)
			}
			tt.want.MaxOffsetSecs, tt.want.File, tt.want.Line = defaultMaxOffset, tt.file, 1
			if diff := cmp.Diff(tt.want, d); diff != "" {
				t.Error(diff)
			}
		})
	}
	for _, bad := range []string{"", "- a", "filename: a.csv", "name: a", "name: a\nfilename: a.csv\nmin_matches: x"} {
		if err := NewContent().AddYAML("f", []byte(bad)); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}

// TestCorpus reads every lookup of a detection repository and looks its first row up.
func TestCorpus(t *testing.T) {
	const dir = "../../shared/corpus/"
	text, err := os.ReadFile(filepath.Join(dir, "lookups.json"))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("no corpus here")
	}
	if err != nil {
		t.Fatal(err)
	}
	var defs map[string]map[string]any
	if err := json.Unmarshal(text, &defs); err != nil {
		t.Fatal(err)
	}
	c := NewContent()
	if err := c.AddFolder(filepath.Join(dir, "lookups")); err != nil {
		t.Fatal(err)
	}
	for name, keys := range defs {
		d, err := FromSettings(name, func(k string) (string, bool) {
			v, ok := keys[k]
			if !ok {
				return "", false
			}
			return fmt.Sprint(v), true
		})
		if err != nil {
			t.Error(err)
		}
		c.AddDefinition(d)
	}
	l := New(MemoryHome(), c)
	opened := 0
	for name := range defs {
		lk, err := l.Open(name)
		if err != nil {
			if strings.HasSuffix(name, "default") || strings.Contains(err.Error(), "mlmodel") || name == "dynamic_dns_providers" {
				continue
			}
			t.Error(err)
			continue
		}
		opened++
		if r := lk.Table.Report; r.Long > 0 || r.BadUTF8 > 0 || len(r.Repeated) > 0 {
			t.Logf("%s: %+v", name, r)
		}
		if lk.Table.Rows == 0 {
			continue
		}
		key := lk.Table.Columns[0]
		m, err := lk.Matcher([]string{key}, nil)
		if err != nil {
			t.Error(err)
			continue
		}
		// A cell found by itself; a star in it matches itself.
		res, err := m.Match([]column.Vec{column.Gather(lk.Table.Cols[0], []uint32{0})}, 1)
		if err != nil || !res.Matched.Get(0) && !lk.Table.Cols[0].Null(0) {
			t.Errorf("%s: the first row is not found, %v", name, err)
		}
	}
	t.Logf("%d of %d opened", opened, len(defs))
}
