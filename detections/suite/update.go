package suite

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"spl/exec/column"
)

// update is an expectation and the rows that it shall hold.
type update struct {
	want Expect
	got  Got
}

// rewrite puts new expected rows into the test file. It replaces the lines of each rows: block and leaves
// every other byte as it is.
func rewrite(f *File, ups []update) error {
	text, err := os.ReadFile(f.Path)
	if err != nil {
		return err
	}
	lines := strings.SplitAfter(string(text), "\n")
	sort.Slice(ups, func(i, j int) bool { return ups[i].want.node.Line > ups[j].want.node.Line })
	for _, u := range ups {
		from, to, indent, err := rowsBlock(lines, u.want)
		if err != nil {
			return fmt.Errorf("%s:%d: %w", f.Path, u.want.node.Line, err)
		}
		lines = slices.Replace(lines, from, to, rowLines(u.got, indent)...)
	}
	return ReplaceFile(f.Path, strings.Join(lines, ""))
}

// rowsBlock finds the lines of the rows: key and its list, and the key's indentation.
func rowsBlock(lines []string, e Expect) (from, to int, indent string, err error) {
	for i := 0; i < len(e.node.Content); i += 2 {
		k := e.node.Content[i]
		if k.Value != "rows" {
			continue
		}
		from = k.Line - 1
		line := lines[from]
		if strings.TrimSpace(line[:k.Column-1]) != "" {
			return 0, 0, "", fmt.Errorf("rows are written in one line with their key; put them in lines of their own to update them")
		}
		indent = line[:k.Column-1]
		for to = from + 1; to < len(lines); to++ {
			l := lines[to]
			t := strings.TrimLeft(l, " ")
			depth := len(l) - len(t)
			if strings.TrimSpace(t) != "" && (depth < len(indent) || depth == len(indent) && !strings.HasPrefix(t, "-")) {
				break
			}
		}
		for to > from+1 && strings.TrimSpace(lines[to-1]) == "" {
			to--
		}
		return from, to, indent, nil
	}
	return 0, 0, "", fmt.Errorf("no rows to update")
}

// rowLines writes rows as YAML, a flow mapping a line.
func rowLines(g Got, indent string) []string {
	if len(g.Rows) == 0 {
		return []string{indent + "rows: []\n"}
	}
	out := []string{indent + "rows:\n"}
	for _, r := range g.Rows {
		var parts []string
		for _, n := range g.Fields {
			if vs, ok := r[n]; ok && !column.Internal(n) {
				parts = append(parts, quoteJSON(n)+": "+cellText(vs))
			}
		}
		out = append(out, indent+"  - {"+strings.Join(parts, ", ")+"}\n")
	}
	return out
}

// ReplaceFile swaps a file's text as a whole, keeping its mode.
func ReplaceFile(path, text string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".update-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if _, err := tmp.WriteString(text); err != nil {
		tmp.Close()
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	if err := os.Chmod(tmp.Name(), info.Mode()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
