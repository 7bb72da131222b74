// Package suite runs test files: a small world of events, lookups and macros, searches, and the rows
// they must return.
//
//	f, err := suite.Parse("brute_force.test.yml", text)
//	r := suite.Runner{Engine: exec.New(), World: world}
//	for _, res := range r.Run(ctx, f) { fmt.Println(res.Name, res.Status, res.Detail) }
//
// Start with Parse and Runner.
package suite

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"spl/exec/ingest"
	"spl/lang"
	"spl/lang/yamltext"
)

// File is one test file.
type File struct {
	Path     string
	Now      string
	Timezone string
	Content  []string
	Data     []Data
	Events   []Event
	Lookups  []Lookup
	Macros   []Macro
	Conf     []Conf
	Tests    []*Test
}

// Data is an event file of the world.
type Data struct{ Path, Index, Sourcetype, Source, Host string }

// Event is an inline event: its fields in the order written, values as ingest.FromMaps takes them.
type Event struct {
	Line   int
	Fields []ingest.Pair
}

// Lookup is an inline table with the keys of its definition.
type Lookup struct {
	Name string
	CSV  string
	Line int
	Keys map[string]string
}

// Macro is an inline macro; Name may hold the argument count, as in macros.conf.
type Macro struct {
	Name                   string
	Definition, Validation *lang.Source
	ErrorMsg               string
	Args                   []string
	IsEval                 bool
	Line                   int
}

// Conf is an inline Splunk configuration file.
type Conf struct {
	Name, Text string
	Line       int
}

// Test is one case. A plain test has one step.
type Test struct {
	Name         string
	Line         int
	Steps        []Step
	LookupsAfter []Lookup
	Messages     []string
	Source       string
	Skip         string // why the test does not run
}

// Step is one search of a test. Exactly one of Search and Detection is set.
type Step struct {
	Search           *lang.Source // places point into the test file
	Detection        string       // path of a search file, relative to the test file
	Line             int
	Now              string
	Earliest, Latest string
	Expect           Expect
}

// Expect is what a step must give: exactly one of Rows, Count, MinCount, Error; Fields may stand beside
// them. A step of a list may expect nothing.
type Expect struct {
	Set       bool
	Rows      []Row
	HasRows   bool
	Unordered bool
	Count     *int
	MinCount  *int
	Error     string
	Fields    []string
	Present   []string   // fields that the first row must have
	node      *yaml.Node // the mapping, for --update
}

// Row is an expected row: values by field, null and missing fields left out.
type Row map[string][]string

// keys reads a mapping whose keys are all known.
type keys map[string]func(v *yaml.Node) error

func (p *parser) mapping(n *yaml.Node, what string, ks keys) error {
	if n.Kind != yaml.MappingNode {
		return p.errorf(n, "%s must be a mapping", what)
	}
	seen := map[string]bool{}
	for i := 0; i < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		f, ok := ks[k.Value]
		if !ok {
			return p.errorf(k, "unknown key %q in %s: known are %s", k.Value, what, known(ks))
		}
		if seen[k.Value] {
			return p.errorf(k, "key %q stands twice in %s", k.Value, what)
		}
		seen[k.Value] = true
		if err := f(v); err != nil {
			return err
		}
	}
	return nil
}

type parser struct {
	path string
	src  *lang.Source
}

func (p *parser) errorf(n *yaml.Node, format string, args ...any) error {
	return fmt.Errorf("%s:%d:%d: %s", p.path, n.Line, n.Column, fmt.Sprintf(format, args...))
}

func known(ks keys) string {
	names := make([]string, 0, len(ks))
	for k := range ks {
		names = append(names, k)
	}
	sortStrings(names)
	return strings.Join(names, ", ")
}

// text reads a scalar.
func (p *parser) text(dst *string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind != yaml.ScalarNode {
			return p.errorf(n, "expected a text")
		}
		*dst = n.Value
		return nil
	}
}

// texts reads a scalar or a list of them.
func (p *parser) texts(dst *[]string) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind == yaml.ScalarNode {
			*dst = []string{n.Value}
			return nil
		}
		return p.each(n, func(v *yaml.Node) error {
			var s string
			if err := p.text(&s)(v); err != nil {
				return err
			}
			*dst = append(*dst, s)
			return nil
		})
	}
}

func (p *parser) each(n *yaml.Node, f func(*yaml.Node) error) error {
	if n.Kind != yaml.SequenceNode {
		return p.errorf(n, "expected a list")
	}
	for _, v := range n.Content {
		if err := f(v); err != nil {
			return err
		}
	}
	return nil
}

func (p *parser) boolean(dst *bool) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if err := n.Decode(dst); err != nil {
			return p.errorf(n, "expected true or false")
		}
		return nil
	}
}

func (p *parser) number(dst **int) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		var v int
		if err := n.Decode(&v); err != nil || v < 0 {
			return p.errorf(n, "expected a count")
		}
		*dst = &v
		return nil
	}
}

// source reads a scalar with the places of its bytes in the file.
func (p *parser) source(dst **lang.Source) func(*yaml.Node) error {
	return func(n *yaml.Node) error {
		if n.Kind != yaml.ScalarNode {
			return p.errorf(n, "expected a text")
		}
		*dst = yamltext.Source(p.src, n)
		return nil
	}
}
