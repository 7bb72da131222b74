package store_test

import (
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"spl/exec/column"
	"spl/exec/store"
	"spl/exec/store/storetest"
)

// newerSegment makes a segment's index say that it is of another version of the format.
func newerSegment(t *testing.T, data []byte) []byte {
	t.Helper()
	end := len(data) - 8 - int(binary.LittleEndian.Uint32(data[len(data)-8:]))
	size := int(binary.LittleEndian.Uint32(data[end-8:]))
	dec, err := zstd.NewReader(nil)
	check(t, err)
	index, err := dec.DecodeAll(data[end-12-size:end-12], nil)
	check(t, err)
	index[0] = 99
	enc, err := zstd.NewWriter(nil)
	check(t, err)
	packed := enc.EncodeAll(index, nil)
	out := append([]byte{}, data[:end-12-size]...)
	out = append(out, packed...)
	out = binary.LittleEndian.AppendUint32(out, crc32.ChecksumIEEE(packed))
	out = binary.LittleEndian.AppendUint32(out, uint32(len(packed)))
	return append(append(out, "SPLI"...), data[end:]...)
}

// TestNewer: files of a later version are refused by name, and nothing is written over them.
func TestNewer(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	st := open(t, dir, store.Options{})
	check(t, st.Append(ctx, events(0, 5)), st.Flush(ctx), st.Append(ctx, events(5, 10)), st.Close())
	seg := files(t, dir, ".parquet")[0]
	data, err := os.ReadFile(seg)
	check(t, err, os.WriteFile(seg, newerSegment(t, data), 0o644))

	told := []string{}
	st = open(t, dir, store.Options{Damaged: func(err error) { told = append(told, err.Error()) }})
	if got := storetest.Scan(t, st, all); len(got) != 5 || len(told) != 1 || !strings.Contains(told[0], "version 99") || !strings.Contains(told[0], seg) {
		t.Error(got, told)
	}
	check(t, st.Close())

	line := `{"v":99,"put":[]}`
	var sum [4]byte
	binary.BigEndian.PutUint32(sum[:], crc32.ChecksumIEEE([]byte(line)))
	f, err := os.OpenFile(filepath.Join(dir, "catalog"), os.O_APPEND|os.O_WRONLY, 0)
	check(t, err)
	_, err = f.WriteString(hexText(sum) + " " + line + "\n")
	check(t, err, f.Close())
	before, err := os.ReadFile(filepath.Join(dir, "catalog"))
	check(t, err)
	if _, err := store.Open(dir, store.Options{}); err == nil || !strings.Contains(err.Error(), "catalog") || !strings.Contains(err.Error(), "newer program: version 99") {
		t.Error(err)
	}
	after, err := os.ReadFile(filepath.Join(dir, "catalog"))
	if check(t, err); string(before) != string(after) {
		t.Error("the catalogue was changed")
	}
}

func hexText(b [4]byte) string {
	const digits = "0123456789abcdef"
	var out []byte
	for _, c := range b {
		out = append(out, digits[c>>4], digits[c&15])
	}
	return string(out)
}

// TestDamagedColumn: a flipped byte costs the row groups whose reading meets it, not the searches that
// do not look there, and never makes columns of different lengths.
func TestDamagedColumn(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	st := open(t, dir, store.Options{BatchRows: 10})
	check(t, st.Append(ctx, events(0, 30)), st.Close())
	seg := files(t, dir, ".parquet")[0]
	good, err := os.ReadFile(seg)
	check(t, err)
	plain := storetest.Scan(t, open(t, dir, store.Options{}), all)
	for at := 4; at < len(good)*2/3; at += 17 {
		check(t, os.WriteFile(seg, flip(good, at), 0o644))
		told := 0
		st := open(t, dir, store.Options{Damaged: func(error) { told++ }})
		for _, s := range []store.Scan{all, wide, {Indexes: all.Indexes, Time: store.AllTime, Fields: column.AllFields(), Ordered: true, Load: twice}} {
			before := told
			got := storetest.Scan(t, st, s)
			if n := len(got); n%10 != 0 || n < 30 && told == before || n == 30 && told > before {
				t.Errorf("byte %d: %d events, told %d times", at, n, told-before)
			}
		}
		if _, err := st.Fields(ctx, []string{"main"}); err != nil {
			t.Error(err)
		}
		if faults, err := st.Verify(ctx); err != nil || len(faults) != 1 {
			t.Errorf("byte %d: %v %v", at, faults, err)
		}
		check(t, st.Close())
	}
	check(t, os.WriteFile(seg, good, 0o644))
	if diff := cmp.Diff(plain, storetest.Scan(t, open(t, dir, store.Options{}), all)); diff != "" {
		t.Error(diff)
	}
}

// twice reads some columns first and the others later, as searches do.
func twice(ctx context.Context, p store.Part, fields column.FieldSet) (*column.Batch, error) {
	first, err := p.Read(ctx, column.Fields(store.FieldTime), nil)
	if err != nil {
		return nil, err
	}
	b, err := p.Read(ctx, fields, nil)
	if err == nil && b.N != first.N {
		return nil, errors.New("two readings of one part differ in length")
	}
	return b, err
}

// TestCompactDamaged: what cannot be read is left as it is, the rest is merged.
func TestCompactDamaged(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	st := open(t, dir, store.Options{})
	for i := range 4 {
		check(t, st.Append(ctx, events(10*i, 10*i+10)), st.Flush(ctx))
	}
	segs := files(t, dir, ".parquet")
	good, err := os.ReadFile(segs[1])
	check(t, err, st.Close(), os.WriteFile(segs[1], flip(good, 40), 0o644))
	st = open(t, dir, store.Options{})
	err = st.Compact(ctx)
	if err == nil || !strings.Contains(err.Error(), segs[1]) {
		t.Error(err)
	}
	infos, err := st.Indexes(ctx)
	if check(t, err); infos[0].Segments != 2 || infos[0].Events != 40 {
		t.Error(infos)
	}
	check(t, os.WriteFile(segs[1], good, 0o644), st.Close())
	if diff := cmp.Diff(lines(0, 40), storetest.Scan(t, open(t, dir, store.Options{}), all)); diff != "" {
		t.Error(diff)
	}
}
