package detections_test

import (
	"context"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"spl/detections"
	"spl/detections/suite"
	"spl/exec"
	"spl/exec/plan"
	"spl/exec/store"
)

// header is the comment a shipped search starts with.
var header = regexp.MustCompile("(?s)^```\n(.+?)\n```\n")

// baselines only fill tables for others, and name no technique.
var baselines = map[string]bool{"previously_seen_api_call_per_user_roles_in_cloudtrail": true}

func TestBuiltinHeaders(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range detections.Builtin() {
		t.Run(s.Name, func(t *testing.T) {
			m := header.FindStringSubmatch(s.Src.Text)
			if m == nil {
				t.Fatal("no comment in front of the search")
			}
			lines := []string{`^\S[^\n]*\n\n`, `(?m)^What: `, `(?m)^Data: `}
			if !baselines[s.Name] {
				lines = append(lines, `(?m)^ATT&CK: T\d{4}(\.\d{3})? \(`)
			}
			for _, want := range lines {
				if !regexp.MustCompile(want).MatchString(m[1]) {
					t.Errorf("the comment has nothing that matches %q", want)
				}
			}
			if _, err := os.Stat(s.Name + ".test.yml"); err != nil {
				t.Errorf("no tests beside it: %v", err)
			}
			if !strings.Contains(string(readme), "`"+s.Name+"`") {
				t.Error("README.md does not list it")
			}
		})
	}
}

// TestBuiltinPlans plans every shipped search with nothing but built-in content around it.
func TestBuiltinPlans(t *testing.T) {
	c := load(t)
	for _, s := range detections.Builtin() {
		env := &exec.Env{Store: store.NewMemory(), Macros: c.Macros, Lookups: c.Lookups, Knowledge: c.Knowledge,
			Now: time.Unix(1768478400, 0), Zone: time.UTC, Range: store.AllTime, Limits: plan.DefaultLimits(), Workers: 1}
		if _, ds := exec.New().Prepare(context.Background(), s.Src, env); ds.Err() != nil {
			t.Errorf("%s: %v", s.Name, ds.Err())
		}
	}
}

func TestBuiltinSuite(t *testing.T) {
	files, err := suite.Find(".")
	if err != nil {
		t.Fatal(err)
	}
	r := &suite.Runner{Engine: exec.New(), Parallel: 2, Now: time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)}
	for res := range r.RunFiles(context.Background(), files) {
		if res.Status != suite.Passed {
			t.Errorf("%s: %s › %s\n%s", res.Status, res.File, res.Name, res.Detail)
		}
	}
}
