package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"spl/detections"
	"spl/exec"
	"spl/exec/bench/gen"
	"spl/exec/column"
	"spl/exec/ingest"
	"spl/exec/plan"
	"spl/exec/store"
	"spl/lang"
	"spl/lookups"
)

// engine is our side: an engine over a store of segments.
type engine struct {
	eng     *exec.Engine
	st      store.Store
	content *detections.Content
	now     time.Time
	threads int
	temp    string
}

// sources says how the events of a flavour are read. The sourcetypes are not those of the built-in field
// extractions, which compute userName and errorCode where the SQL takes them as they are.
var sources = map[string]ingest.Options{
	gen.CloudTrail: {Index: "aws", Sourcetype: "cloudtrail:json", TimeField: "eventTime"},
	gen.Sysmon:     {Index: "win", Sourcetype: "sysmon:json", TimeField: "UtcTime"},
}

// openEngine loads the events unless the store has them.
func openEngine(ctx context.Context, d *dataset, now time.Time, threads int) (*engine, error) {
	if _, err := os.Stat(d.store()); err != nil {
		part := d.store() + ".part"
		if err := os.RemoveAll(part); err != nil {
			return nil, err
		}
		for _, flavour := range []string{gen.CloudTrail, gen.Sysmon} {
			if err := load(ctx, d.file(flavour), part, sources[flavour], now, threads); err != nil {
				return nil, fmt.Errorf("load %s: %w", flavour, err)
			}
		}
		if err := os.Rename(part, d.store()); err != nil {
			return nil, err
		}
	}
	st, err := store.Open(d.store(), store.Options{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	return newEngine(st, now, threads, d.dir)
}

func newEngine(st store.Store, now time.Time, threads int, temp string) (*engine, error) {
	content, err := detections.Load(detections.Config{})
	if err != nil {
		return nil, err
	}
	return &engine{eng: exec.New(), st: st, content: content, now: now, threads: threads, temp: temp}, nil
}

// load ingests one file into a store.
func load(ctx context.Context, file, dir string, o ingest.Options, now time.Time, workers int) error {
	st, err := store.Open(dir, store.Options{})
	if err != nil {
		return err
	}
	defer st.Close()
	bulk, err := st.Bulk()
	if err != nil {
		return err
	}
	o.Now, o.Workers, o.ChunkBytes, o.Shapes = now, workers, 8<<20, true // as spl ingest does
	rep, err := ingest.Load(ctx, []string{file}, o, func(b *column.Batch) error { return bulk.Add(ctx, b) })
	if err != nil {
		return err
	}
	if err := rep.Err(); err != nil {
		return err
	}
	return bulk.Commit(ctx)
}

// env is a fresh world for one search: the table that q01 writes is empty again.
func (e *engine) env() (*exec.Env, error) {
	tables := lookups.NewContent()
	if err := tables.AddInline("previously_seen_api_calls_from_user_roles.csv", "userName,eventName,earliest,latest\n", nil); err != nil {
		return nil, err
	}
	c, err := e.content.With(detections.Overlay{Lookups: []*lookups.Content{tables}}, lookups.MemoryHome())
	if err != nil {
		return nil, err
	}
	return &exec.Env{Store: e.st, Macros: c.Macros, Lookups: c.Lookups, Knowledge: c.Knowledge, Now: e.now, Zone: time.UTC,
		Range: store.TimeRange{Earliest: day.UnixMicro(), Latest: day.AddDate(0, 0, 1).UnixMicro()}, DefaultIndexes: []string{"main"},
		Limits: plan.DefaultLimits(), Workers: e.threads, TempDir: e.temp}, nil
}

// run prepares and runs a search to its last row; with keep it returns them.
func (e *engine) run(ctx context.Context, spl string, keep bool) (*column.Batch, time.Duration, error) {
	env, err := e.env()
	if err != nil {
		return nil, 0, err
	}
	start := time.Now()
	q, ds := e.eng.Prepare(ctx, lang.NewSource("<search>", spl), env)
	if err := ds.Err(); err != nil {
		return nil, 0, err
	}
	var all []*column.Batch
	for b, err := range q.Run(ctx) {
		if err != nil {
			return nil, 0, err
		}
		if keep {
			all = append(all, b)
		}
	}
	took := time.Since(start)
	if !keep || len(all) == 0 {
		return column.NewBatch(0), took, nil
	}
	return column.Join(all...), took, nil
}
