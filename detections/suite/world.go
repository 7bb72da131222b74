package suite

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"spl/detections"
	"spl/exec"
	"spl/exec/column"
	"spl/exec/ingest"
	"spl/exec/plan"
	"spl/exec/store"
	"spl/lang"
	"spl/lang/conf"
	"spl/lang/timefmt"
	"spl/lookups"
	"spl/macros"
)

// world is what the tests of a file start from. Each test gets a store and tables of its own; the
// events are read once.
type world struct {
	file    *File
	dir     string
	base    *detections.Content
	overlay detections.Overlay
	batches []*column.Batch
	now     time.Time
	zone    *time.Location
	indexes []string
}

func newWorld(f *File, content []string, now time.Time, zone *time.Location) (*world, error) {
	w := &world{file: f, dir: filepath.Dir(f.Path), zone: zone, now: now}
	if zone == nil {
		w.zone = time.UTC
	}
	if f.Timezone != "" {
		loc, err := time.LoadLocation(f.Timezone)
		if err != nil {
			return nil, fmt.Errorf("%s: unknown time zone %q", f.Path, f.Timezone)
		}
		w.zone = loc
	}
	if f.Now != "" {
		now, err := parseTime(f.Now, w.now, w.zone)
		if err != nil {
			return nil, fmt.Errorf("%s: now: %w", f.Path, err)
		}
		w.now = now
	}
	dirs := append([]string(nil), content...)
	for _, d := range f.Content {
		dirs = append(dirs, w.path(d))
	}
	base, err := loadContent(dirs)
	if err != nil {
		return nil, fmt.Errorf("%s: content: %w", f.Path, err)
	}
	w.base = base
	return w, w.layer()
}

// path is a path that the file names, relative to its folder.
func (w *world) path(p string) string {
	if filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(w.dir, p)
}

// layer makes the file's own macros, lookups and configuration.
func (w *world) layer() error {
	lib := macros.NewLibrary()
	for _, m := range w.file.Macros {
		d, err := macros.FromSpec(m.Name, macros.Spec{Args: m.Args, Definition: m.Definition, IsEval: m.IsEval,
			Validation: m.Validation, ErrorMsg: m.ErrorMsg})
		if err != nil {
			return fmt.Errorf("%s:%d: %w", w.file.Path, m.Line, err)
		}
		lib.Add(d)
	}
	w.overlay.Macros = []*macros.Library{lib}
	tables := lookups.NewContent()
	for _, l := range w.file.Lookups {
		if err := tables.AddInline(l.Name, l.CSV, l.Keys); err != nil {
			return fmt.Errorf("%s:%d: %w", w.file.Path, l.Line, err)
		}
	}
	w.overlay.Lookups = []*lookups.Content{tables}
	w.overlay.Conf = map[string]*conf.File{}
	for _, c := range w.file.Conf {
		f, ds := conf.Parse(c.Name, []byte(c.Text))
		if err := ds.Err(); err != nil {
			return fmt.Errorf("%s:%d: conf %s: %w", w.file.Path, c.Line, c.Name, err)
		}
		w.overlay.Conf[c.Name] = f
	}
	return nil
}

// events reads the inline events and the data files.
func (w *world) events() error {
	content, err := w.base.With(w.overlay, lookups.MemoryHome())
	if err != nil {
		return fmt.Errorf("%s: %w", w.file.Path, err)
	}
	o := ingest.Options{Now: w.now, Zone: w.zone, Props: content.Props}
	events := make([][]ingest.Pair, len(w.file.Events))
	for i, e := range w.file.Events {
		events[i] = e.Fields
	}
	batches, err := ingest.FromMaps(events, o)
	if err != nil {
		return fmt.Errorf("%s: %w", w.file.Path, err)
	}
	w.batches = batches
	w.indexes = []string{"main"}
	for _, d := range w.file.Data {
		files, err := ingest.Files(w.path(d.Path))
		if err != nil {
			return fmt.Errorf("%s: data: %w", w.file.Path, err)
		}
		o.Index, o.Sourcetype, o.Source, o.Host = d.Index, d.Sourcetype, d.Source, d.Host
		if d.Index != "" {
			w.indexes = append(w.indexes, d.Index)
		}
		rep, err := ingest.Load(context.Background(), files, o, func(b *column.Batch) error {
			w.batches = append(w.batches, b)
			return nil
		})
		if err == nil {
			err = rep.Err()
		}
		if err != nil {
			return fmt.Errorf("%s: data: %w", w.file.Path, err)
		}
	}
	return nil
}

