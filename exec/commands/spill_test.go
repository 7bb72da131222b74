package commands

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
)

// joined are the rows that spilling commands join.
const joined = `[makeresults count=300 | streamstats count as r | eval n=r%50, w=if(r%3=0, "a", "b"), num=r, list=split("p,q,".r, ","), _time=_time-r | fields _time w n num r list]`

// spilling are commands that keep rows; T is replaced by the name of a table.
var spilling = []string{
	"reverse", "tail 37", "table num late", "mvexpand never", "mvexpand list",
	"fillnull", "convert auto(*)", "bin num", "bin num as b", "foreach n* l* [eval <<FIELD>>_x='<<FIELD>>'.\"y\"]",
	"outlier", "outlier action=rm param=0.1 uselower=t num n", "concurrency duration=n start=num", "makecontinuous n span=3", "makecontinuous num bins=20",
	"append [makeresults count=3 | eval w=\"new\", late=1]", "appendcols [makeresults count=900 | eval w=\"new\", more=1]",
	"appendcols override=t [makeresults count=30 | eval w=\"new\", more=1]", "appendpipe [stats count, sum(n) by w]",
	"union [makeresults count=3 | eval w=\"new\"]", "mvcombine n", "makemv delim=\",\" csv | sort 0 w | nomv csv",
	"format maxresults=50", "return 40 w num", "map maxsearches=3 search=\"| makeresults | eval w=\\\"$w$\\\"\"",
	"transpose 20", "transpose 0 header_field=id", "xyseries num w n id", "contingency num w", "fieldsummary", "fieldsummary maxvals=3 n*",
	"eventstats sum(n) values(num) by w", "stats count sum(n) values(num) first(id) by w list", "sort 0 -num w", "sort 50 n",
	"outputlookup T.csv", "outputlookup append=t T.csv", "outputlookup output_format=splunk_mv_csv T.csv", "outputlookup max=7 T.csv", "outputcsv T",
	"collect index=T", "collect index=T output_format=hec",
	"transaction w maxevents=5", "transaction w num maxspan=20s keepevicted=t keeporphans=t mvlist=list",
	"transaction startswith=(n>40) endswith=(n<5) keeporphans=t mvraw=t", "transaction w list maxpause=3s connected=f mvlist=t",
	"join w num " + joined, "join type=outer max=2 n overwrite=f " + joined, "join type=left max=0 n usetime=t earlier=f " + joined, "join max=0 " + strings.Replace(joined, "fields _time w n num r list", "table n w r", 1),
	"join left=L right=R where L.n=R.n L.id=R.r " + joined, "selfjoin w", "selfjoin max=0 overwrite=f num list", "selfjoin keepsingle=t id",
	"dedup id", "dedup 2 w num keepempty=t", "dedup num list keepevents=t", "dedup w consecutive=t", "dedup w sortby -n, +_time",
}

// randomRows are batches whose columns differ, newest first.
func randomRows(seed uint64, n int) []*column.Batch {
	rng := rand.New(rand.NewPCG(seed, 11))
	now := int64(1768478400_000000)
	var out []*column.Batch
	for id := 0; id < n; {
		b := column.NewBatch(min(n-id, 1+rng.IntN(90)))
		times, ids := &column.Time{}, &column.Int{}
		raw, w, num, list, csv, late := column.NewTextBuilder(), column.NewTextBuilder(), column.NewTextBuilder(), column.NewTextBuilder(), column.NewTextBuilder(), column.NewTextBuilder()
		small := &column.Int{Nulls: column.NewBitmap(b.N)}
		for i := range b.N {
			now -= rng.Int64N(2_000_000)
			times.V, ids.V = append(times.V, now), append(ids.V, int64(id))
			small.V = append(small.V, rng.Int64N(50))
			if rng.IntN(9) == 0 {
				small.Nulls.Set(i)
			}
			raw.Append(fmt.Sprintf("event %d of\n%d lines", id, rng.IntN(5)))
			w.Append(string(rune('a' + rng.IntN(6))))
			csv.Append(fmt.Sprintf("%d,x,%d", rng.IntN(9), id))
			switch rng.IntN(5) {
			case 0:
				num.AppendNull()
				list.AppendNull()
			case 1:
				num.Append("1,0" + fmt.Sprint(rng.IntN(90)))
				list.AppendList([]string{"p", fmt.Sprint(rng.IntN(4))})
			default:
				num.Append(fmt.Sprint(rng.IntN(400)))
				list.Append(fmt.Sprint(rng.IntN(4)))
			}
			if rng.IntN(4) == 0 {
				late.Append("l")
			} else {
				late.AppendNull()
			}
			id++
		}
		b.Set("_time", times)
		b.Set("_raw", raw.Build())
		b.Set("w", w.Build())
		b.Set("n", small)
		if len(out) != 1 {
			b.Set("num", num.Build())
		}
		if len(out)%3 != 2 {
			b.Set("list", list.Build())
		}
		b.Set("csv", csv.Build())
		if len(out) > 2 {
			b.Set("late", late.Build())
		}
		b.Set("id", ids)
		b.Set("nothing", column.Nulls(b.N))
		out = append(out, b)
	}
	return out
}

