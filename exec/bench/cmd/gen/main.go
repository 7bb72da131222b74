// Command gen writes generated security events to a file, for use outside of the benchmark.
//
//	go run ./cmd/gen -n 1000000 -flavour sysmon -o sysmon1m.ndjson
package main

import (
	"bufio"
	"flag"
	"fmt"
	"os"
	"time"

	"spl/exec/bench/gen"
)

func main() {
	o := gen.Options{}
	flag.IntVar(&o.Events, "n", 1000, "number of `events`")
	flag.Uint64Var(&o.Seed, "seed", 1, "seed of the random `number`s")
	flag.StringVar(&o.Flavour, "flavour", gen.CloudTrail, "`kind` of events: cloudtrail or sysmon")
	flag.DurationVar(&o.Span, "span", 24*time.Hour, "`length` of the time range")
	flag.IntVar(&o.Workers, "workers", 0, "`number` of chunks made at once")
	start := flag.String("start", "2026-01-01T00:00:00Z", "`time` of the first event, RFC 3339")
	out := flag.String("o", "", "output `file` (default: standard output)")
	flag.Parse()
	if err := run(o, *start, *out); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(o gen.Options, start, out string) (err error) {
	if o.Start, err = time.Parse(time.RFC3339, start); err != nil {
		return err
	}
	w := os.Stdout
	if out != "" {
		if w, err = os.Create(out); err != nil {
			return err
		}
	}
	bw := bufio.NewWriterSize(w, 1<<20)
	if err := gen.Generate(bw, o); err != nil {
		return err
	}
	if err := bw.Flush(); err != nil {
		return err
	}
	return w.Close()
}
