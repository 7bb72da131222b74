package main

import (
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"spl/exec/help"
)

// argument completes the argument at one position with what list gives.
func argument(position int, list func() []string) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
		if len(args) != position {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		other := func(s string) bool { return !strings.HasPrefix(s, word) }
		return slices.DeleteFunc(list(), other), cobra.ShellCompDirectiveNoFileComp
	}
}

// complete offers fixed values for a flag.
func complete(cmd *cobra.Command, flag string, values ...string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
}

// macroNames and tableNames list what the content defines.
func (w *world) macroNames() []string {
	c, err := w.load(io.Discard)
	if err != nil {
		return nil
	}
	var out []string
	for _, d := range c.Macros.All() {
		out = append(out, d.Key())
	}
	return out
}

func (w *world) tableNames() []string {
	c, err := w.load(io.Discard)
	if err != nil {
		return nil
	}
	return c.Lookups.Names()
}

// lastWord is what stands behind the last blank, pipe or bracket of an unfinished search.
var lastWord = regexp.MustCompile("[A-Za-z0-9_.`]*$")

// completeSearch goes on with an unfinished search: with commands behind a pipe, with tables behind the lookup
// commands, with macros behind a backtick, else with functions and aggregates.
func (w *world) completeSearch(_ *cobra.Command, args []string, text string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	word := lastWord.FindString(text)
	front := strings.TrimSuffix(text, word)
	before := strings.TrimRight(front, " ")
	fields := strings.Fields(before)
	last := ""
	if len(fields) > 0 {
		last = fields[len(fields)-1]
	}
	var list []string
	switch {
	case strings.HasPrefix(word, "`"):
		for _, n := range w.macroNames() {
			list = append(list, "`"+n+"`")
		}
	case strings.HasSuffix(before, "|") || strings.HasSuffix(before, "["):
		list = topicNames(help.Command)
	case slices.Contains([]string{"lookup", "inputlookup", "outputlookup"}, last):
		list = w.tableNames()
	case before == "":
		return nil, cobra.ShellCompDirectiveDefault // a file
	default:
		list = append(topicNames(help.Function), topicNames(help.Aggregate)...)
	}
	var out []string
	for _, x := range list {
		if strings.HasPrefix(x, word) {
			out = append(out, front+x)
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

func topicNames(kind help.Kind) []string {
	var out []string
	for _, t := range help.Topics() {
		if t.Kind == kind {
			out = append(out, t.Name)
		}
	}
	return out
}
