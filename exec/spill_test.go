package exec_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/exec"
	"spl/exec/column"
	"spl/exec/store"
	"spl/lang"
	"spl/lookups"
)

// spillStore holds n events in blocks: a has few values, id many; col has nulls, and names that those of pooled
// columns meet; num is spelled in several ways, or a word, odd only once; all sums are exact.
func spillStore(t *testing.T, n, block int) store.Store {
	t.Helper()
	st := store.NewMemoryBlocks(block)
	r := rand.New(rand.NewPCG(11, 12))
	cols := []string{"r", "s", "t", "OTHER", "NULL", "_x", "VALUE_x", "7", "7.0", "", "a", "10.0.0.1"}
	nums := []string{"%d", "%d", "%d", "%d.5", "%d.5", "%d.5", "%d.0", "0%d", "w%d"}
	names := []string{"a", "id", "col", "num", "whole", "odd", "mv", "some_x", "some_y"}
	for from := 0; from < n; from += 500 {
		b := column.NewBatch(min(500, n-from))
		texts := map[string]*column.TextBuilder{}
		for _, name := range names {
			texts[name] = column.NewTextBuilder()
		}
		times := &column.Time{}
		for i := range b.N {
			at := from + i
			times.V = append(times.V, 1768400000e6+int64(at)*37e6+int64(r.IntN(60))*1e6)
			texts["a"].Append(fmt.Sprint("a", r.IntN(9)))
			texts["id"].Append(fmt.Sprint(r.IntN(n / 4)))
			if c := cols[r.IntN(len(cols))]; c == "" || at < n/3 && c == "s" {
				texts["col"].AppendNull()
			} else {
				texts["col"].Append(c)
			}
			texts["num"].Append(fmt.Sprintf(nums[r.IntN(len(nums))], r.IntN(50)))
			texts["whole"].Append(fmt.Sprint(r.IntN(400)))
			if at == n/2 {
				texts["odd"].Append("0100")
			} else {
				texts["odd"].Append(fmt.Sprintf("%d.5", r.IntN(50)))
			}
			texts["mv"].AppendList([]string{fmt.Sprint("m", r.IntN(3)), fmt.Sprint("m", r.IntN(3))}[:1+r.IntN(2)])
			for _, name := range []string{"some_x", "some_y"} {
				if at < n/2 || name == "some_y" && r.IntN(2) == 0 {
					texts[name].AppendNull()
				} else {
					texts[name].Append(fmt.Sprint("v", r.IntN(5)))
				}
			}
		}
		b.Set("_time", times)
		b.Set("index", column.ConstText("main", b.N))
		for _, name := range []string{"sourcetype", "source", "host"} {
			b.Set(name, column.ConstText("one", b.N))
		}
		for _, name := range names {
			b.Set(name, texts[name].Build())
		}
		if err := st.Append(context.Background(), b); err != nil {
			t.Fatal(err)
		}
	}
	return st
}

// ran runs a search and renders its columns, rows and messages.
func ran(t *testing.T, env *exec.Env, search string) ([]string, error) {
	t.Helper()
	q, ds := exec.New().Prepare(context.Background(), lang.NewSource("<test>", search), env)
	if err := ds.Err(); err != nil {
		t.Fatalf("%s: %v", search, err)
	}
	var out []string
	for b, err := range q.Run(context.Background()) {
		if err != nil {
			return nil, err
		}
		if head := fmt.Sprintf("%q", b.Names); len(out) == 0 {
			out = append(out, head)
		} else if head != out[0] {
			out = append(out, "columns are "+head)
		}
		for i := range b.N {
			row := make([]string, len(b.Cols))
			for c, v := range b.Cols {
				row[c] = fmt.Sprintf("%q", v.At(i).List())
			}
			out = append(out, strings.Join(row, " "))
		}
	}
	rep := q.Report()
	for _, m := range rep.Messages {
		out = append(out, m.Text)
	}
	if rep.Peak > env.Limits.Memory {
		t.Errorf("%s: %d bytes were held at once", search, rep.Peak)
	}
	return out, nil
}

