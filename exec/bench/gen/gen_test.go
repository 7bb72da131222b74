package gen

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"testing"
	"time"
)

func make1(t testing.TB, n int, seed uint64, kind string, workers int) []byte {
	t.Helper()
	var buf bytes.Buffer
	from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	if err := Generate(&buf, Options{n, seed, kind, from, 24 * time.Hour, workers}); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// The benchmarks compare numbers of different days and machines, so the same
// flags must give the same bytes for ever.
func TestGolden(t *testing.T) {
	for kind, want := range map[string]string{
		"cloudtrail": "d8d3d0c45671e2c0",
		"sysmon":     "4960ce76366ef005",
	} {
		sum := sha256.Sum256(make1(t, 10000, 1, kind, 3))
		if got := hex.EncodeToString(sum[:8]); got != want {
			t.Errorf("%s: digest is %s, want %s", kind, got, want)
		}
		if !bytes.Equal(make1(t, 5000, 2, kind, 1), make1(t, 5000, 2, kind, 8)) {
			t.Errorf("%s: the output depends on the number of workers", kind)
		}
		if bytes.Equal(make1(t, 10, 1, kind, 1), make1(t, 10, 2, kind, 1)) {
			t.Errorf("%s: the seed has no effect", kind)
		}
	}
}

func TestShape(t *testing.T) {
	names, pairs := map[string]int{}, map[string]bool{}
	data := make1(t, 50000, 1, "cloudtrail", 4)
	if size := len(data) / 50000; size < 1000 || size > 1500 {
		t.Errorf("%d bytes per event", size)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	success, absent := 0, 0
	for {
		var e struct {
			EventTime           time.Time
			EventName, UserName string
			ErrorCode           *string
		}
		if err := d.Decode(&e); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if e.EventTime.Year() != 2026 || e.EventTime.YearDay() != 1 {
			t.Fatalf("eventTime %s", e.EventTime)
		}
		names[e.EventName]++
		pairs[e.UserName+" "+e.EventName] = true
		switch {
		case e.ErrorCode == nil:
			absent++
		case *e.ErrorCode == "success":
			success++
		}
	}
	if len(apis) < 290 || len(names) < 250 || len(pairs) < 5000 || success < 24000 || absent < 18000 {
		t.Errorf("%d calls, %d names, %d user and name pairs, %d success, %d without errorCode",
			len(apis), len(names), len(pairs), success, absent)
	}
	d = json.NewDecoder(bytes.NewReader(make1(t, 20000, 1, "sysmon", 4)))
	for {
		var e map[string]any
		if err := d.Decode(&e); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if e["CommandLine"] == "" || e["Image"] == "" {
			t.Fatal(e)
		}
	}
}

func BenchmarkGenerate(b *testing.B) {
	for _, kind := range []string{"cloudtrail", "sysmon"} {
		b.Run(kind, func(b *testing.B) {
			from := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
			for range b.N {
				if err := Generate(io.Discard, Options{20000, 1, kind, from, time.Hour, 1}); err != nil {
					b.Fatal(err)
				}
			}
			b.SetBytes(20000 * 1250)
		})
	}
}
