package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"spl/lang"
	"spl/macros"
)

func macroCommand(w *world) *cobra.Command {
	cmd := &cobra.Command{Use: "macro", Short: "List macros, or expand them in a search"}
	cmd.AddCommand(&cobra.Command{
		Use:   "list",
		Short: "List the known macros",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := w.load(cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			for _, d := range c.Macros.All() {
				fmt.Fprintf(cmd.OutOrStdout(), "%-50s %s\n", d.Key(), cut(strings.Join(strings.Fields(d.Body.Text), " "), 100))
			}
			return nil
		},
	}, &cobra.Command{
		Use:     "expand SEARCH | FILE.spl | -",
		Short:   "Print a search with its macros expanded",
		Example: "  spl macro expand '`cloudtrail` errorCode=success'",
		Args:    cobra.ExactArgs(1),

		ValidArgsFunction: w.completeSearch,
		RunE: func(cmd *cobra.Command, args []string) error {
			src, err := searchSource(args[0], cmd.InOrStdin())
			if err != nil {
				return err
			}
			c, err := w.load(cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			out, ds := macros.Expand(lang.Implied(src), c.Macros, macros.Options{})
			printDiagnostics(cmd.ErrOrStderr(), ds)
			if ds.Err() != nil {
				return silentFailure
			}
			fmt.Fprintln(cmd.OutOrStdout(), out.Text)
			return nil
		},
	})
	return cmd
}
