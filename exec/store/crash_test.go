package store_test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"spl/exec/column"
	"spl/exec/store"
	"spl/exec/store/storetest"
)

var crashes = flag.Int("crashes", 36, "how often TestCrash kills a writer")

// perBatch is how many events the crashing writer appends at once; event i is at second i.
const perBatch = 5

// TestCrashWriter is the process that TestCrash kills: it changes a store at random and says before
// (upper case) and after (lower case) each change what it does.
func TestCrashWriter(t *testing.T) {
	dir := os.Getenv("SPL_TEST_CRASH_DIR")
	if dir == "" {
		t.Skip("runs as part of TestCrash")
	}
	n, err := strconv.Atoi(os.Getenv("SPL_TEST_CRASH_FROM"))
	check(t, err)
	ctx, r := context.Background(), rand.New(rand.NewPCG(uint64(n), 7))
	st := open(t, dir, store.Options{SegmentRows: 40, BatchRows: 16})
	say := func(what string, n int) { os.Stdout.WriteString(fmt.Sprintf("%s %d\n", what, n)) }
	for ; ; n++ {
		switch r.IntN(12) {
		case 0:
			check(t, st.Flush(ctx))
		case 1:
			check(t, st.Compact(ctx))
		case 2:
			at := r.IntN(perBatch * (n + 1))
			say("D", at)
			check(t, st.Delete(ctx, "main", store.TimeRange{Earliest: int64(at) * 1e6, Latest: int64(at+3) * 1e6}))
			say("d", at)
		case 3:
			w, err := st.Bulk()
			check(t, err, w.Add(ctx, events(perBatch*n, perBatch*(n+1))))
			say("A", n)
			check(t, w.Commit(ctx))
			say("a", n)
			continue
		}
		say("A", n)
		check(t, st.Append(ctx, events(perBatch*n, perBatch*(n+1))))
		say("a", n)
	}
}

// history is what the killed writers said.
type history struct{ began, done, deleting, deleted map[int]bool }

func (h *history) run(t *testing.T, dir string, from int, life time.Duration) int {
	cmd := exec.Command(os.Args[0], "-test.run=^TestCrashWriter$")
	cmd.Env = append(os.Environ(), "SPL_TEST_CRASH_DIR="+dir, "SPL_TEST_CRASH_FROM="+strconv.Itoa(from))
	out, err := cmd.StdoutPipe()
	check(t, err, cmd.Start())
	in := bufio.NewScanner(out)
	started := false
	for in.Scan() {
		what, number, _ := strings.Cut(in.Text(), " ")
		n, err := strconv.Atoi(number)
		marks := map[string]map[int]bool{"A": h.began, "a": h.done, "D": h.deleting, "d": h.deleted}[what]
		if err != nil || marks == nil {
			t.Fatalf("the writer failed: %s", in.Text())
		}
		if !started {
			started = true
			time.AfterFunc(life, func() { _ = cmd.Process.Kill() })
		}
		marks[n] = true
		if what == "A" {
			from = n + 1
		}
	}
	_ = cmd.Wait() // it was killed
	return from
}

// verify compares the store with what was said.
func (h *history) verify(t *testing.T, st *store.Local) {
	t.Helper()
	got := map[int]int{}
	for _, line := range storetest.Scan(t, st, store.Scan{Indexes: []string{"main"}, Time: store.AllTime, Fields: column.Fields("f"), Ordered: true}) {
		n, err := strconv.Atoi(strings.TrimPrefix(line, "f="))
		check(t, err)
		got[n]++
	}
	gone := func(marks map[int]bool, n int) bool { return marks[n] || marks[n-1] || marks[n-2] }
	for b := range h.began {
		seen, maybe := 0, 0
		for i := b * perBatch; i < (b+1)*perBatch; i++ {
			switch {
			case got[i] > 1:
				t.Errorf("event %d is there %d times", i, got[i])
			case gone(h.deleting, i):
				maybe++
			case got[i] == 1:
				seen++
			}
		}
		if want := perBatch - maybe; seen != want && (h.done[b] || seen != 0) {
			t.Errorf("batch %d: %d of %d events", b, seen, want)
		}
		for i := range got {
			if !h.began[i/perBatch] {
				t.Errorf("event %d was never appended", i)
			}
		}
	}
	faults, err := st.Verify(context.Background())
	check(t, err)
	for _, f := range faults {
		t.Error(f)
	}
}

// TestCrash kills the writer at random moments: what it confirmed is there once, nothing is there by
// half, and the next writer cleans up.
func TestCrash(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	dir := filepath.Join(t.TempDir(), "store")
	h := &history{map[int]bool{}, map[int]bool{}, map[int]bool{}, map[int]bool{}}
	r := rand.New(rand.NewPCG(1, 2))
	next := 0
	for round := range *crashes {
		next = h.run(t, dir, next, time.Duration(r.IntN(40000))*time.Microsecond)
		st := open(t, dir, store.Options{ReadOnly: round%2 == 0})
		h.verify(t, st)
		if round%6 == 5 {
			check(t, st.Compact(context.Background()))
			h.verify(t, st)
		}
		check(t, st.Close())
		if t.Failed() {
			t.Fatalf("after kill %d", round+1)
		}
	}
	if len(h.done) < *crashes {
		t.Errorf("only %d appends were confirmed", len(h.done))
	}
	st := open(t, dir, store.Options{})
	check(t, st.Compact(context.Background()), st.Close()) // the first change cleans up
	if left := files(t, dir, ".tmp"); len(left) > 0 {
		t.Error(left)
	}
}
