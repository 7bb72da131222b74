package main

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"spl/exec/output"
)

// runFlags are the flags of spl run.
type runFlags struct {
	data, indexes    []string
	earliest, latest string
	output           string
	stats            bool
	timeout          time.Duration
	maxMemory        string
}

func runCommand(w *world) *cobra.Command {
	f := &runFlags{}
	cmd := &cobra.Command{
		Use:   "run [flags] SEARCH | FILE.spl | -",
		Short: "Run one search and print its rows",
		Long: "Runs one search and prints its rows. FILE.spl holds a search; - reads it from standard input.\n" +
			"With --data the search sees the events of those files only, otherwise those of the store under --home.",
		Example: `  spl run --data logs/*.json 'error | stats count by host'
  spl run --now 2026-01-15T12:00:00Z detection.spl
  spl run '| inputlookup users | where dept="hr"'`,
		ValidArgsFunction: w.completeSearch,

		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage("run takes one search: quote it, name a .spl file, or use - for standard input")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return runSearch(cmd, w, f, args[0]) },
	}
	fs := cmd.Flags()
	fs.StringArrayVar(&f.data, "data", nil, "FILE[,index=I][,sourcetype=S][,source=X][,host=H]: events for this run; a folder or glob is every file in it (repeatable)")
	fs.StringSliceVar(&f.indexes, "default-index", nil, "indexes that a search without index= looks in (default: main and those that --data names)")
	fs.StringVar(&f.earliest, "earliest", "", "start of the time range, as a time modifier (default: all time)")
	fs.StringVar(&f.latest, "latest", "", "end of the time range, excluded")
	fs.StringVarP(&f.output, "output", "o", "", "table, ndjson, json, csv, raw or markdown (default: table on a terminal, else ndjson)")
	fs.BoolVar(&f.stats, "stats", false, "after the rows, print what the search did to standard error")
	fs.DurationVar(&f.timeout, "timeout", 0, "fail when the search takes longer, such as 30s")
	fs.StringVar(&f.maxMemory, "max-memory", "", "memory that the program may take, such as 512MB (default 1GB): beyond it rows go to the disk, or the search fails")
	return cmd
}

// ownMemory is what the program takes beside the rows and tables that a search accounts for: code, what is
// being read, garbage. Of a small limit it takes half.
const ownMemory = 128 << 20

func runSearch(cmd *cobra.Command, w *world, f *runFlags, arg string) error {
	src, err := searchSource(arg, cmd.InOrStdin())
	if err != nil {
		return err
	}
	env, content, err := w.env(cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	if err := w.bounds(f.earliest, f.latest, env); err != nil {
		return err
	}
	if f.maxMemory != "" {
		if env.Limits.Memory, err = size(f.maxMemory); err != nil {
			return usage("--max-memory: %v", err)
		}
	}
	debug.SetMemoryLimit(env.Limits.Memory)
	env.Limits.Memory -= min(env.Limits.Memory/2, ownMemory)
	out, format := cmd.OutOrStdout(), output.Format(f.output)
	if format == "" {
		if format = output.NDJSON; isTerminal(out) {
			format = output.Table
		}
	}
	rows, err := output.New(format, out, output.Options{Zone: env.Zone, Width: width(out), Color: colorful(out)})
	if err != nil {
		return usage("%v", err)
	}
	closeStore, err := openEvents(cmd, w, f, env, content)
	if err != nil {
		return err
	}
	defer closeStore()
	ctx := cmd.Context()
	if f.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, f.timeout, fmt.Errorf("the search took longer than --timeout %s", f.timeout))
		defer cancel()
	}
	defer os.Remove(env.TempDir) // only if nothing is left in it
	return execute(ctx, cmd, f, src, env, rows)
}
