package detections_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/detections"
)

func TestSearchesOfTestFiles(t *testing.T) {
	dir := write(t, map[string]string{"x.test.yml": `
tests:
  - {name: plain, search: "| makeresults", expect: {count: 1}}
  - {name: must fail, search: "| nosuch", expect: {error: nosuch}}
  - name: steps
    steps:
      - {search: "| makeresults count=2"}
      - {search: "| nosuch", expect: {error: nosuch}}
`})
	found, err := detections.Find(filepath.Join(dir, "x.test.yml"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range found {
		names = append(names, s.Name)
	}
	if d := cmp.Diff([]string{"plain", "steps, step 1"}, names); d != "" {
		t.Error(d)
	}
}
