package main

import (
	"fmt"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"spl/exec/ingest"
	"spl/exec/store"
)

// ingestFlags are the flags of spl ingest.
type ingestFlags struct {
	options ingest.Options
	reject  string
	dedup   bool
}

// ingestChunk is how much text is parsed at once: twice as much takes a third more memory and is hardly
// faster.
const ingestChunk = 8 << 20

// ingestMemory is what the collector tries to keep the program below while it loads: garbage would double
// the peak otherwise.
const ingestMemory = 800 << 20

func ingestCommand(w *world) *cobra.Command {
	f := &ingestFlags{}
	cmd := &cobra.Command{
		Use:   "ingest [flags] PATH…",
		Short: "Load files into an index under home",
		Long: "Reads files, folders, globs or - (standard input) in the formats of run --data into the event store. A\n" +
			"line that is no event is counted, reported and kept in a reject file. Once it says done, the events are\n" +
			"durable. With --dedup files whose content was loaded before are passed over.",
		Args: atLeastOne("ingest takes files, folders or -"),
		RunE: func(cmd *cobra.Command, args []string) error { return ingestFiles(cmd, w, f, args) },
	}
	fs := cmd.Flags()
	fs.StringVar(&f.options.Index, "index", "main", "index to load into")
	fs.StringVar(&f.options.Sourcetype, "sourcetype", "", "sourcetype of the events (default: as detected)")
	fs.StringVar(&f.options.Source, "source", "", "source of the events (default: the path)")
	fs.StringVar(&f.options.Host, "host", "", "host of the events (default: as detected)")
	fs.StringVar(&f.options.TimeField, "time-field", "", "field that holds the event's time")
	fs.StringVar(&f.options.TimeFormat, "time-format", "", "strptime format of the time field, or of the start of a text line")
	fs.StringVar(&f.reject, "reject-file", "", "file that takes lines which are no events (default: rejects.txt under home)")
	fs.BoolVar(&f.dedup, "dedup", false, "pass over files whose content was loaded before")
	return cmd
}

func ingestFiles(cmd *cobra.Command, w *world, f *ingestFlags, args []string) error {
	zone, err := w.zone()
	if err != nil {
		return err
	}
	now, err := w.time("--now", w.now, time.Now(), zone)
	if err != nil {
		return err
	}
	content, err := w.load(cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	st, err := store.Open(w.storeDir(), store.Options{})
	if err != nil {
		return failed(err)
	}
	defer func() { _ = st.Close() }() // what counts was committed
	rejects := &rejectFile{path: f.reject, home: w.home, errOut: cmd.ErrOrStderr()}
	defer func() { _ = rejects.close() }()
	o := f.options
	o.Now, o.Zone, o.Props, o.Workers, o.Reject = now, zone, content.Props, workers(), rejects.add
	o.ChunkBytes, o.Shapes = ingestChunk, true
	debug.SetMemoryLimit(ingestMemory)
	start := time.Now()
	load := &loading{cmd: cmd, st: st, dedup: f.dedup, options: o}
	if err := load.paths(args); err != nil {
		return err
	}
	out := cmd.OutOrStdout()
	took := time.Since(start)
	fmt.Fprintf(out, "done: %d events into index %s from %d files, %d rejected, %d files passed over, %s (%.1f MB/s)\n",
		load.events, o.Index, load.files, rejects.count, load.passed, took.Round(time.Millisecond), float64(load.bytes)/1e6/took.Seconds())
	if err := rejects.close(); err != nil {
		return failed(err)
	}
	if load.broken > 0 {
		return silentFailure
	}
	return nil
}