// seen is what a search shows, and what it writes.
func (w *world) seen(search string, in []*column.Batch) (string, error) {
	search = strings.ReplaceAll(search, "T", "written")
	p, err := w.plan(lang.NewSource("<test>", "| "+search), true)
	if err != nil {
		return "", err
	}
	b, err := w.rows(p, column.Batches(in...))
	if err != nil {
		return "", err
	}
	out := fmt.Sprint(w.rt.Messages()) + "\n"
	if b != nil {
		out += asCSV(w.t, b)
	}
	for _, after := range []string{"inputlookup written.csv", "search index=written | reverse | fields - _indextime"} {
		if !strings.Contains(search, "written") || strings.HasPrefix(search, "collect") != strings.HasPrefix(after, "search") {
			continue
		}
		q, err := w.plan(lang.NewSource("<test>", "| "+after), false)
		if err != nil {
			return "", err
		}
		if b, err = w.rows(q, nil); err != nil {
			return "", err
		}
		out += "\n" + asCSV(w.t, b)
	}
	return out, nil
}

// TestSpilling: commands show and write the same whatever memory they have, and leave nothing behind.
func TestSpilling(t *testing.T) {
	for seed := range uint64(2) {
		in := randomRows(seed, 250)
		for _, search := range spilling {
			want, err := newWorld(t).seen(search, in)
			if err != nil {
				t.Errorf("%s: %v", search, err)
				continue
			}
			if strings.Count(want, "\n") < 2 {
				t.Errorf("%s: shows too little: %s", search, want)
			}
			for _, spillAt := range []int64{1, 8 << 10} {
				w := newWorld(t)
				w.limit(1<<30, spillAt)
				got, err := w.seen(search, in)
				if err != nil {
					t.Errorf("%s: %v", search, err)
					continue
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("seed %d: %s from %d bytes on: -memory +disk\n%s", seed, search, spillAt, diff)
				}
				w.checkTidy(search)
			}
		}
	}
}

// TestSpillingWithinMemory: commands that can hold next to nothing get by with little memory.
func TestSpillingWithinMemory(t *testing.T) {
	in := randomRows(3, 3500)
	w := newWorld(t)
	w.limit(192<<10, 0)
	w.env.TempDir = ""
	var full *plan.MemoryError
	if _, err := w.seen("reverse", in); !errors.As(err, &full) {
		t.Fatalf("without a folder to spill to: error %v", err)
	}
	for _, search := range []string{
		"reverse", "tail 3000", "fillnull", "convert auto(*)", "bin num", "foreach l* [eval <<FIELD>>=1]", "table num late",
		"append [makeresults count=6000]", "appendcols [makeresults count=6000]", "appendpipe [eval n=1]", "union [makeresults count=6000]",
		"outputlookup T.csv", "outputcsv T", "collect index=T", "mvexpand never", "transaction w maxevents=400", "outlier n", "concurrency duration=n start=num",
		"dedup id", "dedup 2 num csv keepempty=t", "dedup csv keepevents=t | makemv delim=\",\" csv | nomv csv", "dedup id list sortby -n, +_time",
		"join id [makeresults count=9000 | streamstats count as id | eval csv=id.\",x\" | fields id csv]", "selfjoin csv keepsingle=t",
		"dedup csv | head 5500 | tail 3", "dedup csv | table csv list late | sort 0 csv",
	} {
		want, err := newWorld(t).seen(search, in)
		if err != nil {
			t.Fatal(err)
		}
		w := newWorld(t)
		w.limit(192<<10, 0)
		got, err := w.seen(search, in)
		if err != nil {
			t.Errorf("%s: %v", search, err)
			continue
		}
		if got != want {
			t.Errorf("%s: the rows differ: %s", search, cmp.Diff(want, got))
		}
		w.checkTidy(search)
	}
}

// open starts a search with all rows going to the disk.
func (w *world) open(search string, in column.Stream) column.Stream {
	w.t.Helper()
	w.limit(1<<30, 1)
	p, err := w.plan(lang.NewSource("<test>", "| "+strings.ReplaceAll(search, "T", "written")), true)
	if err != nil {
		w.t.Fatal(err)
	}
	s, err := op.Run(context.Background(), w.rt, p, in)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// TestSpillingStops: a search that is not read to its end, that is cancelled or that fails leaves nothing
// behind.
func TestSpillingStops(t *testing.T) {
	in := randomRows(4, 150)
	breaks := errors.New("the input breaks off")
	broken := func() column.Stream {
		left := in
		return column.StreamFunc(func(context.Context) (*column.Batch, error) {
			if left = left[1:]; len(left) == 0 {
				return nil, breaks
			}
			return left[0], nil
		}, nil)
	}
	for _, search := range spilling {
		for read := range 3 {
			w := newWorld(t)
			s := w.open(search, column.Batches(in...))
			ctx, cancel := context.WithCancel(context.Background())
			var err error
			for k := 0; k < read && err == nil; k++ {
				_, err = s.Next(ctx)
				cancel() // the second read finds the search cancelled
			}
			cancel()
			if err != nil && err != io.EOF && !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", search, err)
			}
			if err := s.Close(); err != nil {
				t.Errorf("%s: %v", search, err)
			}
			w.checkTidy(search)
		}
		w := newWorld(t)
		err := op.Each(context.Background(), w.open(search, broken()), func(*column.Batch) error { return nil })
		if !errors.Is(err, breaks) {
			t.Errorf("%s: error %v", search, err)
		}
		w.checkTidy(search)
	}
}
