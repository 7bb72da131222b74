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

// TestSpilledTables compares tables that are made in files with those made in memory.
func TestSpilledTables(t *testing.T) {
	searches := []string{
		"chart count by a",
		"chart count over a by col",
		"chart sum(whole) over a by col",
		"chart limit=3 sum(num) over a by col",
		"chart limit=3 max(num) min(num) range(num) over a by col",
		"chart limit=bottom2 usenull=f dc(id) over a by col",
		"chart limit=2 useother=f count by id col",
		"chart limit=4 otherstr=r nullstr=s sum(whole) over id by col",
		"chart limit=0 count over id by a",
		"chart limit=2 agg=max avg(whole) over id by col",
		"chart limit=2 agg=first list(num) over a by col",
		"chart limit=2 agg=last values(num) first(id) last(id) over a by col",
		"chart limit=2 agg=dc mode(id) over a by col",
		"chart limit=2 list(id) over a by col",
		"chart limit=1 first(whole) last(num) over id by col",
		"chart count over whole span=40 by col limit=3",
		"chart list(id) count over whole bins=5 by col limit=2",
		"chart limit=2 list(id) over a by whole bins=4",
		"chart limit=3 list(num) over whole bins=5 by id span=20",
		"chart first(id) by whole bins=3",
		"chart limit=2 agg=max count over whole bins=4 by col",
		"chart limit=3 agg=avg count over col by id bins=5",
		"chart eval(max(odd)*3) AS m eval(round(first(num)/7,3)) AS r by id",
		"chart cont=f count over whole span=7",
		"chart count over mv by col dedup_splitvals=t",
		"chart count by mv whole limit=5",
		"chart eval(sum(whole)/count) AS r eval(max(num)*2) AS m by a",
		"chart limit=2 eval(max(num)*3) AS m eval(a.\":\".sum(whole)) AS k over a by col",
		"chart max(num) perc90(whole) median(num) stdev(whole) var(whole) by a",
		"chart values(some_*) as v_* sum(some_*) dc(*) by a",
		"chart sum(*) max(w*) by id",
		"chart sum(some_*) by a",
		"chart sparkline(count,1h) sparkline(sum(whole)) by a",
		"chart latest(num) earliest(num) latest_time(num) max(_time) over a by col",
		"chart limit=2 max(_time) first(_time) over a by col",
		"chart count over a by col where max in top3",
		"chart count over a by col where sum > 20",
		"chart count over a by col where sum notin bottom2",
		"chart sep=/ count sum(whole) over a by col limit=2",
		"chart count over col by a | head 3",
		"chart count by nope",
		"sichart avg(whole) list(id) over a by col | chart avg(whole) list(id) over a by col",
		"timechart count",
		"timechart span=1h count by col",
		"timechart span=1h limit=2 sum(whole) avg(num) by col",
		"timechart bins=20 list(id) by col limit=3",
		"timechart span=10m cont=f per_hour(whole) by a limit=2",
		"timechart span=1d count per_minute(whole)",
		"timechart span=1h partial=f max(num) by a where sum in bottom2",
		"earliest=1768400500 latest=1768412000 | timechart partial=f span=30m count by a limit=3",
		"earliest=1768400500 latest=1768412000 | timechart fixedrange=f count by col",
		"earliest=1768400500 latest=1768400600 | timechart partial=f span=1h count by col",
		"sitimechart span=10m avg(whole) by a | timechart span=1h avg(whole) by a",
		"sitimechart span=10m list(id) by a | timechart list(id) by a limit=2",
		"timechart span=1h values(some_*) sum(some_*) max(whole)",
		"top id", "top limit=0 id", "top 3 num by a", "top limit=2 useother=t showperc=f whole by col",
		"rare id", "rare limit=0 id col by a", "rare limit=5 whole useother=t", "top mv a", "top nope",
		"stats sum(*) max(some_*) by id", "stats sum(some_*) by a", "stats sparkline(count) sparkline(max(whole),1h) by id",
		"stats values(*) list(num) by col id | where id<9", "sistats avg(whole) list(id) by a | stats avg(whole) list(id) by a",
		"sitop id | top id", "sirare limit=3 id by a | rare limit=3 id by a",
	}
	sameInLittleMemory(t, spillStore(t, 110, 7), searches, 1<<10, 1, 8)
}

// TestSpilledLargeTables lets tables grow for a while before they are spilled.
func TestSpilledLargeTables(t *testing.T) {
	sameInLittleMemory(t, spillStore(t, 3000, 100), []string{
		"chart limit=5 count list(num) over id by col",
		"chart limit=0 sum(num) over id by whole",
		"chart limit=3 agg=first first(whole) over id span=3 by num",
		"timechart limit=3 span=1m dc(whole) by col",
		"timechart values(num) count",
		"top 2 whole by id", "rare limit=0 id whole", "top limit=0 useother=t id by num",
		"sichart avg(whole) over id by col | chart avg(whole) over id by col",
	}, 64<<10, 1, 8)
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

// TestSpilledFilesAreRemoved stops searches at many points: cancelled, by head, by an error behind the table.
func TestSpilledFilesAreRemoved(t *testing.T) {
	st := spillStore(t, 600, 50)
	for _, search := range []string{"chart limit=2 count list(num) over id by col", "timechart bins=40 dc(id) by col limit=3",
		"stats values(num) by id whole", "top limit=0 id whole", "sort id"} {
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
