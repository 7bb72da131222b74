package main

import (
	"context"
	"fmt"
	"regexp"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"spl/detections/suite"
	"spl/exec"
)

// watchEvery is how often --watch looks at the files.
const watchEvery = 300 * time.Millisecond

// testFlags are the flags of spl test.
type testFlags struct {
	format, run   string
	parallel      int
	update, watch bool
	attackData    string
	verbose       bool
}

func testCommand(w *world) *cobra.Command {
	f := &testFlags{}
	cmd := &cobra.Command{
		Use:   "test [flags] PATH…",
		Short: "Run test files and compare results with what they expect",
		Long: "Runs the tests in .test.yml files and in detections of public repositories (.yml with attack_data), or in\n" +
			"folders of them. Each test gets its own small world of events, lookups and macros. Ends with a line that\n" +
			"counts, and with status 1 if a test failed.",
		Args: atLeastOne("test takes test files or folders"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.watch {
				return watch(cmd, w, f, args)
			}
			return runTests(cmd, w, f, args)
		},
	}
	fs := cmd.Flags()
	fs.StringVar(&f.format, "format", "text", "text, json, junit or tap")
	fs.StringVar(&f.run, "run", "", "run only tests whose `file › name` matches this regular expression")
	fs.IntVarP(&f.parallel, "parallel", "j", runtime.GOMAXPROCS(0), "tests side by side")
	fs.BoolVar(&f.update, "update", false, "show differences, then rewrite expected rows in the files")
	fs.BoolVar(&f.watch, "watch", false, "run again whenever a file changes")
	fs.StringVar(&f.attackData, "attack-data", "", "folder with a copy of the data sets (datasets/…) that the tests of detections replay")
	fs.BoolVarP(&f.verbose, "verbose", "v", false, "list passed tests too")
	return cmd
}

func runTests(cmd *cobra.Command, w *world, f *testFlags, paths []string) error {
	var only *regexp.Regexp
	if f.run != "" {
		var err error
		if only, err = regexp.Compile(f.run); err != nil {
			return usage("--run: %v", err)
		}
	}
	now, zone, err := w.clock()
	if err != nil {
		return err
	}
	files, err := suite.Find(paths...)
	if err != nil {
		return usage("%v", err)
	}
	report, err := suite.NewReport(cmd.OutOrStdout(), f.format, f.verbose)
	if err != nil {
		return usage("--format: %v", err)
	}
	r := &suite.Runner{Engine: exec.New(), Content: w.content, Only: only, Parallel: f.parallel, Update: f.update,
		Now: now, Zone: zone, Attacks: f.attackData}
	for res := range r.RunFiles(cmd.Context(), files) {
		report.Add(res)
	}
	if err := cmd.Context().Err(); err != nil {
		return failed(err)
	}
	if err := report.Close(); err != nil {
		return failed(err)
	}
	if _, bad, _ := report.Counts(); bad > 0 {
		return silentFailure
	}
	return nil
}

// watch runs the tests, then again after every change, until interrupted.
func watch(cmd *cobra.Command, w *world, f *testFlags, paths []string) error {
	last := ""
	for {
		now, err := suite.Fingerprint(append(append([]string(nil), paths...), w.content...)...)
		if err != nil {
			return usage("%v", err)
		}
		if now != last {
			last = now
			if err := runTests(cmd, w, f, paths); err != nil && err != error(silentFailure) {
				return err
			}
			fmt.Fprintln(cmd.ErrOrStderr(), "waiting for changes …")
		}
		if err := pause(cmd.Context(), watchEvery); err != nil {
			return failed(err)
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
