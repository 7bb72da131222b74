package parquetrows

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
)

func quote(dst []byte, s string) []byte { return strconv.AppendQuote(dst, s) }

type inner struct {
	X int32    `parquet:"x"`
	Y []string `parquet:"y"`
}

type sample struct {
	ID     int64     `parquet:"id"`
	Name   *string   `parquet:"name,optional"`
	At     time.Time `parquet:"at,timestamp(microsecond)"`
	Score  float64   `parquet:"score"`
	Ok     bool      `parquet:"ok"`
	Tags   []string  `parquet:"tags"`
	List   []string  `parquet:"list,list"`
	Inners []inner   `parquet:"inners"`
	One    inner     `parquet:"one"`
	Big    uint64    `parquet:"big"`
}

func file(t *testing.T, rows []sample) []byte {
	t.Helper()
	var b bytes.Buffer
	w := parquet.NewGenericWriter[sample](&b, parquet.MaxRowsPerRowGroup(3))
	if _, err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRows(t *testing.T) {
	name := "al"
	data := file(t, []sample{
		{ID: 1, Name: &name, At: time.Date(2026, 1, 15, 11, 0, 0, 5000, time.UTC), Score: 1.5, Ok: true, Tags: []string{"a", "b"}, List: []string{"x"},
			Inners: []inner{{1, []string{"p", "q"}}, {2, nil}}, One: inner{3, []string{"z"}}, Big: 1 << 63},
		{ID: 2}, {ID: 3}, {ID: 4, List: []string{"m", "n"}},
	})
	r, err := Text(bytes.NewReader(data), int64(len(data)), quote)
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	zero := func(id, more string) string {
		return `{"id":` + id + `,"at":"0001-01-01T00:00:00Z","score":0,"ok":false` + more + `,"one":{"x":0},"big":0}`
	}
	want := []string{
		`{"id":1,"name":"al","at":"2026-01-15T11:00:00.000005Z","score":1.5,"ok":true,"tags":["a","b"],"list":["x"],"inners":[{"x":1,"y":["p","q"]},{"x":2}],"one":{"x":3,"y":["z"]},"big":9223372036854775808}`,
		zero("2", ""), zero("3", ""), zero("4", `,"list":["m","n"]`),
	}
	if d := cmp.Diff(want, strings.Split(strings.TrimSpace(string(out)), "\n")); d != "" {
		t.Error(d)
	}
}

func TestDamage(t *testing.T) {
	data := file(t, []sample{{ID: 1}})
	for _, bad := range [][]byte{[]byte("PAR1"), data[:len(data)/2], append([]byte("PAR1"), make([]byte, 100)...)} {
		r, err := Text(bytes.NewReader(bad), int64(len(bad)), quote)
		if err == nil {
			_, err = io.ReadAll(r)
		}
		if err == nil {
			t.Errorf("%d bytes: no error", len(bad))
		}
	}
}
