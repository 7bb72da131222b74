package lookups

import (
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"spl/lang"
	"spl/lang/conf"
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
	Unsupported   string // why the lookup cannot be used, such as a script behind it
	File          string // where it was defined
	Line          int
}

const (
	defaultMatches   = 1000
	defaultMaxOffset = 2_000_000_000
)

// maxMatches returns how many rows of the table one key finds.
func (d *Definition) maxMatches() int {
	switch {
	case d.MaxMatches > 0:
		return d.MaxMatches
	case d.TimeField != "":
		return 1
	}
	return defaultMatches
}

// IsCollection reports whether the table is a KV collection and not a CSV file.
func (d *Definition) IsCollection() bool { return d.Filename == "" }

// FromSettings returns the definition that the keys of transforms.conf give; get reads one of them.
func FromSettings(name string, get func(key string) (string, bool)) (*Definition, error) {
	r := &settings{get: get}
	d := &Definition{
		Name:          name,
		Filename:      path.Base(strings.ReplaceAll(r.text("filename"), `\`, "/")),
		Collection:    r.text("collection"),
		FieldsList:    fields(r.text("fields_list")),
		MaxMatches:    int(r.number("max_matches", 0, 1, 1000)),
		MinMatches:    int(r.number("min_matches", 0, 0, 1000)),
		DefaultMatch:  r.text("default_match"),
		IgnoreCase:    !r.flag("case_sensitive_match", true),
		TimeField:     r.text("time_field"),
		TimeFormat:    r.text("time_format"),
		MaxOffsetSecs: r.number("max_offset_secs", defaultMaxOffset, 0, 1<<40),
		MinOffsetSecs: r.number("min_offset_secs", 0, 0, 1<<40),
		Filter:        r.text("filter"),
	}
	if d.Filename == "." {
		d.Filename = ""
	}
	r.matchType(d, r.text("match_type"))
	r.place(d)
	return d, errors.Join(r.errs...)
}

// settings reads typed settings and gathers what is wrong with them.
type settings struct {
	get  func(string) (string, bool)
	errs []error
}

func (r *settings) text(key string) string {
	s, _ := r.get(key)
	return strings.TrimSpace(s)
}

func (r *settings) fail(format string, args ...any) {
	r.errs = append(r.errs, fmt.Errorf(format, args...))
}

func (r *settings) number(key string, def, lo, hi int64) int64 {
	s := r.text(key)
	if s == "" {
		return def
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < lo || n > hi {
		r.fail("%s must be a number from %d to %d, not %q", key, lo, hi, s)
		return def
	}
	return n
}

func (r *settings) flag(key string, def bool) bool {
	switch s := strings.ToLower(r.text(key)); s {
	case "":
		return def
	case "1", "t", "true", "y", "yes":
		return true
	case "0", "f", "false", "n", "no":
		return false
	default:
		r.fail("%s must be a boolean, not %q", key, s)
		return def
	}
}

// matchType reads a list such as "WILDCARD(process), CIDR(net)".
func (r *settings) matchType(d *Definition, list string) {
	for item := range strings.SplitSeq(list, ",") {
		if item = strings.TrimSpace(item); item == "" {
			continue
		}
		kind, field, ok := strings.Cut(item, "(")
		field = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(field), ")"))
		switch kind = strings.ToUpper(strings.TrimSpace(kind)); {
		case kind == "WILDCARD" && ok:
			d.Wildcard = with(d.Wildcard, field)
		case kind == "CIDR" && ok:
			d.CIDR = with(d.CIDR, field)
		case kind != "EXACT":
			r.fail("match_type has no %q: it is EXACT, WILDCARD(field) or CIDR(field)", item)
		}
	}
}

func with(set map[string]bool, key string) map[string]bool {
	if set == nil {
		set = map[string]bool{}
	}
	set[key] = true
	return set
}

// place decides where the rows are.
func (r *settings) place(d *Definition) {
	switch kind := strings.ToLower(r.text("external_type")); {
	case kind == "kvstore":
		d.Filename = ""
		if d.Collection == "" {
			d.Collection = d.Name
		}
	case kind == "geo" || kind == "geo_hex":
		d.Unsupported = "geographic lookups are not supported"
	case r.text("external_cmd") != "":
		d.Unsupported = "lookups that run a script are not supported"
	case d.Filename == "" && d.Collection == "":
		r.fail("the lookup %q names neither a filename nor a collection", d.Name)
	case d.Filename != "" && !isCSV(d.Filename):
		d.Unsupported = fmt.Sprintf("its file %q is not a CSV file", d.Filename)
	}
	if d.Filename != "" {
		d.Collection = ""
	}
}

func isCSV(name string) bool {
	name = strings.ToLower(name)
	return strings.HasSuffix(name, ".csv") || strings.HasSuffix(name, ".csv.gz")
}

// fields splits a list of names separated by commas or blanks.
func fields(list string) []string {
	var out []string
	for f := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\n' }) {
		out = append(out, f)
	}
	return out
}

// isLookup reports whether a stanza of transforms.conf defines a lookup and not an extraction.
func isLookup(s *conf.Stanza) bool {
	for _, key := range []string{"filename", "collection", "external_cmd", "external_type"} {
		if v, ok := s.Own(key); ok && v.Text != "" {
			return true
		}
	}
	return false
}

// fromConf returns the lookups that a transforms.conf defines.
func fromConf(f *conf.File) ([]*Definition, lang.Diagnostics) {
	var out []*Definition
	var ds lang.Diagnostics
	for _, s := range f.Stanzas {
		if s.Name == conf.DefaultStanza || !isLookup(s) {
			continue
		}
		d, err := FromSettings(s.Name, func(key string) (string, bool) {
			v, ok := s.Get(key)
			return v.Text, ok
		})
		d.File, d.Line = s.File, s.Line
		if err != nil {
			ds = append(ds, lang.Diagnostic{
				Src:      lang.NewSourceAt(s.File, "["+s.Name+"]", lang.Position{Line: s.Line, Col: 1}),
				Severity: lang.Warning, Code: "lookup-definition", Msg: fmt.Sprintf("lookup %s: %v", s.Name, err),
			})
		}
		out = append(out, d)
	}
	return out, ds
}

// fromYAML reads a definition of a detection repository, of either generation: the newer one has
// lookup_type, lists in place of comma-separated texts, and a CSV file of the same stem.
func fromYAML(name string, text []byte) (*Definition, error) {
	var doc map[string]yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("read lookup %s: %w", name, err)
	}
	get := func(key string) (string, bool) {
		n, ok := doc[key]
		switch {
		case !ok || n.Tag == "!!null":
			return "", false
		case n.Kind == yaml.SequenceNode:
			var items []string
			for _, c := range n.Content {
				items = append(items, c.Value)
			}
			return strings.Join(items, ","), true
		}
		return n.Value, n.Kind == yaml.ScalarNode
	}
	id, _ := get("name")
	if id == "" {
		return nil, fmt.Errorf("read lookup %s: it has no name", name)
	}
	kind, _ := get("lookup_type")
	d, err := FromSettings(id, func(key string) (string, bool) {
		v, ok := get(key)
		switch {
		case ok || kind == "":
		case key == "external_type" && kind == "kvstore":
			return "kvstore", true
		case key == "fields_list":
			return get("fields")
		case key == "filename" && kind == "csv":
			return strings.TrimSuffix(path.Base(name), path.Ext(name)) + ".csv", true
		}
		return v, ok
	})
	if err != nil {
		return nil, fmt.Errorf("read lookup %s: %w", name, err)
	}
	d.File, d.Line = name, 1
	return d, nil
}
