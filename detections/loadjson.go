package detections

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"spl/lang"
	"spl/lookups"
	"spl/macros"
)

// jsonMacro is a macro in macros.json, a file that maps names to definitions: how macros are exported by
// tools that read them from a Splunk's REST interface or from a repository.
type jsonMacro struct {
	Arguments  []string `json:"arguments"`
	Args       []string `json:"args"`
	Definition string   `json:"definition"`
	IsEval     bool     `json:"iseval"`
	Validation string   `json:"validation"`
	ErrorMsg   string   `json:"errormsg"`
}

// json reads macros.json and lookups.json of a content folder: objects by name.
func (l *layer) json(dir string, lib *macros.Library, lk *lookups.Content) error {
	path := filepath.Join(dir, "macros.json")
	var ms map[string]jsonMacro
	if err := readJSON(path, &ms); err != nil {
		return err
	}
	for _, name := range sortedNames(ms) {
		m := ms[name]
		spec := macros.Spec{Args: append(m.Args, m.Arguments...), Definition: lang.NewSource(path, m.Definition), IsEval: m.IsEval, ErrorMsg: m.ErrorMsg}
		if m.Validation != "" {
			spec.Validation = lang.NewSource(path, m.Validation)
		}
		if n := len(spec.Args); n > 0 {
			name = fmt.Sprintf("%s(%d)", name, n)
		}
		d, err := macros.FromSpec(name, spec)
		if err != nil {
			l.warn(fmt.Errorf("%s: %w", path, err))
			continue
		}
		lib.Add(d)
	}
	path = filepath.Join(dir, "lookups.json")
	var defs map[string]map[string]any
	if err := readJSON(path, &defs); err != nil {
		return err
	}
	for _, name := range sortedNames(defs) {
		d, err := lookups.FromSettings(name, func(key string) (string, bool) {
			v, ok := defs[name][key]
			if !ok || v == nil {
				return "", false
			}
			return fmt.Sprint(v), true
		})
		if err != nil {
			l.warn(fmt.Errorf("%s: %s: %w", path, name, err))
			continue
		}
		lk.AddDefinition(d)
	}
	return nil
}

// readJSON reads a file into v; one that does not exist leaves v as it is.
func readJSON(path string, v any) error {
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return plainError(err)
	}
	if err := json.Unmarshal(text, v); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func sortedNames[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// warn notes a problem of one piece of content, which does not take the others away.
func (l *layer) warn(err error) {
	l.problems = append(l.problems, lang.Diagnostic{Severity: lang.Warning, Code: "content", Msg: err.Error()})
}
