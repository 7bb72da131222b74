package commands

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"spl/exec/column"
	"spl/exec/knowledge"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/exec/store"
	"spl/exec/value"
	"spl/lang"
	"spl/lookups"
)

// world runs searches over batches, without an index.
type world struct {
	t       testing.TB
	parser  *lang.Parser
	env     *plan.Env
	rt      *plan.Runtime
	content *lookups.Content
	typed   bool // columns of numbers come as numbers, those of one value as constants; rows that do not count stand between
}

func newWorld(t testing.TB) *world {
	content := lookups.NewContent()
	lib := lookups.New(lookups.MemoryHome(), content)
	w := &world{t: t, parser: lang.NewParser(Grammars()...), content: content}
	know, err := knowledge.New(knowledge.Config{})
	if err != nil {
		t.Fatal(err)
	}
	w.env = &plan.Env{Store: store.NewMemory(), Knowledge: know, Range: store.AllTime, Lookups: lib, Now: time.Unix(1768478400, 0).UTC(), Zone: time.UTC, Limits: plan.DefaultLimits(), Workers: 1}
	w.rt = &plan.Runtime{Env: w.env, Mem: plan.NewBudget(1 << 30), Workers: 1, Stats: &plan.Stats{}}
	w.rt.Run = func(ctx context.Context, p plan.Pipeline, in column.Stream) (column.Stream, error) {
		return op.Run(ctx, w.rt, p, in)
	}
	w.rt.Search = func(ctx context.Context, src *lang.Source) (column.Stream, error) {
		p, err := w.plan(src, false)
		if err != nil {
			return nil, err
		}
		return op.Run(ctx, w.rt, p, nil)
	}
	return w
}

// plan parses and plans a pipeline; fed says that rows come from outside.
func (w *world) plan(src *lang.Source, fed bool) (plan.Pipeline, error) {
	q, ds := w.parser.Parse(lang.Implied(src))
	if err := ds.Err(); err != nil {
		return nil, err
	}
	return w.stages(q, fed)
}

func (w *world) stages(q *lang.Query, fed bool) (plan.Pipeline, error) {
	var p plan.Pipeline
	for i, st := range q.Stages {
		cmd, ok := Lookup(st.Name)
		if !ok {
			return nil, fmt.Errorf("no command %s", st.Name)
		}
		b := &plan.Builder{Ctx: context.Background(), Env: w.env, Parser: w.parser, Stage: st, First: i == 0 && !fed,
			Terms: func(t lang.Term) (lang.Term, error) { return t, nil },
			Warn:  func(_ lang.Span, format string, args ...any) { w.rt.Warn(format, args...) }}
		b.Sub = func(sub *lang.Subsearch) (plan.Pipeline, error) {
			return w.stages(sub.Query, st.Grammar.Sub == lang.SubPipeline || st.Grammar.Sub == lang.SubTemplate)
		}
		n, err := cmd.Plan(b, st)
		if err != nil {
			return nil, err
		}
		p = append(p, op.Unchained(n)...)
	}
	return p, nil
}

// run runs a pipeline on the rows of a CSV text, cut into batches of size rows, and returns CSV.
func (w *world) run(search, in string, size int) (string, error) {
	search = strings.TrimPrefix(strings.TrimSpace(search), "|")
	p, err := w.plan(lang.NewSource("<test>", "| "+search), in != "")
	if err != nil {
		return "", err
	}
	var input column.Stream
	if in != "" {
		bs := cut(w.t, in, size, w.typed)
		for i, b := range bs {
			if w.typed {
				bs[i] = masked(b)
			}
		}
		input = column.Batches(bs...)
	}
	out, err := w.rows(p, input)
	if err != nil || out == nil {
		return "", err
	}
	for _, n := range slices.Clone(out.Names) {
		if column.Internal(n) && !strings.Contains(in+search, n) {
			out.Drop(n)
		}
	}
	return asCSV(w.t, out), nil
}

// rows runs a pipeline on a stream of rows; nil if there is no batch of any.
func (w *world) rows(p plan.Pipeline, in column.Stream) (*column.Batch, error) {
	s, err := op.Run(context.Background(), w.rt, p, in)
	if err != nil {
		return nil, err
	}
	bs, err := column.Drain(context.Background(), s)
	if err != nil || len(bs) == 0 {
		return nil, err
	}
	return column.Join(bs...), nil
}

// cut reads CSV into batches.
func cut(t testing.TB, text string, size int, typed bool) []*column.Batch {
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []*column.Batch
	for rows := range slices.Chunk(records[1:], size) {
		b := column.NewBatch(len(rows))
		b.Ordered = true
		for i, name := range records[0] {
			col := column.NewTextBuilder()
			for _, r := range rows {
				if r[i] == "" {
					col.AppendNull()
				} else {
					col.AppendList(strings.Split(r[i], "|"))
				}
			}
			v := col.Build()
			if typed {
				v = typedColumn(v)
			}
			b.Set(name, v)
		}
		out = append(out, b)
	}
	return out
}

