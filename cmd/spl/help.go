package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"spl/exec/agg"
	"spl/exec/commands"
	"spl/exec/eval"
	"spl/lang"
)

func helpCommand(_ *world) *cobra.Command {
	return &cobra.Command{
		Use:   "help [TOPIC]",
		Short: "Help on spl, or on a search command, function or aggregate",
		Args:  cobra.MaximumNArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return topics(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			out := cmd.OutOrStdout()
			if len(args) == 0 {
				cmd.Root().SetOut(out)
				if err := cmd.Root().Usage(); err != nil {
					return err
				}
				listTopics(out)
				return nil
			}
			topic := strings.ToLower(args[0])
			found := helpOnCommand(out, topic)
			found = helpOnFunction(out, topic) || found
			found = helpOnAggregate(out, topic) || found
			for _, c := range cmd.Root().Commands() {
				if c.Name() == topic && !found {
					c.SetOut(out)
					return c.Help()
				}
			}
			if !found {
				hint := ""
				if near := lang.Suggest(topic, slices.Values(topics())); near != "" {
					hint = fmt.Sprintf(": did you mean %q?", near)
				}
				return usage("no help on %q%s", args[0], hint)
			}
			return nil
		},
	}
}

// topics lists everything that help knows.
func topics() []string {
	var out []string
	for _, c := range commands.All {
		out = append(out, c.Grammar.Name)
	}
	for _, f := range eval.Functions() {
		out = append(out, f.Name)
	}
	for _, f := range agg.All {
		out = append(out, f.Name)
	}
	return out
}

func listTopics(w io.Writer) {
	fmt.Fprintln(w, "\nSearch commands (spl help NAME):")
	for _, c := range commands.All {
		if c.Built() {
			fmt.Fprintf(w, "  %-16s %s\n", c.Grammar.Name, c.Short)
		}
	}
	var names []string
	for _, f := range eval.Functions() {
		names = append(names, f.Name)
	}
	fmt.Fprintf(w, "\nEval functions:\n%s", wrap(names))
	names = nil
	for _, f := range agg.All {
		names = append(names, f.Name)
	}
	fmt.Fprintf(w, "\nAggregates of stats:\n%s", wrap(names))
}

// wrap sets words in lines of 78 columns.
func wrap(words []string) string {
	var b strings.Builder
	col := 0
	for _, x := range words {
		if col > 0 && col+len(x)+1 > 78 {
			b.WriteString("\n")
			col = 0
		}
		if col == 0 {
			b.WriteString("  ")
			col = 2
		} else {
			b.WriteString(" ")
			col++
		}
		b.WriteString(x)
		col += len(x)
	}
	b.WriteString("\n")
	return b.String()
}

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
