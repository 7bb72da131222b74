package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"spl/detections"
	"spl/detections/suite"
	"spl/exec"
	"spl/lang"
)

func checkCommand(w *world) *cobra.Command {
	var format, failOn string
	var rules bool
	cmd := &cobra.Command{
		Use:   "check [flags] PATH…",
		Short: "Parse and plan searches without running them",
		Long: "Parses and plans the searches in .spl files, detection YAML, savedsearches.conf, test files and .ndjson\n" +
			"files (an object with name and search a line), or in folders of these. Prints a line a problem; help on the\n" +
			"code at its end is there with spl help.",
		Args: atLeastOne("check takes files or folders"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(detections.ProblemFormats, format) {
				return usage("--format is one of %s, not %q", strings.Join(detections.ProblemFormats, ", "), format)
			}
			if failOn != "error" && failOn != "warning" {
				return usage("--fail-on is error or warning, not %q", failOn)
			}
			searches, err := detections.Find(args...)
			if err != nil {
				return usage("%v", err)
			}
			env, _, err := w.env(cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			worlds := suite.NewWorlds(env, w.content)
			checked := detections.Check(cmd.Context(), exec.New(), worlds.Env, searches, rules)
			if err := cmd.Context().Err(); err != nil {
				return failed(err)
			}
			if err := detections.WriteProblems(cmd.OutOrStdout(), format, checked); err != nil {
				return failed(err)
			}
			for _, c := range checked {
				if c.Failed() || failOn == "warning" && slices.ContainsFunc(c.Problems, func(d lang.Diagnostic) bool { return d.Severity == lang.Warning }) {
					return silentFailure
				}
			}
			return nil
		},
	}
	fs := cmd.Flags()
	fs.StringVar(&format, "format", "text", "text, json, sarif or github")
	fs.BoolVar(&rules, "lint", false, "also report what is allowed but rarely meant")
	fs.StringVar(&failOn, "fail-on", "error", "what makes the call fail: error or warning")
	complete(cmd, "format", detections.ProblemFormats...)
	complete(cmd, "fail-on", "error", "warning")
	return cmd
}

func atLeastOne(msg string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usage("%s", msg)
		}
		return nil
	}
}