// masked returns the rows with repeats in between that are not selected.
func masked(b *column.Batch) *column.Batch {
	var rows []uint32
	for i := range b.N {
		rows = append(rows, uint32(b.N-1-i), uint32(i))
	}
	out := b.Pick(rows)
	out.Sel = column.NewBitmap(out.N)
	for i := range b.N {
		out.Sel.Set(2*i + 1)
	}
	return out
}

// typedColumn returns a column of numbers as stats would leave it, and one of a single value as a constant.
func typedColumn(v column.Vec) column.Vec {
	values := make([]value.Value, v.Len())
	same, numbers := true, true
	for i := range values {
		values[i] = v.At(i)
		same = same && values[i].Equal(values[0])
		if f, p, ok := values[i].Number(); ok && value.FormatNumber(f, p) == values[i].Text() {
			values[i] = value.OfNumber(f, p)
		} else {
			numbers = numbers && values[i].IsNull()
		}
	}
	switch {
	case same:
		return &column.Const{V: v.At(0), N: v.Len()}
	case numbers:
		return column.FromValues(values)
	}
	return v
}

// asCSV writes rows; the values of a multivalue are joined by |.
func asCSV(t testing.TB, b *column.Batch) string {
	var text strings.Builder
	w := csv.NewWriter(&text)
	names := b.Names
	if !b.Ordered {
		names = slices.Sorted(slices.Values(names))
	}
	names = slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == "_tc" || strings.HasPrefix(n, "_span") })
	rows := [][]string{names}
	for i := range b.N {
		var r []string
		for _, n := range names {
			r = append(r, strings.Join(b.Col(n).At(i).List(), "|"))
		}
		rows = append(rows, r)
	}
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(text.String(), "\n")
}

// check runs one case at several batch sizes, in memory and from the disk.
func check(t *testing.T, search, in, want string) {
	t.Helper()
	for _, way := range []struct {
		size          int
		typed, spills bool
	}{{1, false, false}, {2, false, false}, {1000, false, false}, {2, true, false}, {1000, true, false}, {1, false, true}, {2, true, true}} {
		w := newWorld(t)
		w.typed = way.typed
		if way.spills {
			w.limit(1<<30, 1)
		}
		got, err := w.run(search, in, way.size)
		if err != nil {
			t.Errorf("%s: %v", search, err)
			return
		}
		if diff := cmp.Diff(strings.TrimSuffix(want, "\n"), got); diff != "" {
			t.Errorf("%s (batches of %d, spilling: %t): -want +got\n%s", search, way.size, way.spills, diff)
			return
		}
		w.checkTidy(search)
	}
}

// spillFolder is where worlds spill; each search leaves it empty.
var spillFolder string

func TestMain(m *testing.M) {
	var err error
	if spillFolder, err = os.MkdirTemp("", "spl-commands-*"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(spillFolder)
	os.Exit(code)
}

// limit gives the search so many bytes of memory and makes rows go to the disk from so many on (0: at the
// limit).
func (w *world) limit(memory, spillAt int64) {
	w.env.TempDir, w.env.Limits.Memory, w.env.Limits.SpillAt = spillFolder, memory, spillAt
	w.rt.Mem = w.env.Budget()
}

// checkTidy checks that a search that was closed holds nothing any more.
func (w *world) checkTidy(search string) {
	w.t.Helper()
	if used := w.rt.Mem.Used(); used != 0 {
		w.t.Errorf("%s: %d bytes are still reserved", search, used)
	}
	if w.env.TempDir == "" {
		return
	}
	if left, err := os.ReadDir(w.env.TempDir); err != nil || len(left) > 0 {
		w.t.Errorf("%s: left %v, %v", search, left, err)
	}
	open, err := os.ReadDir("/proc/self/fd") // where files lose their names while they are open
	if err != nil {
		return
	}
	for _, f := range open {
		if name, err := os.Readlink("/proc/self/fd/" + f.Name()); err == nil && strings.HasPrefix(name, w.env.TempDir) {
			w.t.Errorf("%s: %s is still open", search, name)
		}
	}
}

// checkError runs one case that must fail with a text.
func checkError(t *testing.T, search, in, want string) {
	t.Helper()
	_, err := newWorld(t).run(search, in, 10)
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%s: error %v, want %q", search, err, want)
	}
}

func TestRunExamples(t *testing.T) {
	for _, c := range All {
		for _, x := range c.Examples {
			check(t, x.Search, x.In, x.Out)
		}
	}
}
