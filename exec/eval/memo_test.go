package eval

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"spl/exec/column"
	"spl/lang/timefmt"
)

func TestMemo(t *testing.T) {
	calls := 0
	double := func(s string) (string, bool) {
		calls++
		return s + s, s != "no"
	}
	for _, c := range []struct {
		name   string
		texts  int // different ones, each asked for three times in turn
		length int
		calls  int
		known  int
	}{
		{"few", 100, 4, 100, 100},
		{"more than are kept, none comes again in time", memoEntries + 100, 5, 3 * (memoEntries + 100), memoEntries},
		{"long", 100, memoBytes / 10, 300, 4},
	} {
		calls = 0
		m := &memo{known: map[string]string{}}
		for range 3 {
			for i := range c.texts {
				s := strconv.Itoa(i)
				s = strings.Repeat("x", c.length-len(s)) + s
				if got, ok := m.apply(double, s); got != s+s || !ok {
					t.Fatalf("%s: wrong result for %d", c.name, i)
				}
			}
		}
		if calls != c.calls || len(m.known) != c.known {
			t.Errorf("%s: %d calls and %d kept, not %d and %d", c.name, calls, len(m.known), c.calls, c.known)
		}
	}
	calls = 0
	m := &memo{known: map[string]string{}}
	for range 2 {
		if _, ok := m.apply(double, "no"); ok {
			t.Error("null became a text")
		}
	}
	if calls != 2 {
		t.Errorf("%d calls for null", calls)
	}
}

func TestRemembering(t *testing.T) {
	k := remembering(func(s string) (string, bool) { return s + "!", s != "b" })
	for range 2 {
		for _, texts := range [][]string{{"a", "b", "c"}, {"c", "a"}} {
			codes := []uint32{0}
			for i := range texts {
				codes = append(codes, uint32(i+1))
			}
			v := k.vec([]column.Vec{&column.Dict{Codes: codes, D: column.DictionaryOf(texts...)}}, len(codes))
			for i, c := range codes {
				null := c == 0 || texts[c-1] == "b"
				if v.Null(i) != null || !null && v.At(i).Text() != texts[c-1]+"!" {
					t.Errorf("row %d of %v is %s", i, texts, v.At(i).Text())
				}
			}
		}
	}
}

// TestStrftimeNeighbours checks times of one second against each by itself.
func TestStrftimeNeighbours(t *testing.T) {
	times := &column.Time{V: []int64{-1, -500_000, -1_000_000, 0, 1, 999_999, 1_000_000, 1_250_000, 1_500_000, 3_600_000_000}}
	for _, format := range []string{"%H:%M:%S", "%s.%3N", "%f", "%Q", "%T %p", "x", ""} {
		l, z := timefmt.Compile(format), timefmt.NewZone(time.UTC)
		v := strftimeVec(times, l, z)
		for i, us := range times.V {
			if got, want := v.At(i).Text(), string(l.Append(nil, timefmt.FromMicros(us), z)); got != want {
				t.Errorf("%s of %d is %q, not %q", format, us, got, want)
			}
		}
	}
}
