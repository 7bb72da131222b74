package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"spl/exec"
	"spl/lang"
)

func explainCommand(w *world) *cobra.Command {
	f := &runFlags{}
	var without []string
	var analyze bool
	cmd := &cobra.Command{
		Use:   "explain [flags] SEARCH | FILE.spl | -",
		Short: "Show how a search would run",
		Long: "Prints the search with its macros expanded and the plan that it becomes: its steps, what is pushed into\n" +
			"the scan, which fields are read. Subsearches whose result is text are not run; they show as everything.\n" +
			"With --analyze the search runs, without showing its rows, and each step tells its rows, its own time and\n" +
			"what was read and left out. A search that writes a table writes it.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			src, err := searchSource(args[0], cmd.InOrStdin())
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
			closeStore, err := openEvents(cmd, w, f, env, content)
			if err != nil {
				return err
			}
			defer closeStore()
			engine := exec.New(exec.Without(without...))
			if analyze {
				return analyzeSearch(cmd, engine, src, env)
			}
			text, ds := engine.Explain(cmd.Context(), src, env)
			printDiagnostics(cmd.ErrOrStderr(), ds)
			if ds.Err() != nil {
				return silentFailure
			}
			fmt.Fprint(cmd.OutOrStdout(), text)
			return nil
		},
	}
	fs := cmd.Flags()
	fs.StringArrayVar(&f.data, "data", nil, "FILE[,index=I][,sourcetype=S][,source=X][,host=H], as in run")
	fs.StringSliceVar(&f.indexes, "default-index", nil, "indexes that a search without index= looks in")
	fs.StringVar(&f.earliest, "earliest", "", "start of the time range")
	fs.StringVar(&f.latest, "latest", "", "end of the time range, excluded")
	fs.BoolVar(&analyze, "analyze", false, "run the search and show what each step did")
	fs.StringSliceVar(&without, "without", nil, "optimiser rules to leave out")
	return cmd
}

// analyzeSearch runs a search for its figures.
func analyzeSearch(cmd *cobra.Command, engine *exec.Engine, src *lang.Source, env *exec.Env) error {
	q, ds := engine.Prepare(cmd.Context(), src, env)
	printDiagnostics(cmd.ErrOrStderr(), ds)
	if ds.Err() != nil {
		return silentFailure
	}
	defer os.Remove(env.TempDir) // only if nothing is left in it
	for _, err := range q.Run(cmd.Context()) {
		if err != nil {
			printMessages(cmd.ErrOrStderr(), q)
			return failed(cause(cmd.Context(), err))
		}
	}
	printMessages(cmd.ErrOrStderr(), q)
	fmt.Fprintf(cmd.OutOrStdout(), "%speak memory %d bytes\n", q.Analyze(), q.Report().Peak)
	return nil
}
