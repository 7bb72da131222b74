package main

import (
	"fmt"
	"io"
	"strings"

	"spl/exec/agg"
	"spl/exec/commands"
	"spl/exec/eval"
	"spl/lang"
)

func helpOnCommand(w io.Writer, topic string) bool {
	g, ok := lang.NewParser(commands.Grammars()...).Grammar(topic)
	if !ok {
		return false
	}
	c, ok := commands.Lookup(g.Name)
	if !ok {
		return false
	}
	fmt.Fprintf(w, "%s: %s\n", g.Name, c.Short)
	if len(g.Aliases) > 0 {
		fmt.Fprintf(w, "also written: %s\n", strings.Join(g.Aliases, ", "))
	}
	fmt.Fprintf(w, "\n  %s\n", g.Usage)
	if c.Doc != "" {
		fmt.Fprintf(w, "\n%s\n", strings.TrimSpace(c.Doc))
	}
	if len(g.Options) > 0 {
		fmt.Fprintln(w, "\nOptions:")
		for _, o := range g.Options {
			def := ""
			if o.Default != "" {
				def = " (default " + o.Default + ")"
			}
			fmt.Fprintf(w, "  %-20s %s%s\n", o.Name+"=", o.Doc, def)
		}
	}
	for _, e := range c.Examples {
		fmt.Fprintf(w, "\nExample: %s\n%s", e.Search, sample("in", e.In)+sample("out", e.Out))
	}
	if !c.Built() {
		fmt.Fprintln(w, "\nThis command parses, but cannot run: it is not built yet.")
	}
	return true
}

// sample indents a small CSV text under a label.
func sample(label, text string) string {
	if text == "" {
		return ""
	}
	return "  " + label + ":\n    " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n    ") + "\n"
}

func helpOnFunction(w io.Writer, topic string) bool {
	for _, f := range eval.Functions() {
		if f.Name != topic {
			continue
		}
		fmt.Fprintf(w, "%s: eval function\n\n  %s\n\n%s\n", f.Name, f.Usage, strings.TrimSpace(f.Doc))
		for _, e := range f.Examples {
			fmt.Fprintf(w, "  %s = %s\n", e.Expr, e.Want)
		}
		return true
	}
	return false
}

func helpOnAggregate(w io.Writer, topic string) bool {
	for _, f := range agg.All {
		if f.Name != topic {
			continue
		}
		fmt.Fprintf(w, "%s: aggregate of the stats family\n\n  %s\n\n%s\n", f.Name, f.Usage, strings.TrimSpace(f.Doc))
		return true
	}
	return false
}
