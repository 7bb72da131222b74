package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"spl/detections"
	"spl/exec"
	"spl/exec/output"
	"spl/lang"
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
	fs.StringVar(&f.maxMemory, "max-memory", "", "fail when the search needs more memory, such as 512MB (default 1GB)")
	return cmd
}

// ownMemory is what the program takes beside what a search accounts for: code, readers, buffers. The
// collector works to keep the whole below the search's limit and this.
const ownMemory = 96 << 20

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
	debug.SetMemoryLimit(env.Limits.Memory + ownMemory)
	return execute(ctx, cmd, f, src, env, rows)
}

// execute runs the search, prints rows as they come, then messages and figures.
func execute(ctx context.Context, cmd *cobra.Command, f *runFlags, src *lang.Source, env *exec.Env, rows output.Writer) error {
	errOut := cmd.ErrOrStderr()
	q, ds := exec.New().Prepare(ctx, src, env)
	printDiagnostics(errOut, ds)
	if ds.Err() != nil {
		return silentFailure
	}
	for b, err := range q.Run(ctx) {
		if err != nil {
			printMessages(errOut, q)
			return failed(cause(ctx, err))
		}
		if err := rows.Write(b); err != nil {
			return failed(err)
		}
	}
	if err := rows.Close(); err != nil {
		return failed(err)
	}
	printMessages(errOut, q)
	if f.stats {
		printStats(errOut, q)
	}
	return nil
}

// cause prefers the reason for which a context ended to the bare fact.
func cause(ctx context.Context, err error) error {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		if c := context.Cause(ctx); c != nil {
			return c
		}
	}
	return err
}

// searchSource reads the argument of run: a text, a file, or standard input. A name for which there is
// no file may be that of a shipped search.
func searchSource(arg string, in io.Reader) (*lang.Source, error) {
	switch {
	case arg == "-":
		text, err := io.ReadAll(in)
		if err != nil {
			return nil, failed(fmt.Errorf("read the search: %w", err))
		}
		return lang.NewSource("<stdin>", string(text)), nil
	case strings.HasSuffix(arg, ".spl") && !strings.ContainsAny(arg, "|\n"):
		found, err := detections.Find(arg)
		if s, ok := detections.BuiltinFile(arg); ok && errors.Is(err, fs.ErrNotExist) {
			return s.Src, nil
		}
		if err != nil {
			return nil, usage("%v", err)
		}
		return found[0].Src, nil
	}
	return lang.NewSource("<search>", arg), nil
}

// width is the terminal's, 0 elsewhere.
func width(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil {
			return n
		}
	}
	return 0
}
