package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"spl/detections"
	"spl/exec"
	"spl/exec/output"
	"spl/exec/plan"
	"spl/lang"
)

// execute runs the search, prints rows as they come, then messages and figures.
func execute(ctx context.Context, cmd *cobra.Command, f *runFlags, src *lang.Source, env *exec.Env, rows output.Writer) error {
	errOut := cmd.ErrOrStderr()
	q, ds := exec.New().Prepare(ctx, src, env)
	printDiagnostics(errOut, ds)
	if ds.Err() != nil {
		return silentFailure
	}
	searching := watchSearch(errOut, q)
	defer searching.done()
	for b, err := range q.Run(ctx) {
		searching.done() // rows have begun
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

// cause prefers the reason for which a context ended to the bare fact, and says what helps.
func cause(ctx context.Context, err error) error {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		if c := context.Cause(ctx); c != nil {
			return c
		}
	}
	if full := (*plan.MemoryError)(nil); errors.As(err, &full) {
		return fmt.Errorf("%w; --max-memory gives it more", err)
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
