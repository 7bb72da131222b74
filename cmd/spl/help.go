package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"spl/exec/help"
	"spl/lang"
)

func helpCommand(_ *world) *cobra.Command {
	return &cobra.Command{
		Use:               "help [TOPIC]",
		Short:             "Help on spl, a search command, function, aggregate, message or on times",
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: argument(0, func() []string { return slices.Collect(help.Names()) }),
		RunE: func(cmd *cobra.Command, args []string) error {
			out := cmd.OutOrStdout()
			if len(args) == 0 {
				cmd.Root().SetOut(out)
				if err := cmd.Root().Usage(); err != nil {
					return err
				}
				return listTopics(out)
			}
			return helpOn(cmd, out, args[0])
		},
	}
}

// helpOn writes every topic of the name; the subcommands of spl come last, because their words name
// search commands as well.
func helpOn(cmd *cobra.Command, out io.Writer, name string) error {
	found := help.Find(name)
	for i, t := range found {
		if i > 0 {
			fmt.Fprintln(out)
		}
		if err := t.Text(out); err != nil {
			return failed(err)
		}
	}
	if len(found) > 0 {
		return nil
	}
	for _, c := range cmd.Root().Commands() {
		if c.Name() == strings.ToLower(name) {
			c.SetOut(out)
			return c.Help()
		}
	}
	hint := ""
	if near := lang.Suggest(name, help.Names()); near != "" {
		hint = fmt.Sprintf(": did you mean %q?", near)
	}
	return usage("no help on %q%s", name, hint)
}

// listTopics lists what help knows: commands with a line each, the rest by name.
func listTopics(w io.Writer) error {
	words := map[help.Kind][]string{}
	fmt.Fprintln(w, "\nSearch commands (spl help NAME):")
	for _, t := range help.Topics() {
		switch {
		case t.Kind != help.Command:
			words[t.Kind] = append(words[t.Kind], t.Name)
		case t.Built:
			fmt.Fprintf(w, "  %-16s %s\n", t.Name, t.Short)
		default:
			words[t.Kind] = append(words[t.Kind], t.Name)
		}
	}
	for _, k := range []struct {
		kind  help.Kind
		title string
	}{{help.Command, "Commands that parse but cannot run yet"}, {help.Function, "Eval functions"}, {help.Aggregate, "Aggregates of stats"},
		{help.Time, "Times"}, {help.Code, "Messages"}} {
		if _, err := fmt.Fprintf(w, "\n%s:\n%s", k.title, wrap(words[k.kind])); err != nil {
			return failed(err)
		}
	}
	return nil
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
			b.WriteString(" ")
			col = 1
		}
		b.WriteString(" " + x)
		col += len(x) + 1
	}
	b.WriteString("\n")
	return b.String()
}
