package help

import (
	"encoding/csv"
	"fmt"
	"strings"
)

// Pages returns the reference as Markdown, by file name.
func Pages() map[string]string {
	return map[string]string{
		"commands.md":   page("Commands", "What a search can be made of. Commands without examples parse, but cannot run yet.", Command),
		"functions.md":  page("Eval functions", "For eval, where, fieldformat, and eval(...) inside aggregates. Names come in any case.", Function),
		"aggregates.md": page("Aggregates", "For stats, eventstats, streamstats, chart, timechart and tstats.", Aggregate),
		"codes.md":      page("Messages", "The codes of messages, which `spl check --format json` prints. They do not change.", Code),
		"time.md":       page("Times", "How times are written.", Time),
	}
}

func page(title, intro string, kind Kind) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n<!-- Made by go test ./exec/help -update. -->\n\n%s\n", title, intro)
	for _, t := range Topics() {
		if t.Kind == kind {
			t.markdown(&b)
		}
	}
	return b.String()
}

func (t Topic) markdown(b *strings.Builder) {
	fmt.Fprintf(b, "\n## %s\n\n", t.Name)
	if t.Kind == Command || t.Kind == Code || t.Kind == Time {
		b.WriteString(sentence(t.Short))
	}
	if len(t.Aliases) > 0 {
		b.WriteString("Also written: `" + strings.Join(t.Aliases, "`, `") + "`.\n")
	}
	if !t.Built {
		b.WriteString("Parses, but cannot run yet.\n")
	}
	if t.Usage != "" {
		b.WriteString("\n    " + t.Usage + "\n")
	}
	if doc := strings.TrimSpace(t.Doc); doc != "" && doc != t.Short {
		b.WriteString("\n" + escape(doc) + "\n")
	}
	if len(t.Options) > 0 {
		b.WriteString("\n| option | value | default | |\n| --- | --- | --- | --- |\n")
		for _, o := range t.Options {
			fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", o.Name, cell(valueOf(o)), cell(strings.TrimSpace(o.Default)), cell(o.Doc))
		}
	}
	t.markdownSamples(b)
}

func (t Topic) markdownSamples(b *strings.Builder) {
	switch {
	case len(t.Samples) == 0:
	case t.Kind == Function || t.Kind == Time:
		b.WriteString("\n| | gives |\n| --- | --- |\n")
		for _, s := range t.Samples {
			fmt.Fprintf(b, "| `%s` | %s |\n", strings.ReplaceAll(s.Code, "|", `\|`), code(s.Out))
		}
	case t.Kind == Aggregate:
		for _, s := range t.Samples {
			fmt.Fprintf(b, "\n`%s` of %s is %s.\n", s.Code, s.In, code(s.Out))
		}
	default:
		for _, s := range t.Samples {
			b.WriteByte('\n')
			if s.Label != "" {
				b.WriteString(strings.ToUpper(s.Label[:1]) + s.Label[1:] + ":\n\n")
			}
			fmt.Fprintf(b, "    %s\n", s.Code)
			b.WriteString(grid("Rows", s.In) + grid("Result", s.Out))
		}
	}
}

// grid shows a small CSV text as a table.
func grid(label, text string) string {
	if text == "" {
		return ""
	}
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	rows, err := r.ReadAll()
	if err != nil || len(rows) == 0 {
		return "\n" + label + ":\n\n    " + strings.ReplaceAll(text, "\n", "\n    ") + "\n"
	}
	var b strings.Builder
	b.WriteString("\n" + label + ":\n\n")
	for i, row := range rows {
		for len(row) < len(rows[0]) {
			row = append(row, "")
		}
		for _, c := range row {
			b.WriteString("| " + cell(c) + " ")
		}
		b.WriteString("|\n")
		if i == 0 {
			b.WriteString(strings.Repeat("| --- ", len(row)) + "|\n")
		}
	}
	return b.String()
}

func code(s string) string {
	if s == "" {
		return "null"
	}
	return "`` " + strings.ReplaceAll(strings.ReplaceAll(s, "\n", "⏎"), "|", `\|`) + " ``"
}

func cell(s string) string {
	return strings.NewReplacer("|", `\|`, "\n", "<br>", "<", "&lt;", "*", `\*`).Replace(s)
}

func escape(s string) string { return strings.NewReplacer("<", "&lt;", "*", `\*`).Replace(s) }

func sentence(s string) string {
	if s == "" {
		return ""
	}
	s = strings.ToUpper(s[:1]) + s[1:]
	if !strings.HasSuffix(s, ".") {
		s += "."
	}
	return escape(s) + "\n"
}
