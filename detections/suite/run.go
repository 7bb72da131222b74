package suite

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"sync"
	"time"

	"spl/exec"
	"spl/exec/column"
	"spl/lang"
	"spl/lookups"
)

// Runner runs test files. The zero Limits are Splunk's defaults.
type Runner struct {
	Engine   *exec.Engine
	Content  []string       // content folders below each file's own
	Only     *regexp.Regexp // run tests whose "file › name" matches; nil: all
	Parallel int            // tests side by side; 0: one
	Update   bool           // rewrite expected rows of failed tests
	Now      time.Time      // now() of files that do not set it
	Zone     *time.Location // the time zone of files that do not set it; nil: UTC
	Attacks  string         // folder with a copy of the data sets that detections name
	// Adapt changes the Env of every search: other block sizes, workers, limits, another store.
	Adapt func(env *exec.Env)
}

// RunFiles runs the tests of all files and yields the results in their order.
func (r *Runner) RunFiles(ctx context.Context, paths []string) iter.Seq[Result] {
	return func(yield func(Result) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		slots := make(chan struct{}, max(r.Parallel, 1))
		results := make([]chan []Result, len(paths))
		var wg sync.WaitGroup
		defer wg.Wait()
		for i := range paths {
			results[i] = make(chan []Result, 1)
		}
		wg.Go(func() {
			for i, p := range paths {
				select {
				case slots <- struct{}{}:
				case <-ctx.Done():
					close(results[i])
					continue
				}
				wg.Go(func() {
					defer func() { <-slots }()
					results[i] <- r.runFile(ctx, p)
				})
			}
		})
		for i := range paths {
			for _, res := range <-results[i] {
				if !yield(res) {
					cancel()
					return
				}
			}
		}
	}
}

// runFile reads and runs one file; a file that cannot be read is one result.
func (r *Runner) runFile(ctx context.Context, path string) []Result {
	text, err := os.ReadFile(path)
	if err != nil {
		return []Result{{File: path, Status: Errored, Detail: err.Error()}}
	}
	files := []*File{nil}
	if isTestFile(path) {
		files[0], err = Parse(path, text)
	} else {
		files, err = ParseDetection(path, text, r.Attacks)
	}
	if err != nil {
		return []Result{{File: path, Name: "(file)", Status: Errored, Detail: err.Error()}}
	}
	var out []Result
	for _, f := range files {
		out = append(out, r.Run(ctx, f)...)
	}
	return out
}

// Run runs the tests of a file, each in a world of its own.
func (r *Runner) Run(ctx context.Context, f *File) []Result {
	if len(f.Tests) == 1 && f.Tests[0].Skip != "" { // its data may be missing, too
		t := f.Tests[0]
		return []Result{{File: f.Path, Name: t.Name, Line: t.Line, Status: Skipped, Detail: t.Skip}}
	}
	w, err := newWorld(f, r.Content, r.Now, r.Zone)
	if err == nil {
		err = w.events()
	}
	if err != nil {
		return []Result{{File: f.Path, Name: "(file)", Status: Errored, Detail: err.Error()}}
	}
	var out []Result
	var updates []update
	for _, t := range f.Tests {
		if ctx.Err() != nil {
			break
		}
		if r.Only != nil && !r.Only.MatchString(f.Path+" › "+t.Name) {
			continue
		}
		start := time.Now()
		res := Result{File: f.Path, Name: t.Name, Line: t.Line}
		var ups []update
		res.Status, res.Detail, ups = r.test(ctx, w, t)
		res.Took = time.Since(start)
		updates = append(updates, ups...)
		out = append(out, res)
	}
	if r.Update && len(updates) > 0 {
		if err := rewrite(f, updates); err != nil {
			out = append(out, Result{File: f.Path, Name: "(update)", Status: Errored, Detail: err.Error()})
		}
	}
	return out
}

// test runs one test. A panic fails this test only.
func (r *Runner) test(ctx context.Context, w *world, t *Test) (status Status, detail string, ups []update) {
	defer func() {
		if p := recover(); p != nil {
			status, detail = Errored, fmt.Sprintf("internal error: %v\n%s", p, debug.Stack())
		}
	}()
	env, err := w.env()
	if err != nil {
		return Errored, err.Error(), nil
	}
	if r.Adapt != nil {
		r.Adapt(env)
	}
	var messages []string
	for i := range t.Steps {
		s := &t.Steps[i]
		got, msgs, err := r.step(ctx, w, env, s)
		messages = append(messages, msgs...)
		status, detail := judge(got, err, s.Expect)
		if status != Passed {
			if len(t.Steps) > 1 {
				detail = fmt.Sprintf("step %d: %s", i+1, detail)
			}
			if err == nil && s.Expect.HasRows {
				ups = append(ups, update{s.Expect, got})
			}
			return status, detail, ups
		}
	}
	if d := checkLookups(env.Lookups, t.LookupsAfter); d != "" {
		return Failed, d, nil
	}
	if d := checkMessages(messages, t.Messages); d != "" {
		return Failed, d, nil
	}
	return Passed, "", nil
}

