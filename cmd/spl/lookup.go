package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"spl/exec/output"
)

func lookupCommand(w *world) *cobra.Command {
	cmd := &cobra.Command{Use: "lookup", Short: "List lookup tables, or show one"}
	var format string
	show := &cobra.Command{
		Use:   "show NAME",
		Short: "Print the rows of a lookup table",
		Args:  cobra.ExactArgs(1),

		ValidArgsFunction: argument(0, w.tableNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := w.load(cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			lk, err := c.Lookups.Open(args[0])
			if err != nil {
				return failed(err)
			}
			out := cmd.OutOrStdout()
			if format == "" {
				format = string(output.Table)
			}
			rows, err := output.New(output.Format(format), out, output.Options{Width: width(out), Color: colorful(out)})
			if err != nil {
				return usage("%v", err)
			}
			for _, b := range lk.Table.Batches() {
				if err := rows.Write(b); err != nil {
					return failed(err)
				}
			}
			return rows.Close()
		},
	}
	show.Flags().StringVarP(&format, "output", "o", "", "table, ndjson, json, csv or markdown")
	cmd.AddCommand(&cobra.Command{
		Use:   "list",
		Short: "List the known lookup tables",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := w.load(cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			for _, n := range c.Lookups.Names() {
				fmt.Fprintln(cmd.OutOrStdout(), n)
			}
			return nil
		},
	}, show)
	return cmd
}
