// Package agg holds the aggregates of the stats family: one Func each, whose State keeps the running
// values of all groups side by side in arrays and can be merged, rendered and written to a file.
//
//	f, pct, err := agg.Lookup("sum")
//	s := f.New(agg.Arg{Percent: pct})
//	s.Add(agg.NewInput(groups, 2, batch.N, agg.NewColumn(batch.Col("bytes")), nil))
//	s.Result(2)                                  // a row per group
//
// Start with Func and State; to add an aggregate copy the nearest one and add it to All. Commands do not
// call states themselves: the group operator does.
package agg

import (
	"errors"
	"strconv"
	"strings"

	"spl/exec/codec"
	"spl/exec/column"
	"spl/exec/intern"
	"spl/exec/value"
)

// None as target of a merged group drops it.
const None = intern.None

// Func is one aggregate function.
type Func struct {
	Name    string
	Aliases []string
	Usage   string
	Doc     string
	Example Example
	Min     int // arguments; with Min 0 and no argument it looks at rows
	Max     int
	Numeric bool // reads numbers only; allnum and the dropping of empty wildcard columns apply
	Ordered bool // the order of rows shows in the result
	// Commutes: nor does it in the last digit or in the spelling of a number.
	Commutes bool
	Time     bool // reads _time
	Percent  bool // the name is followed by a number: perc95
	Zero     bool // a group without values gives 0 instead of null
	// Only names the one command that may use the function; "" is all.
	Only string
	// Whole is set of functions that have no running form (streamstats).
	Whole bool
	New   func(Arg) State
}

// Example is a list of values and what the aggregate makes of them; values and results of several are
// parted by blanks.
type Example struct{ Call, In, Out string }

// Arg is what the states of one aggregation are made with.
type Arg struct {
	Percent float64
	AllNum  bool
	List    int // most values that list keeps
	Spark   *Spark
}

// State holds the running values of all groups of one aggregation. Rows come in stream order.
type State interface {
	Add(in *Input)
	// Merge adds the groups of o, whose rows follow those seen here: group g becomes to[g], None is
	// left out. n is the number of groups here afterwards. o stays as it is.
	Merge(o State, to []uint32, n int)
	// Result returns the finished values of groups 0 to n-1.
	Result(n int) column.Vec
	// At returns the finished value of one group.
	At(g int) value.Value
	Bytes() int64
	Encode(e *codec.Encoder)
	// Decode fills a state that nothing was added to.
	Decode(d *codec.Decoder)
}

// All lists the functions by name.
var All = []*Func{avg, count, dc, earliest, earliestTime, estdc, estdcError, exactperc, first, last, latest, latestTime,
	list, maximum, median, minimum, mode, perDay, perHour, perMinute, perSecond, perc, valueRange, rate, stdev, stdevp, sum, sumsq,
	upperperc, values, variance, varp}

// ErrPercent is the refusal of a percentile outside of its range.
var ErrPercent = errors.New("Percentile must be a floating point number that is >= 0 and < 100.")

// Lookup finds a function by name or alias in any case; the number of a percentile is part of the name.
// It returns nil without an error for a name that means nothing.
func Lookup(name string) (f *Func, percent float64, err error) {
	name = strings.ToLower(name)
	for _, f := range All {
		if f.Percent {
			continue
		}
		if f.Name == name {
			return f, 0, nil
		}
		for _, a := range f.Aliases {
			if a == name {
				return f, 0, nil
			}
		}
	}
	return lookupPercent(name)
}

func lookupPercent(name string) (*Func, float64, error) {
	for _, f := range []*Func{upperperc, exactperc, perc} {
		for _, prefix := range append([]string{f.Name}, f.Aliases...) {
			digits, ok := strings.CutPrefix(name, prefix)
			if !ok || digits == "" || strings.Trim(digits, "0123456789.-+") != "" {
				continue
			}
			p, err := strconv.ParseFloat(digits, 64)
			if err != nil || !(p >= 0 && p < 100) {
				return f, 0, ErrPercent
			}
			return f, p, nil
		}
	}
	return nil, 0, nil
}

// Names lists all names and aliases, for hints and completion.
func Names() []string {
	var out []string
	for _, f := range All {
		out = append(append(out, f.Name), f.Aliases...)
	}
	return out
}

// grow returns s with at least n elements, new ones zero.
func grow[T any](s []T, n int) []T {
	if n <= len(s) {
		return s
	}
	if n <= cap(s) {
		return s[:n]
	}
	out := make([]T, n, max(n, 2*cap(s)))
	copy(out, s)
	return out
}

// target returns where group g goes, false if it is dropped.
func target(to []uint32, g int) (uint32, bool) {
	if g >= len(to) || to[g] == None {
		return 0, false
	}
	return to[g], true
}

// atAll renders groups one by one, for states whose results are not numbers.
func atAll(s State, n int) column.Vec {
	b := column.NewTextBuilder()
	for g := range n {
		b.AppendValue(s.At(g))
	}
	return b.Build()
}

// atTimes renders groups one by one as times.
func atTimes(s State, n int) column.Vec {
	out := &column.Time{V: make([]int64, n)}
	for g := range n {
		f, _, ok := s.At(g).Number()
		if !ok {
			out.Nulls = out.Nulls.Marked(g, n)
			continue
		}
		out.V[g] = micros(f)
	}
	return out
}
