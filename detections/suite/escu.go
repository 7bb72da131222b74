package suite

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"spl/lang"
	"spl/lang/yamltext"
)

// attackDataMark is where the path of a data set begins in the address that a detection gives.
const attackDataMark = "datasets/"

// isDetection reports whether a YAML file is a detection with tests over recorded attacks, in the form of
// public detection repositories.
func isDetection(text []byte) bool {
	return bytes.Contains(text, []byte("attack_data:")) && bytes.Contains(text, []byte("\nsearch:"))
}

// ParseDetection reads the tests of a detection's own file: each replays data sets and wants rows back.
// Every test is a File of its own, because each has its own events. dataDir holds a copy of the data
// sets; a test whose data is not there is skipped.
func ParseDetection(path string, text []byte, dataDir string) ([]*File, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, fmt.Errorf("%s: not a detection", path)
	}
	d := &detection{path: path, dir: dataDir, root: doc.Content[0]}
	search := find(d.root, "search")
	if search == nil {
		return nil, fmt.Errorf("%s: the detection has no search", path)
	}
	d.search = yamltext.Source(lang.NewSource(path, string(text)), search)
	d.content = repositoryOf(path)
	var out []*File
	for _, t := range list(find(d.root, "tests")) {
		out = append(out, d.test(t))
	}
	return out, nil
}

type detection struct {
	path, dir string
	root      *yaml.Node
	search    *lang.Source
	content   []string
}

// find returns the value at a path of keys, nil if it is not there.
func find(n *yaml.Node, keys ...string) *yaml.Node {
	for _, k := range keys {
		if n == nil || n.Kind != yaml.MappingNode {
			return nil
		}
		var next *yaml.Node
		for i := 0; i < len(n.Content); i += 2 {
			if n.Content[i].Value == k {
				next = n.Content[i+1]
			}
		}
		n = next
	}
	return n
}

func list(n *yaml.Node) []*yaml.Node {
	if n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}

func textAt(n *yaml.Node, keys ...string) string {
	if v := find(n, keys...); v != nil && v.Kind == yaml.ScalarNode {
		return v.Value
	}
	return ""
}

// repositoryOf returns the folder above the file that holds macros or lookups, if there is one.
func repositoryOf(path string) []string {
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return nil
	}
	for {
		for _, sub := range []string{"macros", "lookups", "default"} {
			if info, err := os.Stat(filepath.Join(dir, sub)); err == nil && info.IsDir() {
				return []string{dir}
			}
		}
		up := filepath.Dir(dir)
		if up == dir {
			return nil
		}
		dir = up
	}
}

// test turns one entry of tests into a file with one test.
func (d *detection) test(n *yaml.Node) *File {
	f := &File{Path: d.path, Content: d.content}
	t := &Test{Name: textAt(n, "name"), Line: n.Line, Steps: []Step{{Search: d.search, Line: n.Line, Expect: d.expect(n)}}}
	f.Tests = []*Test{t}
	if why := textAt(d.root, "tags", "manual_test"); why != "" {
		t.Skip = "tested by hand: " + why
		return f
	}
	if textAt(n, "test_type") == "experimental" {
		t.Skip = "an experimental test"
		return f
	}
	for _, a := range list(find(n, "attack_data")) {
		url := textAt(a, "data")
		data := Data{Index: textAt(a, "custom_index"), Sourcetype: textAt(a, "sourcetype"), Source: textAt(a, "source"), Host: textAt(a, "host")}
		if data.Index == "" {
			data.Index = textAt(a, "index")
		}
		var ok bool
		if data.Path, ok = d.local(url); !ok {
			t.Skip = "no local copy of " + url + " (see --attack-data)"
			return f
		}
		f.Data = append(f.Data, data)
	}
	return f
}

// local finds the copy of a data set: the part of its address behind datasets/ below the data folder.
func (d *detection) local(url string) (string, bool) {
	if d.dir == "" {
		return "", false
	}
	_, rest, ok := strings.Cut(url, attackDataMark)
	if !ok {
		rest = filepath.Base(url)
	}
	for _, p := range []string{filepath.Join(d.dir, attackDataMark, rest), filepath.Join(d.dir, rest), filepath.Join(d.dir, filepath.Base(url))} {
		if info, err := os.Stat(p); err == nil && info.Mode().IsRegular() {
			if abs, err := filepath.Abs(p); err == nil {
				return abs, true
			}
		}
	}
	return "", false
}

// expect is at least one row, or what expected_results says, with the fields that findings are about.
func (d *detection) expect(n *yaml.Node) Expect {
	one := 1
	e := Expect{Set: true, MinCount: &one, Present: d.reported()}
	if v := find(n, "expected_results"); v != nil {
		var want int
		if v.Decode(&want) == nil {
			if e.MinCount = &want; want == 0 {
				e.MinCount, e.Count, e.Present = nil, &want, nil
			}
		}
	}
	return e
}

// reported lists the fields of the objects that the detection raises findings for, in all the places
// where generations of the format have them.
func (d *detection) reported() []string {
	var out []string
	add := func(nodes []*yaml.Node, key string) {
		for _, o := range nodes {
			if f := textAt(o, key); f != "" {
				out = append(out, f)
			}
		}
	}
	add(list(find(d.root, "rba", "risk_objects")), "field")
	add(list(find(d.root, "rba", "threat_objects")), "field")
	add(list(find(d.root, "tags", "observable")), "name")
	add(list(find(d.root, "intermediate_findings", "entities")), "field")
	add(list(find(d.root, "threat_objects")), "field")
	if f := textAt(d.root, "finding", "entity", "field"); f != "" {
		out = append(out, f)
	}
	return out
}