// judge compares what a step gave with what it must give.
func judge(got Got, err error, want Expect) (Status, string) {
	switch {
	case want.Error != "" && err == nil:
		return Failed, fmt.Sprintf("the search ran (%d rows), want an error that matches %q\n%s", len(got.Rows), want.Error, listRows(got.Rows, "+ "))
	case want.Error != "":
		re, rerr := regexp.Compile(want.Error)
		if rerr != nil {
			return Errored, fmt.Sprintf("expect.error: %v", rerr)
		}
		if !re.MatchString(errorText(err)) {
			return Failed, fmt.Sprintf("error does not match %q:\n%s", want.Error, errorText(err))
		}
		return Passed, ""
	case err != nil:
		return Errored, errorText(err)
	case !want.Set:
		return Passed, ""
	}
	if d := compare(got, want); d != "" {
		return Failed, d
	}
	return Passed, ""
}

// step runs one search in the test's world.
func (r *Runner) step(ctx context.Context, w *world, env *exec.Env, s *Step) (Got, []string, error) {
	at := *env
	if s.Now != "" {
		now, err := parseTime(s.Now, env.Now, env.Zone)
		if err != nil {
			return Got{}, nil, err
		}
		at.Now = now
	}
	if err := setBounds(&at, s); err != nil {
		return Got{}, nil, err
	}
	src, err := w.search(s)
	if err != nil {
		return Got{}, nil, err
	}
	q, ds := r.Engine.Prepare(ctx, src, &at)
	if err := ds.Err(); err != nil {
		return Got{}, nil, err
	}
	rows, err := q.Collect(ctx)
	var msgs []string
	for _, m := range q.Report().Messages {
		msgs = append(msgs, m.Text)
	}
	if err != nil {
		return Got{}, msgs, err
	}
	return GotOf(rows, at.Zone), msgs, nil
}

// errorText joins the messages of all errors.
func errorText(err error) string {
	var ds lang.Diagnostics
	if !errors.As(err, &ds) {
		return err.Error()
	}
	out := ""
	for _, d := range ds {
		if d.Severity != lang.Error {
			continue
		}
		if out != "" {
			out += "\n"
		}
		out += d.Msg
		if d.Src != nil {
			loc := d.Src.Locate(d.Span.Start)
			out += fmt.Sprintf(" (%s:%d:%d)", filepath.Base(loc.Name), loc.Line, loc.Col)
		}
		if d.Hint != "" {
			out += "; " + d.Hint
		}
	}
	return out
}

// checkLookups compares tables with what they must hold after the test, as multisets of rows.
func checkLookups(lib *lookups.Library, want []Lookup) string {
	for _, l := range want {
		rows, err := csvRows(l.CSV)
		if err != nil {
			return fmt.Sprintf("lookups_after %s: %v", l.Name, err)
		}
		lk, err := lib.Open(l.Name)
		if missing := (*lookups.MissingError)(nil); errors.As(err, &missing) && len(rows) == 0 {
			continue // a table that was removed holds no rows
		}
		if err != nil {
			return fmt.Sprintf("lookup %s: %v", l.Name, err)
		}
		if d := compareRows(tableRows(lk.Table.Batches()), rows, true); d != "" {
			return fmt.Sprintf("lookup %s: %s", l.Name, d)
		}
	}
	return ""
}

// tableRows are a table's rows; the keys of a collection are not compared.
func tableRows(bs []*column.Batch) []Row {
	var out []Row
	for _, b := range bs {
		for i := range b.N {
			row := Row{}
			for j, n := range b.Names {
				cells := b.Cols[j].At(i).List()
				if n != "_key" && len(cells) > 0 && !(len(cells) == 1 && cells[0] == "") {
					row[n] = cells
				}
			}
			out = append(out, row)
		}
	}
	return out
}

func checkMessages(got, want []string) string {
next:
	for _, w := range want {
		re, err := regexp.Compile(w)
		if err != nil {
			return fmt.Sprintf("messages: %v", err)
		}
		for _, g := range got {
			if re.MatchString(g) {
				continue next
			}
		}
		return fmt.Sprintf("no message matches %q: got %q", w, got)
	}
	return ""
}
