// Package lookups keeps lookup tables: CSV files and KV collections, their definitions
// (transforms.conf, ESCU YAML), matching, and atomic writes.
//
//	lk, err := lib.Open("users")                       // definition and table
//	m, err := lk.Matcher([]string{"user"}, []string{"dept"})
//	res, err := m.Match([]column.Vec{batch.Col("user")}, batch.N)
//
// Start with Library.
package lookups

import (
	"spl/exec/column"
)

// Definition is how a table is matched: a transforms.conf stanza, or the defaults for a bare file.
// Zero MaxMatches means the default (1000; 1 when TimeField is set).
type Definition struct {
	Name          string
	Filename      string // CSV file name; empty for a collection
	Collection    string
	FieldsList    []string
	MaxMatches    int
	MinMatches    int
	DefaultMatch  string
	IgnoreCase    bool // case_sensitive_match = false
	Wildcard      map[string]bool
	CIDR          map[string]bool
	TimeField     string
	TimeFormat    string
	MaxOffsetSecs int64
	MinOffsetSecs int64
	Filter        string
}

// Mode says how Write changes a table; the fields are outputlookup's options.
type Mode struct {
	Append          bool
	CreateEmpty     bool
	OverrideIfEmpty bool
	KeyField        string // KV: the field whose value is the record key
	InsertOnly      bool   // KV: allow_updates=false
	MultivalueCSV   bool   // output_format=splunk_mv_csv
}

// Result is what matching a batch gave, row by row. Outputs are in the order asked for; several matches
// in a row make a multivalue (one value per matching table row), no match null. Matched marks rows with
// at least one matching table row or a default.
type Result struct {
	Outputs []column.Vec
	Matched column.Bitmap
}