// TestSpilledTables compares results that are made in files with those made in memory.
func TestSpilledTables(t *testing.T) {
	searches := []string{
		"stats sum(*) max(some_*) by id", "stats sum(some_*) by a", "stats sparkline(count) sparkline(max(whole),1h) by id",
		"stats values(*) list(num) by col id | where id<9", "sistats avg(whole) list(id) by a | stats avg(whole) list(id) by a",
	}
	sameInLittleMemory(t, spillStore(t, 110, 7), searches, 1<<10, 1, 8)
}

// sameInLittleMemory compares searches within so many bytes with themselves.
func sameInLittleMemory(t *testing.T, st store.Store, searches []string, memory int64, workers ...int) {
	t.Helper()
	for _, search := range searches {
		env := emptyEnv(t, lookups.NewContent())
		env.Store = st
		text := "search index=main " + search
		if !strings.HasPrefix(search, "earliest") {
			text = "search index=main | " + search
		}
		want, err := ran(t, env, text)
		if err != nil {
			t.Fatalf("%s: %v", search, err)
		}
		env.Limits.Memory = memory
		for _, env.Workers = range workers {
			got, err := ran(t, env, text)
			if err != nil {
				t.Errorf("%s: %v", search, err)
			} else if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, %d workers: -want +got\n%s", search, env.Workers, diff)
			}
		}
		if left := openFiles(t, env.TempDir); len(left) > 0 {
			t.Errorf("%s: files are left: %v", search, left)
		}
	}
}

// openFiles returns the files of a folder, and those without a name that the process has open there.
func openFiles(t *testing.T, dir string) (out []string) {
	t.Helper()
	named, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range named {
		out = append(out, f.Name())
	}
	fds, err := filepath.Glob("/proc/self/fd/*") // none where there is no such folder
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range fds {
		if name, err := os.Readlink(fd); err == nil && strings.HasPrefix(name, dir) {
			out = append(out, name)
		}
	}
	return out
}

// impatient is a context that is cancelled when it was asked so many times.
type impatient struct {
	context.Context
	left atomic.Int64
}

func (c *impatient) Err() error {
	if c.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// TestSpilledFilesAreRemoved stops searches at many points: cancelled, by head, by an error behind.
func TestSpilledFilesAreRemoved(t *testing.T) {
	st := spillStore(t, 600, 50)
	for _, search := range []string{"stats values(num) by id whole", "top limit=0 id whole", "sort id"} {
		env := emptyEnv(t, lookups.NewContent())
		env.Store, env.Limits.Memory = st, 40<<10
		run := func(ctx context.Context, text string) (rows int, err error) {
			q, ds := exec.New().Prepare(context.Background(), lang.NewSource("<test>", "search index=main | "+text), env)
			if err := ds.Err(); err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			for b, err := range q.Run(ctx) {
				if err != nil {
					return rows, err
				}
				rows += b.N
			}
			return rows, nil
		}
		cancelled := 0
		for n := int64(0); ; n += 1 + n/3 {
			env.Workers = 1 + int(n%2)*3
			ctx := &impatient{Context: context.Background()}
			ctx.left.Store(n)
			_, err := run(ctx, search)
			if left := openFiles(t, env.TempDir); len(left) > 0 {
				t.Fatalf("%s, cancelled after %d looks: files are left: %v", search, n, left)
			}
			if err == nil {
				break
			}
			if cancelled++; !errors.Is(err, context.Canceled) {
				t.Fatalf("%s: %v", search, err)
			}
		}
		if cancelled < 5 {
			t.Errorf("%s is done after %d looks", search, cancelled)
		}
		if rows, err := run(context.Background(), search+" | head 1"); rows != 1 || err != nil {
			t.Errorf("%s: head gives %d rows, %v", search, rows, err)
		}
		if _, err := run(context.Background(), search+" | search nope=1 | require"); err == nil {
			t.Errorf("%s: no error behind it", search)
		}
		if left := openFiles(t, env.TempDir); len(left) > 0 {
			t.Errorf("%s: files are left: %v", search, left)
		}
	}
}
