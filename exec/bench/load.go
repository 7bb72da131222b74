package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"spl/exec/bench/gen"
	"spl/exec/column"
	"spl/exec/ingest"
	"spl/exec/store"
)

// step is what a process of its own measured.
type step struct {
	Seconds float64
	Work    float64 // seconds of processors
	Peak    int64   // bytes of resident memory; 0 where the system does not tell
}

// fileSearch is asked of a file that no engine has loaded.
const fileSearch = "search index=aws | stats count by eventName"

// child measures one step and prints it.
func child(ctx context.Context, o *options, d *dataset, s *suite) error {
	stop, err := profiled(o, o.child)
	if err != nil {
		return err
	}
	defer stop()
	start := time.Now()
	switch o.child {
	case "ingest":
		err = childIngest(ctx, o, d, s)
	case "file":
		err = childFile(ctx, o, d, s)
	case "duck-ingest", "duck-file":
		err = childDuck(ctx, o, d)
	default:
		err = fmt.Errorf("unknown step %q", o.child)
	}
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(step{time.Since(start).Seconds(), processorTime().Seconds(), peak()})
}

// loadMemory is what the collector keeps the process below, as spl ingest does.
const loadMemory = 800 << 20

func childIngest(ctx context.Context, o *options, d *dataset, s *suite) error {
	debug.SetMemoryLimit(loadMemory)
	dir := filepath.Join(d.dir, "store-timed")
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	return load(ctx, d.file(gen.CloudTrail), dir, sources[gen.CloudTrail], s.Now, o.threads)
}

// childFile searches the file as spl run --data does: its events go to memory, with the wanted fields.
func childFile(ctx context.Context, o *options, d *dataset, s *suite) error {
	opts := sources[gen.CloudTrail]
	opts.Now, opts.Workers = s.Now, o.threads
	st := store.NewReading([]string{opts.Index}, func(ctx context.Context, fields column.FieldSet, add func(*column.Batch) error) error {
		opts.Want = fields.Has
		rep, err := ingest.Load(ctx, []string{d.file(gen.CloudTrail)}, opts, add)
		if err != nil {
			return err
		}
		return rep.Err()
	})
	defer st.Close()
	e, err := newEngine(st, s.Now, o.threads, d.dir)
	if err != nil {
		return err
	}
	_, _, err = e.run(ctx, fileSearch, false)
	return err
}

func childDuck(ctx context.Context, o *options, d *dataset) error {
	path := ""
	stmt := "SELECT eventName, count(*) FROM read_json_auto('ct.ndjson') GROUP BY 1"
	if o.child == "duck-ingest" {
		path = filepath.Join(d.dir, "duck-timed.db")
		os.Remove(path) // absent on most runs
		defer os.Remove(path)
		stmt = "CREATE TABLE t AS SELECT * FROM read_json_auto('ct.ndjson')"
	}
	db, err := connect(ctx, path, o.threads)
	if err != nil {
		return err
	}
	if _, err := db.exec(ctx, d.paths(stmt)); err != nil {
		return err
	}
	return db.close()
}

// loads compares loading, and searching a file that was not loaded.
func (b *bench) loads(ctx context.Context) error {
	res := map[string]step{}
	for range max(1, b.o.runs/2) {
		for _, name := range []string{"duck-ingest", "ingest", "ingest 1", "duck-file", "file"} {
			st, err := b.spawn(ctx, name)
			if err != nil {
				return err
			}
			if old, ok := res[name]; ok {
				st.Seconds, st.Work, st.Peak = min(st.Seconds, old.Seconds), min(st.Work, old.Work), max(st.Peak, old.Peak)
			}
			res[name] = st
		}
	}
	raw := treeSize(b.d.file(gen.CloudTrail))
	mb := func(s step) float64 { return float64(raw) / 1e6 / s.Seconds }
	fmt.Printf("\n| measure | ours | DuckDB | ratio | target |\n| --- | ---: | ---: | ---: | ---: |\n")
	fmt.Printf("| loading CloudTrail, MB/s | %.0f | %.0f | %.2f | >= 1.5 |\n", mb(res["ingest"]), mb(res["duck-ingest"]),
		res["duck-ingest"].Seconds/res["ingest"].Seconds)
	fmt.Printf("| loading CloudTrail, processor seconds | %.1f | %.1f | %.2f | |\n", res["ingest"].Work, res["duck-ingest"].Work,
		res["duck-ingest"].Work/res["ingest"].Work)
	fmt.Printf("| searching the file itself, ms | %.0f | %.0f | %.2f | <= 1.2 |\n", res["file"].Seconds*1e3, res["duck-file"].Seconds*1e3,
		res["file"].Seconds/res["duck-file"].Seconds)
	fmt.Printf("| searching the file itself, processor seconds | %.1f | %.1f | %.2f | |\n", res["file"].Work, res["duck-file"].Work,
		res["file"].Work/res["duck-file"].Work)
	fmt.Printf("| loading, 1 to %d threads | %.2f | | | >= 1.6 |\n", b.o.threads, res["ingest 1"].Seconds/res["ingest"].Seconds)
	fmt.Printf("| peak memory of loading, MB | %d | %d | | <= 1000 |\n", res["ingest"].Peak/1e6, res["duck-ingest"].Peak/1e6)
	stored, all := treeSize(b.d.store()), b.d.raw()
	fmt.Printf("| bytes on disk, raw / stored | %.1f | %.1f | | >= 9 |\n", float64(all)/float64(stored), float64(all)/float64(treeSize(b.d.duckdb())))
	if r := res["duck-ingest"].Seconds / res["ingest"].Seconds; b.o.limit > 0 && r*b.o.limit < 1.5 {
		b.faults = append(b.faults, fmt.Sprintf("loading is %.2f times as fast as DuckDB; the target is 1.5", r))
	}
	return nil
}

// spawn runs a step; "ingest 1" is ingest with one thread.
func (b *bench) spawn(ctx context.Context, name string) (step, error) {
	what, threads, ok := strings.Cut(name, " ")
	if !ok {
		threads = strconv.Itoa(b.o.threads)
	}
	cmd := exec.CommandContext(ctx, self(), "-child", what, "-n", strconv.Itoa(b.o.n), "-threads", threads, "-dir", filepath.Dir(b.d.dir))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return step{}, fmt.Errorf("%s: %w", name, err)
	}
	var st step
	if err := json.Unmarshal(out, &st); err != nil {
		return step{}, fmt.Errorf("%s: %w", name, err)
	}
	return st, nil
}

// peak returns the most memory this process had, where /proc tells.
func peak() int64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, ok := strings.Cut(string(text), "VmHWM:")
	if !ok {
		return 0
	}
	var kb int64
	if _, err := fmt.Sscan(rest, &kb); err != nil {
		return 0
	}
	return kb << 10
}
