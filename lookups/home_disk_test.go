package lookups

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestDiskHome(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "lookups")
	c := NewContent()
	c.AddText("t.csv", "a\nshipped\n")
	l := New(DiskHome(dir), c)
	other := New(DiskHome(dir), c)
	ctx := context.Background()
	if d := cmp.Diff([]string{"a", "shipped"}, contents(t, other, "t.csv")); d != "" {
		t.Error(d)
	}
	for i := range 3 {
		if _, err := l.Write(ctx, "t.csv", RowsOf(rowsOf("a", fmt.Sprint(i))), Mode{}); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff([]string{"a", fmt.Sprint(i)}, contents(t, other, "t.csv")); d != "" {
			t.Error(d)
		}
	}
	if first, again := open(t, other, "t.csv"), open(t, other, "t.csv"); first.Table != again.Table {
		t.Error("an unchanged table is read again")
	}
	if _, err := l.Write(ctx, "t.csv", RowsOf(rowsOf("a")), Mode{OverrideIfEmpty: true}); err != nil {
		t.Fatal(err)
	}
	if got := contents(t, other, "t.csv"); !strings.Contains(got[0], "does not exist") {
		t.Error("deleted, yet", got)
	}
	if names, err := DiskHome(dir).Names(); err != nil || len(names) > 0 {
		t.Error(names, err)
	}
	if _, err := l.Write(ctx, "t.csv", RowsOf(rowsOf("a", "back")), Mode{Append: true}); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"a", "back"}, contents(t, other, "t.csv")); d != "" {
		t.Error(d)
	}
	names, err := DiskHome(dir).Names()
	if d := cmp.Diff([]string{"t.csv"}, names); d != "" || err != nil {
		t.Error(d, err)
	}
}

func TestLockHonoursContext(t *testing.T) {
	h := DiskHome(t.TempDir())
	err := h.Update(context.Background(), "t.csv", func(io.Writer) (Outcome, error) {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
		defer cancel()
		err := h.Update(ctx, "t.csv", func(io.Writer) (Outcome, error) { return Keep, nil })
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		return Keep, nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestWriters lets several writers append at once: no row is lost.
func TestWriters(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for w := range 4 {
		l := New(DiskHome(dir))
		wg.Go(func() {
			for i := range 10 {
				if _, err := l.Write(context.Background(), "t.csv", RowsOf(rowsOf("w,i", fmt.Sprintf("%d,%d", w, i))), Mode{Append: true}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	got := contents(t, New(DiskHome(dir)), "t.csv")
	slices.Sort(got)
	if len(got) != 41 || len(slices.Compact(got)) != 41 {
		t.Errorf("%d lines", len(got))
	}
}

const killRows = 2000

// TestMain makes the test binary a writer that TestKill starts.
func TestMain(m *testing.M) {
	dir := os.Getenv("LOOKUPS_TEST_WRITER")
	if dir == "" {
		os.Exit(m.Run())
	}
	l := New(DiskHome(dir))
	for i := 0; ; i++ {
		lines := slices.Repeat([]string{strconv.Itoa(i) + ",some text to make the row longer"}, killRows)
		if _, err := l.Write(context.Background(), "t.csv", RowsOf(rowsOf(append([]string{"n,text"}, lines...)...)), Mode{}); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("wrote", i)
	}
}

// TestKill kills a writing process at random moments: the table is always a whole one, and never older
// than the last write that was reported done.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	dir := t.TempDir()
	rnd := rand.New(rand.NewPCG(1, 2))
	written := false
	for round := range 12 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "LOOKUPS_TEST_WRITER="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		done := make(chan int)
		go func() {
			last := -1
			for s := bufio.NewScanner(out); s.Scan(); {
				if n, err := strconv.Atoi(strings.TrimPrefix(s.Text(), "wrote ")); err == nil {
					last = n
				}
			}
			done <- last
		}()
		time.Sleep(time.Duration(20+rnd.IntN(60)) * time.Millisecond)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		last := <-done
		_ = cmd.Wait() // it was killed
		if written = written || last >= 0; !written {
			continue
		}
		table := open(t, New(DiskHome(dir)), "t.csv").Table
		if table.Rows != killRows {
			t.Fatalf("round %d: %d rows", round, table.Rows)
		}
		first := table.Cols[0].At(0).Text()
		if n, _ := strconv.Atoi(first); n < last || table.Cols[0].At(killRows-1).Text() != first {
			t.Fatalf("round %d: table is %s, done were %d", round, first, last)
		}
	}
	// The lock of a killed writer is free and what it left behind does no harm.
	if _, err := New(DiskHome(dir)).Write(context.Background(), "t.csv", RowsOf(rowsOf("a", "1")), Mode{}); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"a", "1"}, contents(t, New(DiskHome(dir)), "t.csv")); d != "" {
		t.Error(d)
	}
}
