package agg_test

import (
	"strings"
	"testing"

	"spl/exec/agg"
	"spl/exec/agg/aggtest"
	"spl/exec/column"
	"spl/lang/timefmt"
)

func TestLaws(t *testing.T) {
	for _, f := range agg.All {
		t.Run(f.Name, func(t *testing.T) { aggtest.Run(t, f) })
	}
}

func TestSparklineLaws(t *testing.T) {
	for _, inner := range []string{"count", "sum", "max", "dc", "avg", "stdev"} {
		f, _, _ := agg.Lookup(inner)
		spark := *agg.Sparkline
		spark.New = func(agg.Arg) agg.State {
			return agg.Sparkline.New(agg.Arg{Spark: &agg.Spark{Inner: f, Bins: 20}})
		}
		t.Run(inner, func(t *testing.T) { aggtest.Run(t, &spark) })
	}
}

// textColumn makes one row per word.
func textColumn(words string) column.Vec {
	b := column.NewTextBuilder()
	for _, w := range strings.Fields(words) {
		if w == "-" {
			b.AppendNull()
		} else {
			b.Append(strings.Trim(w, `"`))
		}
	}
	return b.Build()
}

func apply(t *testing.T, call string, arg agg.Arg, v column.Vec) string {
	t.Helper()
	name, _, _ := strings.Cut(call, "(")
	f, p, err := agg.Lookup(name)
	if err != nil || f == nil {
		t.Fatalf("Lookup(%q) = %v, %v", name, f, err)
	}
	arg.Percent = p
	s := f.New(arg)
	n := v.Len()
	times := &column.Time{}
	for i := range n {
		times.V = append(times.V, int64(i)*1e6)
	}
	s.Add(agg.NewInput(nil, 1, n, agg.NewColumn(v), agg.NewColumn(times)))
	return strings.Join(s.Result(1).At(0).List(), " ")
}

func TestExamples(t *testing.T) {
	for _, f := range agg.All {
		if f.Example.Call == "" {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			if got := apply(t, f.Example.Call, agg.Arg{List: 100}, textColumn(f.Example.In)); got != f.Example.Out {
				t.Errorf("%s of %s = %q, want %q", f.Example.Call, f.Example.In, got, f.Example.Out)
			}
		})
	}
}

func TestSparklineExample(t *testing.T) {
	span, err := timefmt.ParseSpan("2s")
	if err != nil {
		t.Fatal(err)
	}
	sum, _, _ := agg.Lookup("sum")
	s := agg.Sparkline.New(agg.Arg{Spark: &agg.Spark{Inner: sum, Span: span, Given: true}})
	times := &column.Time{V: []int64{0, 1e6, 2e6}}
	s.Add(agg.NewInput(nil, 1, 3, agg.NewColumn(textColumn(agg.Sparkline.Example.In)), agg.NewColumn(times)))
	if got := strings.Join(s.Result(1).At(0).List(), " "); got != agg.Sparkline.Example.Out {
		t.Errorf("the example gives %q", got)
	}
}

func TestValues(t *testing.T) {
	tests := []struct{ call, in, want string }{
		{"mean", "65 42 40 31 47 53 64", "48.857142857142854"},
		{"sumsq", "65 42 40 31 47 53 64", "17664"},
		{"sum", strings.Repeat("3.99 ", 100), "399.00000000000057"},
		{"avg", strings.Repeat("3.99 ", 100), "3.9900000000000055"},
		{"avg", "a b", ""},
		{"max", "1 c a 2 100 b 4 9", "100"},
		{"min", "1 c a 2 100 b 4 9", "1"},
		{"max", "a c b", "c"},
		{"min", "b B a", "B"},
		{"max", "2.0 2 1", "2.0"},
		{"min", "007 8", "007"},
		{"max", "1 a 3", "3"},
		{"count", `1 "" - a`, "3"},
		{"values", `"" b`, " b"},
		{"dc", "1 1.0 01", "3"},
		{"median", "1 2", "2"},
		{"median", "1 4", "3"},
		{"median", "2 3", "3"},
		{"median", "0 1", "1"},
		{"median", "1 2 3 4", "3"},
		{"median", "10 20 30 40 50 60", "35"},
		{"median", "1.2 1.4", "1.3"},
		{"median", "-1 -2", "-1"},
		{"median", "37 58 8 34 13 74 38", "37"},
		{"perc50", "1 2 3 4", "2.5"},
		{"p90", "1 2 3 4", "3.7"},
		{"perc95", "10 20 30 40 50", "48"},
		{"perc25", "10 20 30 40 50", "20"},
		{"perc99.5", "0 1000", "995"},
		{"perc0", "5 1", "1"},
		{"stdev", "5", "0"},
		{"var", "2 4 4 4 5 5 7 9", "4.571428571428571"},
		{"range", "4 -3 10 x", "13"},
		{"mode", "Garcia Mayer Garcia Zhang", "Garcia"},
		{"first", "- b a", "b"},
		{"last", "b a -", "a"},
		{"earliest", "b a -", "b"},
		{"latest", "b a -", "a"},
		{"latest_time", "b a -", "1"},
		{"rate", "10 - 130", "60"},
		{"rate", "10 x", ""},
		{"rate", "10", ""},
		{"distinct_count", "a b a", "2"},
		{"C", "a b a", "3"},
	}
	for _, tt := range tests {
		if got := apply(t, tt.call, agg.Arg{List: 100}, textColumn(tt.in)); got != tt.want {
			t.Errorf("%s of %.40s = %q, want %q", tt.call, tt.in, got, tt.want)
		}
	}
}

