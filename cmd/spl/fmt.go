package main

import (
	"fmt"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"spl/detections"
	"spl/detections/suite"
	"spl/exec"
	"spl/lang"
)

func fmtCommand(_ *world) *cobra.Command {
	var write, show bool
	cmd := &cobra.Command{
		Use:   "fmt [flags] FILE.spl… | -",
		Short: "Print searches in their canonical layout",
		Long: "Prints a search with a command a line and subsearches indented; macros and comments stay as they are\n" +
			"written. The layout never changes what a search means.",
		Args: atLeastOne("fmt takes .spl files, or - for standard input"),
		RunE: func(cmd *cobra.Command, args []string) error {
			parser := exec.New().Parser()
			differ := false
			for _, arg := range args {
				src, err := formatSource(cmd, arg)
				if err != nil {
					return err
				}
				text, ds := parser.Format(src)
				if ds.Err() != nil {
					printDiagnostics(cmd.ErrOrStderr(), ds)
					return silentFailure
				}
				text = strings.TrimRight(text, "\n") + "\n"
				changed := text != src.Text
				differ = differ || changed
				switch {
				case write && arg != "-":
					if changed {
						err = suite.ReplaceFile(arg, text)
					}
				case show:
					_, err = cmd.OutOrStdout().Write(diff.Diff(arg, []byte(src.Text), arg+" (formatted)", []byte(text)))
				default:
					_, err = fmt.Fprint(cmd.OutOrStdout(), text)
				}
				if err != nil {
					return failed(err)
				}
			}
			if show && differ {
				return silentFailure
			}
			return nil
		},
	}
	cmd.Flags().BoolVarP(&write, "write", "w", false, "rewrite the files")
	cmd.Flags().BoolVarP(&show, "diff", "d", false, "print what would change, and end with status 1 if anything would")
	return cmd
}

func formatSource(cmd *cobra.Command, arg string) (*lang.Source, error) {
	if arg == "-" {
		return searchSource(arg, cmd.InOrStdin())
	}
	found, err := detections.Find(arg)
	if err != nil {
		return nil, usage("%v", err)
	}
	if len(found) != 1 || found[0].Src.Name != arg {
		return nil, usage("%s: fmt takes .spl files", arg)
	}
	return found[0].Src, nil
}
