package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"spl/detections"
	"spl/exec"
	"spl/lang"
)

func checkCommand(w *world) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "check [flags] PATH…",
		Short: "Parse and plan searches without running them",
		Long: "Parses and plans the searches in .spl files, detection YAML, savedsearches.conf, test files and .ndjson\n" +
			"files (an object with name and search a line), or in folders of these. Prints a line a problem.",
		Args: atLeastOne("check takes files or folders"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "text" && format != "json" {
				return usage("--format is text or json, not %q", format)
			}
			searches, err := detections.Find(args...)
			if err != nil {
				return usage("%v", err)
			}
			env, _, err := w.env(cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			eng := exec.New()
			bad := 0
			for _, s := range searches {
				ds := eng.Check(cmd.Context(), s.Src, env)
				if ds.Err() != nil {
					bad++
				}
				for _, d := range ds {
					printProblem(cmd.OutOrStdout(), format, s, d)
				}
			}
			if format == "text" {
				fmt.Fprintf(cmd.OutOrStdout(), "%d passed, %d failed\n", len(searches)-bad, bad)
			}
			if bad > 0 {
				return silentFailure
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
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

// problem is a line of check's JSON output.
type problem struct {
	Path     string `json:"path"`
	Line     int    `json:"line,omitempty"`
	Col      int    `json:"col,omitempty"`
	Name     string `json:"name"`
	Severity string `json:"severity"`
	Code     string `json:"code"`
	Message  string `json:"message"`
	Hint     string `json:"hint,omitempty"`
}

func printProblem(w io.Writer, format string, s detections.Search, d lang.Diagnostic) {
	p := problem{Path: s.File, Name: s.Name, Severity: d.Severity.String(), Code: d.Code, Message: d.Msg, Hint: d.Hint}
	if d.Src != nil {
		loc := d.Src.Locate(d.Span.Start)
		for _, via := range loc.Via { // the place in the file that was checked, not in a macro's
			if loc.Name != s.File {
				loc = via
			}
		}
		if loc.Name == s.File {
			p.Line, p.Col = loc.Line, loc.Col
		}
	}
	if format == "json" {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		_ = enc.Encode(p)
		return
	}
	place := p.Path
	if p.Line > 0 {
		place = fmt.Sprintf("%s:%d:%d", p.Path, p.Line, p.Col)
	}
	msg := p.Message
	if p.Hint != "" {
		msg += " (" + p.Hint + ")"
	}
	fmt.Fprintf(w, "%s: %s: %s\n", place, p.Name, msg)
}