func TestAllNum(t *testing.T) {
	for _, call := range []string{"sum", "avg", "median", "range", "perc50", "stdev"} {
		if got := apply(t, call, agg.Arg{AllNum: true}, textColumn("1 x 3")); got != "" {
			t.Errorf("%s of 1 x 3 with allnum = %q, want null", call, got)
		}
		if got := apply(t, call, agg.Arg{AllNum: true}, textColumn("1 - 3")); got == "" {
			t.Errorf("%s of 1 - 3 with allnum is null", call)
		}
	}
}

func TestListLimit(t *testing.T) {
	if got := apply(t, "list", agg.Arg{List: 2}, textColumn("c b a")); got != "c b" {
		t.Errorf("list = %q, want c b", got)
	}
}

func TestCountOfCondition(t *testing.T) {
	b := &column.Bool{Bits: column.NewBitmap(4), Nulls: column.NewBitmap(4), N: 4}
	b.Bits.Set(0)
	b.Bits.Set(2)
	b.Nulls.Set(3)
	if got := apply(t, "count", agg.Arg{}, b); got != "2" {
		t.Errorf("count = %s, want 2", got)
	}
}

func TestLookup(t *testing.T) {
	for _, name := range []string{"perc100", "p-1", "perc1.2.3", "upperperc100"} {
		if _, _, err := agg.Lookup(name); err != agg.ErrPercent {
			t.Errorf("Lookup(%s): %v, want %v", name, err, agg.ErrPercent)
		}
	}
	for _, name := range []string{"nosuch", "perc", "p", "per_sec", "percx"} {
		if f, _, err := agg.Lookup(name); f != nil || err != nil {
			t.Errorf("Lookup(%s) = %v, %v, want nothing", name, f, err)
		}
	}
}

func TestPooledPercentile(t *testing.T) {
	f, p, _ := agg.Lookup("perc95")
	s := f.New(agg.Arg{Percent: p})
	const n = 1 << 17
	for part := range 36 {
		v := &column.Float{F: make([]float64, n)}
		for i := range v.F {
			v.F[i] = float64(i*36 + part)
		}
		s.Add(agg.NewInput(nil, 1, n, agg.NewColumn(v), nil))
	}
	got, _, _ := s.At(0).Number()
	want := 0.95 * (36*n - 1)
	if got < want*0.999 || got > want*1.001 {
		t.Errorf("perc95 = %v, want about %v", got, want)
	}
}

// Times that an aggregate passes on stay times: the difference of 0.5 and 0.789 has three decimals.
func TestTimesStayTimes(t *testing.T) {
	v := &column.Time{V: []int64{789_000, 500_000, 2_000_000}}
	for call, want := range map[string]string{"min": "0.5", "max": "2", "range": "1.5", "first": "0.789", "latest": "2"} {
		f, _, _ := agg.Lookup(call)
		s := f.New(agg.Arg{})
		s.Add(agg.NewInput(nil, 1, 3, agg.NewColumn(v), agg.NewColumn(v)))
		merged := f.New(agg.Arg{})
		merged.Merge(s, []uint32{0}, 1)
		out := merged.Result(1)
		if _, ok := out.(*column.Time); !ok || out.At(0).Text() != want || merged.At(0).Prec() != out.At(0).Prec() {
			t.Errorf("%s = %T %s, want the time %s", call, out, out.At(0).Text(), want)
		}
	}
}

// Results asked for after every row are those of all rows so far.
func TestRunningPercentile(t *testing.T) {
	v := textColumn("5 3 9 3 x 1 7 2.5")
	groups := []uint32{2, 0, 2, 2, 0, 0, 2, 1}
	for _, call := range []string{"median", "perc75"} {
		f, p, _ := agg.Lookup(call)
		run := f.New(agg.Arg{Percent: p})
		in := agg.NewInput(groups, 3, v.Len(), agg.NewColumn(v), nil)
		for i := range v.Len() {
			part := in.Slice(i, i+1, false)
			run.Add(&part)
			whole := f.New(agg.Arg{Percent: p})
			part = in.Slice(0, i+1, false)
			whole.Add(&part)
			for g := range 3 {
				if got, want := run.At(g).Text(), whole.At(g).Text(); got != want {
					t.Errorf("%s of group %d after row %d is %s, want %s", call, g, i, got, want)
				}
			}
		}
	}
}
