package suite

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"spl/exec/column"
	"spl/exec/output"
)

// Got is the rows of a result as texts.
type Got struct {
	Fields []string
	Rows   []Row
}

// GotOf renders a result as the comparison sees it.
func GotOf(b *column.Batch, zone *time.Location) Got {
	g := Got{Fields: output.Visible(b)}
	hidden := slices.Clone(b.Names)
	for i := range b.N {
		row := Row{}
		for j, n := range hidden {
			if cells := output.Cells(n, b.Cols[j], i, zone); len(cells) > 0 {
				row[n] = cells
			}
		}
		g.Rows = append(g.Rows, row)
	}
	return g
}

// compare returns what differs between the result and the expectation, "" if nothing does.
func compare(got Got, want Expect) string {
	if want.Fields != nil && !slices.Equal(visible(got.Fields), visible(want.Fields)) {
		return fmt.Sprintf("fields are %s, want %s", strings.Join(visible(got.Fields), ", "), strings.Join(visible(want.Fields), ", "))
	}
	if d := missing(got, want.Present); d != "" {
		return d
	}
	switch {
	case want.Count != nil && len(got.Rows) != *want.Count:
		return fmt.Sprintf("%d rows, want %d\n%s", len(got.Rows), *want.Count, listRows(got.Rows, ""))
	case want.MinCount != nil && len(got.Rows) < *want.MinCount:
		return fmt.Sprintf("%d rows, want at least %d", len(got.Rows), *want.MinCount)
	case want.HasRows:
		return compareRows(got.Rows, want.Rows, want.Unordered)
	}
	return ""
}

// missing names the fields that the first row lacks.
func missing(got Got, fields []string) string {
	if len(got.Rows) == 0 {
		return ""
	}
	for _, f := range fields {
		if vs := got.Rows[0][f]; len(vs) == 0 || len(vs) == 1 && vs[0] == "null" {
			return fmt.Sprintf("the first row has no %s\n%s", f, listRows(got.Rows, ""))
		}
	}
	return ""
}

func visible(fields []string) []string {
	return slices.DeleteFunc(slices.Clone(fields), column.Internal)
}

// compareRows compares rows in order or as a multiset. All fields must agree, but internal ones only
// where a wanted row lists them.
func compareRows(got, want []Row, unordered bool) string {
	listed := map[string]bool{}
	for _, r := range want {
		for n := range r {
			listed[n] = true
		}
	}
	rows := map[string]Row{}
	g := make([]string, len(got))
	for i, r := range got {
		g[i] = rowText(r, listed)
		rows[g[i]] = r
	}
	w := make([]string, len(want))
	for i, r := range want {
		w[i] = rowText(r, listed)
		rows[w[i]] = r
	}
	if unordered {
		sort.Strings(g)
		sort.Strings(w)
	}
	if slices.Equal(g, w) {
		return ""
	}
	head := fmt.Sprintf("%d rows, want %d", len(got), len(want))
	if len(got) == len(want) {
		head = "rows differ"
	}
	return head + "\n" + diffLines(w, g, func(a, b string) string { return differing(rows[a], rows[b], listed) })
}

// differing names the fields in which two rows differ, "" if they have nothing in common.
func differing(a, b Row, listed map[string]bool) string {
	all := map[string]bool{}
	for _, r := range []Row{a, b} {
		for n := range r {
			all[n] = !column.Internal(n) || listed[n]
		}
	}
	var names []string
	same := 0
	for n, compared := range all {
		switch {
		case !compared:
		case slices.Equal(a[n], b[n]):
			same++
		default:
			names = append(names, n)
		}
	}
	if same == 0 {
		return ""
	}
	sort.Strings(names)
	return strings.Join(names, ", ")
}

// rowText is a row as one line; equal rows give equal texts.
func rowText(r Row, listed map[string]bool) string {
	names := make([]string, 0, len(r))
	for n := range r {
		if !column.Internal(n) || listed[n] {
			names = append(names, n)
		}
	}
	sort.Strings(names)
	parts := make([]string, len(names))
	for i, n := range names {
		parts[i] = n + "=" + cellText(r[n])
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func cellText(vs []string) string {
	if len(vs) == 1 {
		return quoteJSON(vs[0])
	}
	parts := make([]string, len(vs))
	for i, v := range vs {
		parts[i] = quoteJSON(v)
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func listRows(rows []Row, prefix string) string {
	const most = 10
	var b strings.Builder
	for i, r := range rows {
		if i == most {
			fmt.Fprintf(&b, "%s… and %d more\n", prefix, len(rows)-most)
			break
		}
		fmt.Fprintf(&b, "%s%s\n", prefix, rowText(r, nil))
	}
	return strings.TrimRight(b.String(), "\n")
}

// diffLines shows want and got as a line difference: "-" is missing, "+" is too much. Where as many
// rows are missing as are too much, they are set against each other, with the fields in which they
// differ behind "~".
func diffLines(want, got []string, differ func(a, b string) string) string {
	const most = 40
	var out []string
	i, j := 0, 0
	until := func(line string, last bool) { // writes what stands in front of a common line, or of the end
		i0, j0 := i, j
		for ; i < len(want) && (last || want[i] != line); i++ {
		}
		for ; j < len(got) && (last || got[j] != line); j++ {
		}
		out = append(out, block(want[i0:i], got[j0:j], differ)...)
	}
	for _, l := range commonLines(want, got) {
		until(l, false)
		out = append(out, "  "+l)
		i, j = i+1, j+1
	}
	until("", true)
	if len(out) > most {
		out = append(out[:most], fmt.Sprintf("… and %d more lines", len(out)-most))
	}
	return strings.Join(out, "\n")
}

// block shows neighbouring rows of which some are missing and some too much.
func block(want, got []string, differ func(a, b string) string) []string {
	var out []string
	paired := len(want) == len(got)
	for k, w := range want {
		out = append(out, "- "+w)
		if !paired {
			continue
		}
		out = append(out, "+ "+got[k])
		if d := differ(w, got[k]); d != "" {
			out = append(out, "~ "+d)
		}
	}
	if !paired {
		for _, g := range got {
			out = append(out, "+ "+g)
		}
	}
	return out
}

// commonLines is a longest common subsequence; for long lists only the common head is looked for.
func commonLines(a, b []string) []string {
	if len(a)*len(b) > 1<<20 {
		n := 0
		for n < len(a) && n < len(b) && a[n] == b[n] {
			n++
		}
		return a[:n]
	}
	t := make([][]int, len(a)+1)
	for i := range t {
		t[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				t[i][j] = t[i+1][j+1] + 1
			} else {
				t[i][j] = max(t[i+1][j], t[i][j+1])
			}
		}
	}
	var out []string
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			out = append(out, a[i])
			i, j = i+1, j+1
		case t[i+1][j] >= t[i][j+1]:
			i++
		default:
			j++
		}
	}
	return out
}
