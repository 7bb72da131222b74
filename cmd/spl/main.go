// Command spl runs Splunk searches over files and a local event store, checks and tests them.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"spl/lang"
)

// The exit codes that scripts rely on.
const (
	exitFailed      = 1   // the search, a check or a test failed
	exitUsage       = 2   // the call was wrong
	exitInterrupted = 130 // by a signal
)

// exitError ends the program with a code; the message was printed already where silent is set.
type exitError struct {
	code   int
	err    error
	silent bool
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }
func (e *exitError) ExitCode() int { return e.code }

func failed(err error) error { return &exitError{code: exitFailed, err: err} }
func usage(format string, args ...any) error {
	return &exitError{code: exitUsage, err: fmt.Errorf(format, args...)}
}

// silentFailure ends with status 1 after everything was said.
var silentFailure = &exitError{code: exitFailed, err: errors.New("failed"), silent: true}

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// run is main with its world as arguments.
func run(args []string, in io.Reader, out, errOut io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := rootCommand()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return 0
	case ctx.Err() != nil:
		fmt.Fprintln(errOut, "spl: interrupted")
		return exitInterrupted
	}
	var ex *exitError
	if errors.As(err, &ex) {
		if !ex.silent {
			printError(errOut, ex.err)
		}
		return ex.code
	}
	fmt.Fprintf(errOut, "spl: %v\n", err)
	return exitUsage
}

// printError shows diagnostics with their place and other errors as a line.
func printError(w io.Writer, err error) {
	var ds lang.Diagnostics
	var d lang.Diagnostic
	switch {
	case errors.As(err, &ds):
		printDiagnostics(w, ds)
	case errors.As(err, &d):
		printDiagnostics(w, lang.Diagnostics{d})
	default:
		fmt.Fprintf(w, "spl: %v\n", err)
	}
}

func printDiagnostics(w io.Writer, ds lang.Diagnostics) {
	for _, d := range ds {
		if err := d.Render(w, colorful(w)); err != nil {
			return // nobody reads it
		}
	}
}

// colorful reports whether w takes colours: a terminal, and NO_COLOR unset.
func colorful(w io.Writer) bool { return isTerminal(w) && os.Getenv("NO_COLOR") == "" }

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "spl",
		Short:         "Run Splunk searches without Splunk",
		Long:          "spl runs Splunk searches (SPL) over files and a local event store, checks them and tests them.",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	w := &world{}
	w.flags(root.PersistentFlags())
	root.AddCommand(runCommand(w), checkCommand(w), testCommand(w), ingestCommand(w), fmtCommand(w), explainCommand(w),
		lookupCommand(w), macroCommand(w), indexCommand(w), versionCommand())
	root.SetHelpCommand(helpCommand(w))
	return root
}