// Worlds gives searches the world that they are checked in: those of a test file know its lookups, macros and
// settings, all others only the common content.
type Worlds struct {
	common  *exec.Env
	content []string
	mu      sync.Mutex
	byFile  map[string]*exec.Env
}

// NewWorlds returns the worlds above a common Env and the content folders it was made from.
func NewWorlds(common *exec.Env, content []string) *Worlds {
	return &Worlds{common: common, content: content, byFile: map[string]*exec.Env{}}
}

// Env returns the Env of a file's searches. A test file that cannot be read gets the common one: what is
// wrong with it shows when it is run.
func (w *Worlds) Env(file string) *exec.Env {
	if !isTestFile(file) {
		return w.common
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	env, ok := w.byFile[file]
	if !ok {
		env = w.common
		if own, err := w.read(file); err == nil {
			env = own
		}
		w.byFile[file] = env
	}
	return env
}

func (w *Worlds) read(file string) (*exec.Env, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	f, err := Parse(file, text)
	if err != nil {
		return nil, err
	}
	world, err := newWorld(f, w.content, w.common.Now, w.common.Zone)
	if err != nil {
		return nil, err
	}
	return world.env()
}

// env returns a fresh world: what one test writes, another does not see.
func (w *world) env() (*exec.Env, error) {
	content, err := w.base.With(w.overlay, lookups.MemoryHome())
	if err != nil {
		return nil, err
	}
	mem := store.NewMemory()
	for _, b := range w.batches {
		if err := mem.Append(context.Background(), b); err != nil {
			return nil, err
		}
	}
	return &exec.Env{Store: mem, Macros: content.Macros, Lookups: content.Lookups, Knowledge: content.Knowledge, Models: content.Models, External: content.External,
		Now: w.now, Zone: w.zone, Range: store.AllTime, DefaultIndexes: w.indexes, Limits: plan.DefaultLimits(), Workers: 1, Seed: 1}, nil
}

// search returns the text of a step.
func (w *world) search(s *Step) (*lang.Source, error) {
	if s.Search != nil {
		return s.Search, nil
	}
	path := w.path(s.Detection)
	found, err := detections.Find(path)
	if err != nil {
		return nil, fmt.Errorf("detection: %w", err)
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("detection: %s holds %d searches, want one", path, len(found))
	}
	return found[0].Src, nil
}

func parseTime(text string, now time.Time, zone *time.Location) (time.Time, error) {
	m, err := timefmt.ParseModifier(text)
	if err != nil {
		return time.Time{}, err
	}
	return m.Apply(now, zone), nil
}

func setBounds(env *exec.Env, s *Step) error {
	for _, b := range []struct {
		text string
		dst  *int64
	}{{s.Earliest, &env.Range.Earliest}, {s.Latest, &env.Range.Latest}} {
		if b.text == "" {
			continue
		}
		t, err := parseTime(b.text, env.Now, env.Zone)
		if err != nil {
			return err
		}
		*b.dst = t.UnixMicro()
	}
	return nil
}

// csvRows reads an expected table; empty cells count as absent.
func csvRows(text string) ([]Row, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	all, err := r.ReadAll()
	if err != nil || len(all) == 0 {
		return nil, err
	}
	var out []Row
	for _, cells := range all[1:] {
		row := Row{}
		for i, c := range cells {
			if i < len(all[0]) && c != "" {
				row[all[0][i]] = []string{c}
			}
		}
		out = append(out, row)
	}
	return out, nil
}
