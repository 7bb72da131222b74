// Package datamodel holds data models: trees of datasets, each of which takes events by a constraint and
// gives fields, some of them calculated. It knows the models of the Common Information Model and reads
// those of apps (default/data/models/*.json), and turns a dataset into what a scan must test and compute.
//
//	lib := datamodel.Builtin()
//	m, ok := lib.Get("Endpoint")
//	v, err := m.View("Processes", scope)  // or "" for all roots
//	v.Constraint                          // terms: tag=process tag=report
//	v.Fields                              // how Processes.process_name comes about
//
// Start with Library and Model.View.
package datamodel

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Model is one data model, in the layout of its JSON file.
type Model struct {
	Name        string    `json:"modelName"`
	DisplayName string    `json:"displayName"`
	Description string    `json:"description"`
	Objects     []*Object `json:"objects"`
}

// Object is one dataset of a model.
type Object struct {
	Name         string         `json:"objectName"`
	DisplayName  string         `json:"displayName"`
	Parent       string         `json:"parentName"` // BaseEvent, BaseSearch, BaseTransaction, or a dataset
	Fields       []*Field       `json:"fields"`
	Calculations []*Calculation `json:"calculations"`
	Constraints  []Constraint   `json:"constraints"`
	BaseSearch   string         `json:"baseSearch,omitempty"`
	Group        []string       `json:"groupByFields,omitempty"` // of a transaction
	Grouped      []string       `json:"objectsToGroup,omitempty"`
	MaxPause     string         `json:"transactionMaxPause,omitempty"`
	MaxSpan      string         `json:"transactionMaxTimeSpan,omitempty"`
	Children     []string       `json:"children"`
}

// Constraint is a part of what a dataset's events must match.
type Constraint struct {
	Search string `json:"search"`
	Owner  string `json:"owner,omitempty"`
}

// Field is a field that a dataset adds to those of its parent.
type Field struct {
	Name        string `json:"fieldName"`
	Owner       string `json:"owner,omitempty"`
	DisplayName string `json:"displayName,omitempty"`
	Type        string `json:"type"`
	Search      string `json:"fieldSearch"`
	Required    bool   `json:"required"`
	Multivalue  bool   `json:"multivalue"`
	Hidden      bool   `json:"hidden"`
	Lookup      string `json:"lookupOutputFieldName,omitempty"` // where Lookup and GeoIP find it
}

// Calculation makes fields from others.
type Calculation struct {
	ID         string   `json:"calculationID"`
	Type       string   `json:"calculationType"` // Eval, Lookup, Rex or GeoIP
	Owner      string   `json:"owner,omitempty"`
	Outputs    []*Field `json:"outputFields"`
	Expression string   `json:"expression,omitempty"` // Eval and Rex
	InputField string   `json:"inputField,omitempty"` // Rex and GeoIP
	Lookup     string   `json:"lookupName,omitempty"`
	Inputs     []Input  `json:"lookupInputs,omitempty"`
}

// Input maps a field of events to one of a lookup.
type Input struct {
	Field       string `json:"inputField"`
	LookupField string `json:"lookupField"`
}

// The kinds of root datasets, and of calculations.
const (
	baseEvent       = "BaseEvent"
	baseSearch      = "BaseSearch"
	baseTransaction = "BaseTransaction"

	calcEval   = "Eval"
	calcLookup = "Lookup"
	calcRex    = "Rex"
	calcGeo    = "GeoIP"
)

// Parse reads the JSON of a model.
func Parse(text []byte) (*Model, error) {
	m := &Model{}
	if err := json.Unmarshal(text, m); err != nil {
		return nil, err
	}
	if m.Name == "" {
		return nil, fmt.Errorf("a data model needs a modelName")
	}
	for _, o := range m.Objects {
		switch {
		case o.Name == "":
			return nil, fmt.Errorf("data model %s: a dataset needs an objectName", m.Name)
		case !o.root() && m.Object(o.Parent) == nil:
			return nil, fmt.Errorf("data model %s: the parent %s of %s does not exist", m.Name, o.Parent, o.Name)
		}
		for _, c := range o.Calculations {
			if !slices.Contains([]string{calcEval, calcLookup, calcRex, calcGeo}, c.Type) {
				return nil, fmt.Errorf("data model %s: calculation %s of %s: unknown type %q", m.Name, c.ID, o.Name, c.Type)
			}
		}
	}
	return m, m.checkLoops()
}

func (m *Model) checkLoops() error {
	for _, o := range m.Objects {
		seen := 0
		for at := o; !at.root(); at = m.Object(at.Parent) {
			if seen++; seen > len(m.Objects) {
				return fmt.Errorf("data model %s: %s is its own ancestor", m.Name, o.Name)
			}
		}
	}
	return nil
}

func (o *Object) root() bool {
	return o.Parent == baseEvent || o.Parent == baseSearch || o.Parent == baseTransaction || o.Parent == ""
}

// Object returns a dataset by name, nil if there is none.
func (m *Model) Object(name string) *Object {
	for _, o := range m.Objects {
		if o.Name == name {
			return o
		}
	}
	return nil
}

// Roots returns the datasets that have no parent.
func (m *Model) Roots() []*Object {
	var out []*Object
	for _, o := range m.Objects {
		if o.root() {
			out = append(out, o)
		}
	}
	return out
}

// Names lists the datasets.
func (m *Model) Names() []string {
	out := make([]string, len(m.Objects))
	for i, o := range m.Objects {
		out[i] = o.Name
	}
	return out
}

// children returns the datasets right below o.
func (m *Model) children(o *Object) []*Object {
	var out []*Object
	for _, c := range m.Objects {
		if !c.root() && c.Parent == o.Name {
			out = append(out, c)
		}
	}
	return out
}

// chain is the ancestors of a dataset, the root first, and the dataset.
func (m *Model) chain(o *Object) []*Object {
	out := []*Object{o}
	for !o.root() {
		o = m.Object(o.Parent)
		out = append(out, o)
	}
	slices.Reverse(out)
	return out
}

// Path is the full name of a dataset: Root.Child.Grandchild.
func (m *Model) Path(o *Object) string {
	var names []string
	for _, a := range m.chain(o) {
		names = append(names, a.Name)
	}
	return strings.Join(names, ".")
}

// JSON is the model, or only the named dataset of it, as Splunk's files write it.
func (m *Model) JSON(dataset string) (string, error) {
	var v any = m
	if dataset != "" {
		o := m.Object(dataset)
		if o == nil {
			return "", m.missing(dataset)
		}
		v = o
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "", err
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

// missing is the error of a dataset that does not exist.
func (m *Model) missing(dataset string) error {
	return &MissingError{Model: m.Name, Dataset: dataset, Known: m.Names()}
}
