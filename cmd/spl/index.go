package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"spl/exec/store"
)

func indexCommand(w *world) *cobra.Command {
	cmd := &cobra.Command{Use: "index", Short: "List, trim, delete, compact or verify indexes"}
	cmd.AddCommand(
		&cobra.Command{Use: "list", Short: "List the indexes", Args: cobra.NoArgs,
			RunE: func(cmd *cobra.Command, _ []string) error { return listIndexes(cmd, w) }},
		deleteCommand(w),
		retainCommand(w),
		&cobra.Command{Use: "compact", Short: "Merge small segments and drop deleted events", Args: cobra.NoArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				st, err := store.Open(w.storeDir(), store.Options{})
				if err != nil {
					return failed(err)
				}
				if err := errors.Join(st.Compact(cmd.Context()), st.Close()); err != nil {
					return failed(cause(cmd.Context(), err))
				}
				return nil
			}},
		&cobra.Command{Use: "verify", Short: "Read everything and compare it with its checksums", Args: cobra.NoArgs,
			RunE: func(cmd *cobra.Command, _ []string) error { return verifyStore(cmd, w) }},
	)
	return cmd
}

func listIndexes(cmd *cobra.Command, w *world) error {
	st, err := openStore(w, cmd.ErrOrStderr(), 0)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }()
	infos, err := st.Indexes(cmd.Context())
	if err != nil {
		return failed(err)
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%-24s %12s %9s %14s  %-20s %s\n", "index", "events", "segments", "bytes", "earliest", "latest")
	for _, x := range infos {
		fmt.Fprintf(cmd.OutOrStdout(), "%-24s %12d %9d %14d  %-20s %s\n", x.Name, x.Events, x.Segments, x.Bytes, day(x.Earliest), day(x.Latest))
	}
	return nil
}

func day(us int64) string { return time.UnixMicro(us).UTC().Format(time.RFC3339) }

func deleteCommand(w *world) *cobra.Command {
	var earliest, latest string
	cmd := &cobra.Command{
		Use:   "delete INDEX",
		Short: "Delete the events of an index, all or those of a time range",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			env, _, err := w.env(cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			if err := w.bounds(earliest, latest, env); err != nil {
				return err
			}
			st, err := store.Open(w.storeDir(), store.Options{})
			if err != nil {
				return failed(err)
			}
			if err := errors.Join(st.Delete(cmd.Context(), args[0], env.Range), st.Close()); err != nil {
				return failed(cause(cmd.Context(), err))
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&earliest, "earliest", "", "start of the time range (default: all)")
	cmd.Flags().StringVar(&latest, "latest", "", "end of the time range, excluded")
	return cmd
}

func retainCommand(w *world) *cobra.Command {
	var earliest, most string
	cmd := &cobra.Command{
		Use:   "retain INDEX",
		Short: "Drop old events of an index, by age or by size",
		Long: "Drops whole segments: those whose events are all before --earliest, and the oldest while the index takes more\n" +
			"than --max-size on the disk.",
		Example: "  spl index retain main --earliest -90d --max-size 10GB",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if earliest == "" && most == "" {
				return usage("retain takes --earliest, --max-size or both")
			}
			env, _, err := w.env(cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			if err := w.bounds(earliest, "", env); err != nil {
				return err
			}
			r := store.Retention{Earliest: env.Range.Earliest}
			if most != "" {
				if r.Bytes, err = size(most); err != nil {
					return usage("--max-size: %v", err)
				}
			}
			st, err := store.Open(w.storeDir(), store.Options{})
			if err != nil {
				return failed(err)
			}
			segments, events, err := st.Retain(cmd.Context(), args[0], r)
			if err = errors.Join(err, st.Close()); err != nil {
				return failed(cause(cmd.Context(), err))
			}
			fmt.Fprintf(cmd.OutOrStdout(), "dropped %d events in %d segments\n", events, segments)
			return nil
		},
	}
	cmd.Flags().StringVar(&earliest, "earliest", "", "keep events from this time on")
	cmd.Flags().StringVar(&most, "max-size", "", "keep no more than this on the disk, such as 10GB")
	return cmd
}

func verifyStore(cmd *cobra.Command, w *world) error {
	st, err := store.Open(w.storeDir(), store.Options{ReadOnly: true})
	if err != nil {
		return failed(err)
	}
	defer func() { _ = st.Close() }()
	problems, err := st.Verify(cmd.Context())
	if err != nil {
		return failed(cause(cmd.Context(), err))
	}
	for _, p := range problems {
		fmt.Fprintln(cmd.OutOrStdout(), p)
	}
	if len(problems) > 0 {
		return silentFailure
	}
	fmt.Fprintln(cmd.OutOrStdout(), "everything is as it was written")
	return nil
}
