package op

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"spl/exec/agg"
	"spl/exec/column"
	"spl/exec/value"
)

// SeriesRule says which series a Pivot shows and how they are called.
type SeriesRule struct {
	Limit    int // series kept; 0: all
	Bottom   bool
	Score    *agg.Func // applied to the cells of each series; nil: sum, or the frequency with several cells
	Percent  float64
	NotIn    bool // keep all but those that Limit names
	Compare  string
	Than     float64 // with Compare "<" or ">": keep series whose score is so
	UseNull  bool
	UseOther bool
	NullStr  string
	OtherStr string
	// Name makes the column of a cell and a series when there are several cells.
	Name func(cell, series string) string
}

// series are the columns of a table: the index of each value of the column field, -1 for those that are
// dropped.
type series struct {
	names []string
	of    []int
}

// choose decides by the scores of the values which ones become series. values are the texts of the column
// field.
func (r *SeriesRule) choose(values []string, scores []float64) series {
	kept, others := r.pick(values, scores)
	out := series{of: make([]int, len(values))}
	for i, v := range values {
		if kept[i] {
			out.names = append(out.names, seriesName(v))
		}
	}
	slices.Sort(out.names)
	out.names = slices.Compact(out.names)
	sorted := out.names
	other, null := -1, -1
	if others && r.UseOther {
		other = out.named(r.OtherStr)
	}
	if slices.Contains(values, nullSeries) {
		null = out.named(r.NullStr)
	}
	for i, v := range values {
		switch {
		case v == nullSeries:
			out.of[i] = null
		case kept[i]:
			out.of[i], _ = slices.BinarySearch(sorted, seriesName(v))
		default:
			out.of[i] = other
		}
	}
	return out
}

// named returns the series of that name, adding it if there is none.
func (s *series) named(name string) int {
	if k := slices.Index(s.names, name); k >= 0 {
		return k
	}
	s.names = append(s.names, name)
	return len(s.names) - 1
}

// pick marks the values that are kept, best score first, ties by text; others tells whether some are not.
func (r *SeriesRule) pick(values []string, scores []float64) (kept []bool, others bool) {
	var order []int
	for i, v := range values {
		if v != nullSeries {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		c := cmp.Compare(scores[b], scores[a])
		if r.Bottom {
			c = -c
		}
		if c == 0 {
			c = strings.Compare(values[a], values[b])
		}
		return c
	})
	kept = make([]bool, len(values))
	for rank, i := range order {
		kept[i] = r.keeps(rank, scores[i])
		others = others || !kept[i]
	}
	return kept, others
}

func (r *SeriesRule) keeps(rank int, score float64) bool {
	switch r.Compare {
	case "<":
		return score < r.Than
	case ">":
		return score > r.Than
	}
	return r.Limit == 0 || (rank < r.Limit) != r.NotIn
}

// seriesName keeps names of series apart from internal fields.
func seriesName(v string) string {
	if strings.HasPrefix(v, "_") {
		return "VALUE" + v
	}
	return v
}

// all reports whether every value becomes a series, whatever its score.
func (r *SeriesRule) all(values []string) bool {
	n := len(values)
	if slices.Contains(values, nullSeries) {
		n--
	}
	return r.Compare == "" && (r.Limit == 0 || !r.NotIn && n <= r.Limit)
}

// seriesScorer applies the rule's function to the cells of each value.
type seriesScorer struct {
	state agg.State
	n     int // values
}

func (r *SeriesRule) scorer(n int) *seriesScorer {
	f, percent := r.Score, r.Percent
	if f == nil {
		f, _, _ = agg.Lookup("sum")
	}
	return &seriesScorer{f.New(agg.Arg{Percent: percent, List: 100}), n}
}

// add takes the results of cells, in order of their arrival; of tells which value each belongs to.
func (s *seriesScorer) add(cells column.Vec, of []uint32) {
	s.state.Add(agg.NewInput(of, s.n, len(of), agg.NewColumn(cells), nil))
}

// scores returns a score per value; what is no number is the least.
func (s *seriesScorer) scores() []float64 {
	result := s.state.Result(s.n)
	out := make([]float64, s.n)
	for i := range out {
		x, _, ok := value.OfText(result.At(i).Text()).Number()
		if !ok {
			x = math.Inf(-1)
		}
		out[i] = x
	}
	return out
}
