package suite_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"spl/detections/suite"
	"spl/exec"
)

// conformanceDir holds the cases that pin the language's behaviour.
const conformanceDir = "../../exec/testdata/conformance"

// caseNow is the clock of cases that do not set one.
var caseNow = time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)

// TestConformance runs every case of the repository.
func TestConformance(t *testing.T) {
	files, err := suite.Find(conformanceDir)
	if err != nil {
		t.Fatal(err)
	}
	r := &suite.Runner{Engine: exec.New(), Parallel: 2, Now: caseNow}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".test.yml"), func(t *testing.T) {
			for res := range r.RunFiles(context.Background(), []string{file}) {
				if res.Status != suite.Passed {
					t.Errorf("%s: %s\n%s", res.Status, res.Name, res.Detail)
				}
			}
		})
	}
}
