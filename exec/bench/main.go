// Command bench compares spl with DuckDB: the same generated events, the same questions, the same number
// of threads, both sides taking turns. It checks that the answers agree and prints a table of ratios.
//
//	go run . -n 100000 -threads 2
//
// Start with run.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/pprof"
)

// options are the flags.
type options struct {
	n, threads, runs int
	dir, only, peers string
	clickhouse       string
	profile          string
	ours             bool
	loads, scaling   bool
	limit            float64
	child            string
}

func main() {
	o := &options{}
	flag.IntVar(&o.n, "n", 100000, "number of `events` of each kind")
	flag.IntVar(&o.threads, "threads", 2, "`threads` of each side")
	flag.IntVar(&o.runs, "runs", 5, "timed `runs` of each search; the best counts")
	flag.StringVar(&o.dir, "dir", "", "`folder` of generated data and stores (default: in the user's cache folder)")
	flag.StringVar(&o.only, "only", "", "run only the searches whose id matches the `regexp`")
	flag.StringVar(&o.peers, "peers", "", "further engines: clickhouse")
	flag.StringVar(&o.clickhouse, "clickhouse", "http://localhost:8123", "`URL` of the ClickHouse server")
	flag.StringVar(&o.profile, "profile", "", "write a CPU profile of our side of every search to this `folder`")
	flag.BoolVar(&o.ours, "ours", false, "run our side only, without comparing")
	flag.BoolVar(&o.loads, "loads", true, "compare loading, size on disk and searching a file, too")
	flag.BoolVar(&o.scaling, "scaling", true, "compare one thread with two on some searches, too")
	flag.Float64Var(&o.limit, "limit", 0, "fail when a ratio is more than this many times its target; 0: never")
	flag.StringVar(&o.child, "child", "", "internal: measure one `step` in this process")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o *options) error {
	runtime.GOMAXPROCS(o.threads)
	s, err := loadSuite(o.only)
	if err != nil {
		return err
	}
	d, err := openDataset(o.dir, o.n)
	if err != nil {
		return err
	}
	if o.child != "" {
		return child(ctx, o, d, s)
	}
	eng, err := openEngine(ctx, d, s.Now, o.threads)
	if err != nil {
		return err
	}
	if o.ours {
		return onlyOurs(ctx, o, s, eng)
	}
	db, err := openDuck(ctx, d, s.Setup["duckdb"], o.threads)
	if err != nil {
		return err
	}
	defer db.close()
	b := &bench{o: o, d: d, suite: s, eng: eng, duck: db}
	return b.run(ctx)
}

// onlyOurs times our side, for profiles.
func onlyOurs(ctx context.Context, o *options, s *suite, eng *engine) error {
	for _, q := range s.Queries {
		best, err := timeOurs(ctx, o, eng, q)
		if err != nil {
			return fmt.Errorf("%s: %w", q.ID, err)
		}
		fmt.Printf("%-24s %9.1f ms\n", q.ID, best*1e3)
	}
	return nil
}

// profiled starts a CPU profile, if one is asked for, and returns what ends it.
func profiled(o *options, name string) (stop func(), err error) {
	if o.profile == "" {
		return func() {}, nil
	}
	if err := os.MkdirAll(o.profile, 0o755); err != nil {
		return nil, err
	}
	f, err := os.Create(filepath.Join(o.profile, name+".pprof"))
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return func() {
		pprof.StopCPUProfile()
		if err := f.Close(); err != nil {
			fmt.Fprintln(os.Stderr, "bench: profile:", err)
		}
	}, nil
}

// timeOurs runs one search several times and returns the best time in seconds.
func timeOurs(ctx context.Context, o *options, eng *engine, q query) (float64, error) {
	stop, err := profiled(o, q.ID)
	if err != nil {
		return 0, err
	}
	defer stop()
	best := 0.0
	for range o.runs {
		_, t, err := eng.run(ctx, q.SPL, false)
		if err != nil {
			return 0, err
		}
		if s := t.Seconds(); best == 0 || s < best {
			best = s
		}
	}
	return best, nil
}
