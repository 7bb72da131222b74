package op

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/lang/timefmt"
)

func TestTimeAxis(t *testing.T) {
	const s = 1_000_000
	minute, err := timefmt.ParseSpan("1m")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		axis  TimeAxis
		times []int64
		want  []int64 // seconds
	}{
		{"events' own range", TimeAxis{Span: minute, Given: true, Cont: true, Fixed: true, Partial: true}, []int64{70 * s, 200 * s}, []int64{60, 120, 180}},
		{"without gaps filled", TimeAxis{Span: minute, Given: true, Partial: true}, []int64{200 * s, 70 * s}, []int64{60, 180}},
		{"range of the search", TimeAxis{Span: minute, Given: true, Cont: true, Fixed: true, Partial: true, Bounded: true, Earliest: 10 * s, Latest: 240 * s},
			[]int64{70 * s}, []int64{0, 60, 120, 180}},
		{"fixedrange=f", TimeAxis{Span: minute, Given: true, Cont: true, Partial: true, Bounded: true, Earliest: 10 * s, Latest: 240 * s},
			[]int64{70 * s}, []int64{60}},
		{"partial=f", TimeAxis{Span: minute, Given: true, Cont: true, Fixed: true, Bounded: true, Earliest: 10 * s, Latest: 200 * s},
			[]int64{70 * s}, []int64{60, 120}},
		{"span by the range", TimeAxis{Bins: 100, Cont: true, Partial: true, Bounded: true, Earliest: 0 + 3600*s, Latest: 2 * 3600 * s},
			[]int64{3600 * s, 3700 * s}, []int64{3600, 3660}},
		{"span by the events", TimeAxis{Bins: 3, Cont: true, Partial: true}, []int64{3600 * s, 3700 * s}, []int64{3600, 3660}},
		{"no events", TimeAxis{Span: minute, Given: true, Cont: true, Fixed: true, Bounded: true, Earliest: s, Latest: 99 * s}, nil, nil},
	}
	for _, tt := range tests {
		rows, err := tt.axis.rows(nil, tt.times)
		if err != nil {
			t.Fatal(err)
		}
		var got []int64
		for _, x := range rows.starts {
			got = append(got, x/s)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", tt.name, diff)
		}
	}
	huge := TimeAxis{Span: minute, Given: true, Cont: true}
	if _, err := huge.rows(nil, []int64{0, 1 << 52}); err == nil {
		t.Error("an axis of many million bins is not refused")
	}
}
