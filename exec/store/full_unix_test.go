//go:build !windows

package store_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/exec/store"
	"spl/exec/store/storetest"
)

// full makes files that grow beyond size fail as on a full disk, until the function it returns is called.
func full(t *testing.T, size uint64) func() {
	t.Helper()
	var old syscall.Rlimit
	check(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old))
	check(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: size, Max: old.Max}))
	return func() { check(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old)) }
}

// TestFull: a write for which there is no room fails and leaves the store as it was; with room again it
// goes on.
func TestFull(t *testing.T) {
	if os.Getenv("SPL_TEST_FULL") == "" {
		// In a process of its own: the limit is one of all files, those of the test tool among them.
		cmd := exec.Command(os.Args[0], "-test.run=^TestFull$")
		cmd.Env = append(os.Environ(), "SPL_TEST_FULL=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	ctx := context.Background()
	for name, c := range map[string]struct {
		size uint64
		do   func(st *store.Local) error
		// kept: the events were confirmed before, so that they stay.
		kept bool
	}{
		"append": {200, func(st *store.Local) error { return st.Append(ctx, events(10, 200)) }, false},
		"log":    {0, func(st *store.Local) error { return st.Append(ctx, events(10, 200)) }, false},
		"flush": {300, func(st *store.Local) error {
			check(t, st.Append(ctx, events(10, 20)))
			return st.Flush(ctx)
		}, true},
		"bulk": {300, func(st *store.Local) error {
			w, err := st.Bulk()
			check(t, err)
			return errors.Join(errors.Join(w.Add(ctx, events(10, 200)), w.Commit(ctx)), w.Abort())
		}, false},
		"delete": {20, func(st *store.Local) error {
			return st.Delete(ctx, "main", store.TimeRange{Earliest: 2e6, Latest: 3e6})
		}, false},
		"catalogue": {250, func(st *store.Local) error {
			return st.Delete(ctx, "main", store.TimeRange{Earliest: 2e6, Latest: 3e6})
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "store")
			st := open(t, dir, store.Options{})
			check(t, st.Append(ctx, events(0, 10)), st.Flush(ctx))
			end := full(t, c.size)
			err := c.do(st)
			end()
			if !errors.Is(err, syscall.EFBIG) || !strings.Contains(err.Error(), dir) {
				t.Errorf("%v", err)
			}
			want := lines(0, 10)
			if c.kept {
				want = lines(0, 20)
			}
			for _, s := range []*store.Local{st, open(t, dir, store.Options{ReadOnly: true})} {
				if diff := cmp.Diff(want, storetest.Scan(t, s, all)); diff != "" {
					t.Error(diff)
				}
			}
			if left := files(t, dir, ".tmp"); len(left) > 0 {
				t.Error(left)
			}
			check(t, st.Append(ctx, events(300, 310)), st.Close())
			st = open(t, dir, store.Options{})
			if diff := cmp.Diff(append(lines(300, 310), want...), storetest.Scan(t, st, all)); diff != "" {
				t.Error(diff)
			}
			check(t, st.Compact(ctx), st.Close())
			if n := len(files(t, dir, ".parquet")); n != 1 {
				t.Errorf("%d segments, want one", n)
			}
		})
	}
}

// TestReadOnlyFolder: a folder that may only be read can be searched, and refuses changes by name.
func TestReadOnlyFolder(t *testing.T) {
	ctx, dir := context.Background(), filepath.Join(t.TempDir(), "store")
	st := open(t, dir, store.Options{})
	check(t, st.Append(ctx, events(0, 10)), st.Close())
	for _, lock := range []string{"writer.lock", "readers.lock"} {
		if err := os.Remove(filepath.Join(dir, lock)); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
	}
	check(t, os.Chmod(dir, 0o555))
	defer func() { check(t, os.Chmod(dir, 0o755)) }()
	if f, err := os.Create(filepath.Join(dir, "x")); err == nil {
		check(t, f.Close(), os.Remove(f.Name()))
		t.Skip("this user may write everywhere")
	}
	st = open(t, dir, store.Options{})
	if diff := cmp.Diff(lines(0, 10), storetest.Scan(t, st, all)); diff != "" {
		t.Error(diff)
	}
	if err := st.Append(ctx, events(10, 11)); !errors.Is(err, os.ErrPermission) || !strings.Contains(err.Error(), dir) {
		t.Error(err)
	}
}
