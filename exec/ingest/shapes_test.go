package ingest_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"spl/exec/column"
	"spl/exec/ingest"
	"spl/exec/store"
)

// imported loads texts into a store in bulk and returns its events, oldest first, as lists of fields.
func imported(t *testing.T, shapes bool, files ...string) (rows []map[string][]string) {
	t.Helper()
	ctx := context.Background()
	st, err := store.Open(filepath.Join(t.TempDir(), "store"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w, err := st.Bulk()
	if err != nil {
		t.Fatal(err)
	}
	o := ingest.Options{Now: time.Unix(1800000000, 0), Shapes: shapes, ChunkBytes: 4096, Workers: 2, Source: "s"}
	rep, err := ingest.Load(ctx, files, o, func(b *column.Batch) error { return w.Add(ctx, b) })
	if err != nil || rep.Err() != nil {
		t.Fatal(err, rep.Err())
	}
	if err := w.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	units, err := st.Scan(ctx, store.Scan{Indexes: []string{"main"}, Time: store.AllTime, Fields: column.AllFields(), Ordered: true})
	if err != nil {
		t.Fatal(err)
	}
	defer units.Release()
	for _, u := range units.Units {
		bs, err := u.Read(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range bs {
			for i := range b.N {
				row := map[string][]string{}
				for k, name := range b.Names {
					if v := b.Cols[k].At(i); !v.IsNull() {
						row[name] = v.List()
					}
				}
				rows = append(rows, row)
			}
		}
	}
	return rows
}

// TestShapes: events whose texts are taken apart while they are parsed are the same as others, and their
// texts come back byte for byte.
func TestShapes(t *testing.T) {
	odd := []string{
		`{"a":1}`, `{"a" : 1 }`, ` {"a":"x\ty","b":"\u0041"}`, `{"a":"\u00e9é","b":"\/"}`, `{"a":[],"b":{},"c":""}`, `{}`, `[{"x":1},{"x":[2,3]}]`,
		`{"a":1,"a":2}`, `{"host":"h","a":1}`, `{"source":"s","extracted_source":"t"}`, `{"_time":"2026-01-01T00:00:00Z","a":1}`, `{"_raw":"no"}`, `{"_shape":"7","a":2}`,
		`{"\u0000shape":"x","a":1}`, `{"_reader":"x"}`, `{"":1,"a":2}`, `{"a":{"":3}}`, "{\"a\":\"\xff\"}", `{"a":null,"b":true,"c":"null","d":1e5,"e":-0}`, `{"index":"i"}`,
		`{"a":"` + strings.Repeat("long ", 900) + `"}`, `{"n":12345678901234567890,"s":"012"}`,
	}
	r := rand.New(rand.NewPCG(5, 6))
	var lines []string
	for i := range 600 {
		line := odd[r.IntN(len(odd))]
		if i%2 == 0 {
			line = fmt.Sprintf(`{"eventTime":"2026-01-15T11:%02d:%02dZ","n":%d,"u":{"k%d":"v%d"},"l":[%s]}`, i/60%60, i%60, i, i%5, r.IntN(9), strings.Repeat("1,", i%3)+"2")
		}
		lines = append(lines, line)
	}
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, files := range map[string][]string{
		"lines":  {write("a.ndjson", strings.Join(lines, "\n")+"\n")},
		"breaks": {write("b.ndjson", strings.Join(lines, "\r\n"))},
		"array":  {write("c.json", "["+strings.Join(lines[:100:100], ",\n")+"]")},
		"mixed":  {write("d.log", "2026-01-15T11:00:00Z user=bob x=1\n"+strings.Join(lines, "\n"))},
		"two":    {write("e.ndjson", strings.Join(lines[:300], "\n")), write("f.ndjson", strings.Join(lines[300:], "\n"))},
	} {
		t.Run(name, func(t *testing.T) {
			want, got := imported(t, false, files...), imported(t, true, files...)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			have := map[string]int{}
			for _, row := range got {
				have[strings.Join(row["_raw"], "|")]++
			}
			for _, l := range lines {
				if have[strings.TrimSpace(l)]+have[l] == 0 && name != "array" {
					t.Errorf("%q is not there", l)
				}
			}
		})
	}
}
