package lang

import (
	"slices"
	"testing"
)

func TestSuggest(t *testing.T) {
	known := []string{"stats", "eventstats", "streamstats", "sort", "spath", "eval", "cloudtrail"}
	for _, tt := range []struct{ word, want string }{
		{"stat", "stats"},
		{"tsats", "stats"},
		{"STATS", "stats"},
		{"clodtrial", "cloudtrail"},
		{"evla", "eval"},
		{"xyz", ""},
		{"", ""},
		{"e", ""},
	} {
		if got := Suggest(tt.word, slices.Values(known)); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.word, got, tt.want)
		}
	}
}
