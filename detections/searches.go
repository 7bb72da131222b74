package detections

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"spl/lang"
	"spl/lang/conf"
	"spl/lang/yamltext"
)

// Search is a search found in a file, with the name it goes by and its places in that file.
type Search struct {
	Name string
	File string
	Src  *lang.Source
}

// Find returns the searches in files and folders: .spl files, ESCU-style .yml, savedsearches.conf,
// .test.yml, and .ndjson with an object {"name":…, "search":…} a line. A folder is searched through; a
// file that holds no search there is passed over, but one named directly is an error.
func Find(paths ...string) ([]Search, error) {
	var out []Search
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return nil, plainError(err)
		}
		if !info.IsDir() {
			found, known, err := searchesIn(p)
			if err != nil {
				return nil, err
			}
			if !known {
				return nil, fmt.Errorf("%s: not a file that holds searches: use .spl, .yml, .conf, .test.yml or .ndjson", p)
			}
			out = append(out, found...)
			continue
		}
		files, err := filesUnder(p)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			found, _, err := searchesIn(f)
			if err != nil {
				return nil, err
			}
			out = append(out, found...)
		}
	}
	return out, nil
}

// plainError says what is wrong with a path without the name of the system call.
func plainError(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return fmt.Errorf("%s: %w", pe.Path, pe.Err)
	}
	return err
}

// filesUnder lists all regular files below a folder, by path; hidden folders are left out.
func filesUnder(dir string) ([]string, error) {
	var out []string
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return plainError(err)
		case d.IsDir() && p != dir && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case d.Type().IsRegular():
			out = append(out, p)
		}
		return nil
	})
	slices.Sort(out)
	return out, err
}

// searchesIn reads one file; known tells whether it is of a kind that holds searches.
func searchesIn(path string) (out []Search, known bool, err error) {
	var read func(string, []byte) ([]Search, error)
	switch name := filepath.Base(path); {
	case strings.HasSuffix(name, ".spl"):
		read = splSearch
	case strings.HasSuffix(name, ".yml"), strings.HasSuffix(name, ".yaml"):
		read = yamlSearches
	case name == "savedsearches.conf":
		read = savedSearches
	case strings.HasSuffix(name, ".ndjson"):
		read = lineSearches
	default:
		return nil, false, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, true, plainError(err)
	}
	out, err = read(path, text)
	return out, true, err
}

// ReadSPL returns the search in a .spl file.
func ReadSPL(path string, text []byte) *lang.Source {
	return lang.NewSource(path, strings.TrimPrefix(string(text), "\ufeff"))
}

func splSearch(path string, text []byte) ([]Search, error) {
	name := strings.TrimSuffix(filepath.Base(path), ".spl")
	return []Search{{Name: name, File: path, Src: ReadSPL(path, text)}}, nil
}

// yamlSearches finds `search:` (and in test files the searches of tests and steps) with `name:` beside it.
// Searches that a test wants to fail are left out.
func yamlSearches(path string, text []byte) ([]Search, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(doc.Content) == 0 {
		return nil, nil
	}
	file := lang.NewSource(path, string(text))
	var out []Search
	root := doc.Content[0]
	add := func(n *yaml.Node, name string) {
		if child(child(n, "expect"), "error") != nil {
			return
		}
		if s := child(n, "search"); s != nil && s.Kind == yaml.ScalarNode && strings.TrimSpace(s.Value) != "" {
			out = append(out, Search{Name: name, File: path, Src: yamltext.Source(file, s)})
		}
	}
	add(root, scalar(root, "name"))
	if !strings.HasSuffix(path, ".test.yml") {
		return out, nil
	}
	for _, t := range items(child(root, "tests")) {
		if !meantToFail(t) {
			add(t, scalar(t, "name"))
		}
		for i, s := range items(child(t, "steps")) {
			if !meantToFail(s) {
				add(s, fmt.Sprintf("%s, step %d", scalar(t, "name"), i+1))
			}
		}
	}
	return out, nil
}

// meantToFail reports whether a test expects its search to fail: such a search is not a mistake.
func meantToFail(test *yaml.Node) bool { return child(child(test, "expect"), "error") != nil }

func child(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func scalar(n *yaml.Node, key string) string {
	if c := child(n, key); c != nil && c.Kind == yaml.ScalarNode {
		return c.Value
	}
	return ""
}

func items(n *yaml.Node) []*yaml.Node {
	if n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}

func savedSearches(path string, text []byte) ([]Search, error) {
	f, ds := conf.Parse(path, text)
	if err := ds.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var out []Search
	for _, st := range f.Stanzas {
		if v, ok := st.Own("search"); ok && strings.TrimSpace(v.Text) != "" {
			out = append(out, Search{Name: st.Name, File: path, Src: v.Source()})
		}
	}
	return out, nil
}

func lineSearches(path string, text []byte) ([]Search, error) {
	var out []Search
	sc := bufio.NewScanner(bytes.NewReader(text))
	sc.Buffer(nil, 64<<20)
	for line := 1; sc.Scan(); line++ {
		if len(bytes.TrimSpace(sc.Bytes())) == 0 {
			continue
		}
		var row struct{ Name, Search string }
		if err := json.Unmarshal(sc.Bytes(), &row); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, line, err)
		}
		out = append(out, Search{Name: row.Name, File: path,
			Src: lang.NewSourceAt(path, row.Search, lang.Position{Line: line, Col: 1})})
	}
	return out, sc.Err()
}
