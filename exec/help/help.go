// Package help writes what there is to know about commands, functions, aggregates, diagnostic codes and
// times, for the terminal and as pages. Everything comes from the registrations, so it cannot go out of date.
//
//	for _, t := range help.Find("stats") {
//		t.Text(os.Stdout)
//	}
//	pages := help.Pages() // file name → Markdown
//
// Start with Topics.
package help

import (
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"spl/exec"
	"spl/exec/agg"
	"spl/exec/commands"
	"spl/exec/eval"
	"spl/lang"
)

// Kind groups topics.
type Kind string

// The kinds of topics.
const (
	Command   Kind = "command"
	Function  Kind = "eval function"
	Aggregate Kind = "aggregate of the stats family"
	Code      Kind = "message"
	Time      Kind = "time"
)

// Topic is something that help knows about.
type Topic struct {
	Kind    Kind
	Name    string
	Aliases []string
	Short   string
	Usage   string
	Doc     string
	Options []lang.Opt
	Samples []Sample
	Built   bool // false: it can be read but not run
}

// Sample is an example: what is written and what comes of it.
type Sample struct {
	Label string // in front of Code: "wrong", "right"; "" for most
	Code  string
	In    string // CSV
	Out   string // CSV, or the value of an expression
}

// Topics returns all topics, kind by kind, by name.
func Topics() []Topic {
	var out []Topic
	for _, c := range commands.All {
		g := c.Grammar
		t := Topic{Kind: Command, Name: g.Name, Aliases: g.Aliases, Short: c.Short, Usage: g.Usage, Doc: c.Doc, Options: g.Options, Built: c.Built()}
		for _, e := range c.Examples {
			t.Samples = append(t.Samples, Sample{Code: e.Search, In: e.In, Out: e.Out})
		}
		out = append(out, t)
	}
	for _, f := range eval.Functions() {
		t := Topic{Kind: Function, Name: f.Name, Short: first(f.Doc), Usage: f.Usage, Doc: f.Doc, Built: true}
		for _, e := range f.Examples {
			t.Samples = append(t.Samples, Sample{Code: e.Expr, Out: e.Want})
		}
		out = append(out, t)
	}
	for _, f := range append(slices.Clone(agg.All), agg.Sparkline) {
		t := Topic{Kind: Aggregate, Name: f.Name, Aliases: f.Aliases, Short: first(f.Doc), Usage: f.Usage, Doc: f.Doc, Built: true}
		if f.Example.Call != "" {
			t.Samples = []Sample{{Code: f.Example.Call, In: f.Example.In, Out: f.Example.Out}}
		}
		out = append(out, t)
	}
	return append(append(out, codeTopics()...), timeTopics()...)
}

func codeTopics() []Topic {
	var out []Topic
	for _, c := range exec.Codes() {
		t := Topic{Kind: Code, Name: c.Code, Short: c.Doc, Doc: c.Page, Built: true}
		if c.Bad != "" {
			t.Samples = append(t.Samples, Sample{Label: "wrong", Code: c.Bad})
		}
		if c.Good != "" {
			t.Samples = append(t.Samples, Sample{Label: "right", Code: c.Good})
		}
		out = append(out, t)
	}
	return out
}

// Find returns the topics of a name or alias, in any case.
func Find(name string) []Topic {
	name = strings.ToLower(name)
	return slices.DeleteFunc(Topics(), func(t Topic) bool { return t.Name != name && !slices.Contains(t.Aliases, name) })
}

// Names returns the names of all topics, each once.
func Names() iter.Seq[string] {
	return func(yield func(string) bool) {
		seen := map[string]bool{}
		for _, t := range Topics() {
			if !seen[t.Name] {
				seen[t.Name] = true
				if !yield(t.Name) {
					return
				}
			}
		}
	}
}

// first returns the first sentence of a text.
func first(doc string) string {
	doc = strings.Join(strings.Fields(doc), " ")
	if i := strings.Index(doc, ". "); i >= 0 {
		return doc[:i+1]
	}
	return doc
}

// Text writes a topic for a terminal.
func (t Topic) Text(w io.Writer) error {
	var b strings.Builder
	head := t.Name + ": " + t.Short
	if t.Kind != Command && t.Kind != Code {
		head = t.Name + ": " + string(t.Kind)
	}
	b.WriteString(head + "\n")
	if len(t.Aliases) > 0 {
		b.WriteString("also written: " + strings.Join(t.Aliases, ", ") + "\n")
	}
	if t.Usage != "" {
		b.WriteString("\n  " + t.Usage + "\n")
	}
	if doc := strings.TrimSpace(t.Doc); doc != "" && doc != t.Short {
		b.WriteString("\n" + doc + "\n")
	}
	if len(t.Options) > 0 {
		b.WriteString("\nOptions:\n")
		for _, o := range t.Options {
			fmt.Fprintf(&b, "  %-22s %s%s\n", o.Name+"="+valueOf(o), o.Doc, defaultOf(o))
		}
	}
	t.samples(&b)
	if !t.Built {
		b.WriteString("\nThis command parses, but cannot run: it is not built yet.\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (t Topic) samples(b *strings.Builder) {
	if len(t.Samples) == 0 {
		return
	}
	b.WriteString("\n")
	for i, s := range t.Samples {
		switch {
		case t.Kind == Function || t.Kind == Time:
			fmt.Fprintf(b, "  %s = %s\n", s.Code, orNull(s.Out))
		case t.Kind == Aggregate:
			fmt.Fprintf(b, "  %s of %s = %s\n", s.Code, s.In, orNull(s.Out))
		case s.Label != "":
			fmt.Fprintf(b, "  %s: %s\n", s.Label, s.Code)
		default:
			if i > 0 {
				b.WriteString("\n")
			}
			fmt.Fprintf(b, "Example: %s\n%s%s", s.Code, table("in", s.In), table("out", s.Out))
		}
	}
}

func orNull(s string) string {
	if s == "" {
		return "null"
	}
	return s
}

// table indents a small CSV text under a label.
func table(label, text string) string {
	if text == "" {
		return ""
	}
	return "  " + label + ":\n    " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n    ") + "\n"
}

// valueOf says what an option takes.
func valueOf(o lang.Opt) string {
	switch o.Type {
	case lang.Bool:
		return "<bool>"
	case lang.Int:
		if o.Max > 0 {
			return fmt.Sprintf("<0-%d>", o.Max)
		}
		return "<int>"
	case lang.SignedInt:
		return "<int>"
	case lang.Num:
		return "<number>"
	case lang.Enum:
		return strings.Join(o.Values, "|")
	case lang.SpanLen:
		return "<span>"
	case lang.FieldName:
		return "<field>"
	case lang.Time:
		return "<time>"
	}
	return "<text>"
}

func defaultOf(o lang.Opt) string {
	if o.Default == "" || strings.TrimSpace(o.Default) == "" {
		return ""
	}
	return " (default " + o.Default + ")"
}
