package main

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"spl/exec/column"
)

// result is an answer as far as it is compared: its rows as texts.
type result struct {
	rows [][]string
}

// sum is the checksum of the compared columns, whatever the order of rows.
func (r *result) sum(skip []bool) uint64 {
	var total uint64
	for _, row := range r.rows {
		h := fnv.New64a()
		for i, cell := range row {
			if i < len(skip) && skip[i] {
				continue
			}
			h.Write([]byte(cell))
			h.Write([]byte{0})
		}
		total += h.Sum64()
	}
	return total
}

// count adds up an integer column.
func (r *result) count(col int) (n int64) {
	for _, row := range r.rows {
		x, _ := strconv.ParseInt(row[col], 10, 64) // nulls count nothing
		n += x
	}
	return n
}

// cell renders a value of the SQL side as ours shows it.
func cell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case time.Time:
		return string(column.AppendTime(nil, v.UnixMicro()))
	case float64:
		return number(v)
	case float32:
		return number(float64(v))
	case *big.Int:
		return v.String()
	case []any:
		parts := make([]string, len(v))
		for i, x := range v {
			parts[i] = cell(x)
		}
		return strings.Join(parts, "\n")
	}
	return fmt.Sprint(v)
}

// number rounds to nine digits, and times to microseconds: sums of doubles differ in the last digits with
// the order of adding.
func number(f float64) string {
	switch {
	case f == math.Trunc(f) && math.Abs(f) < 1<<53:
		return strconv.FormatInt(int64(f), 10)
	case f > 1e9:
		return string(column.AppendTime(nil, int64(math.Round(f*1e6))))
	}
	return strconv.FormatFloat(f, 'g', 9, 64)
}

// own renders a value of ours.
func own(v column.Vec, i int) string {
	if v.Null(i) {
		return ""
	}
	switch v := v.(type) {
	case *column.Float:
		return number(v.F[i])
	case *column.List:
		return strings.Join(v.Values(i, nil), "\n")
	}
	text := v.At(i).Text()
	if strings.Contains(text, ".") && len(text) > 9 && !strings.ContainsAny(text, ":/") {
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return number(f)
		}
	}
	return text
}

// ours makes a comparable result of our rows.
func (q *query) ours(b *column.Batch) *result {
	if q.Pivot {
		return unpivot(b)
	}
	cols := b.Cols
	if q.Compare != nil {
		cols = make([]column.Vec, len(q.Compare))
		for i, name := range q.Compare {
			if name != "" {
				cols[i] = b.Col(name)
			}
		}
	}
	r := &result{rows: make([][]string, b.N)}
	for i := range r.rows {
		row := make([]string, len(cols))
		for k, c := range cols {
			if c != nil {
				row[k] = own(c, i)
			}
		}
		r.rows[i] = row
	}
	return r
}

// unpivot makes a row per time and series, without those that are 0.
func unpivot(b *column.Batch) *result {
	r := &result{}
	for i := range b.N {
		for k, name := range b.Names {
			if name == "_time" || column.Internal(name) {
				continue
			}
			if text := own(b.Cols[k], i); text != "0" && text != "" {
				r.rows = append(r.rows, []string{own(b.Col("_time"), i), name, text})
			}
		}
	}
	return r
}

// skipped tells the columns that are not compared.
func (q *query) skipped() []bool {
	skip := make([]bool, len(q.Compare))
	for i, name := range q.Compare {
		skip[i] = name == ""
	}
	return skip
}

// difference describes how two results differ, "" if they do not.
func (q *query) difference(us, them *result) string {
	if len(us.rows) != len(them.rows) {
		return fmt.Sprintf("%d rows, DuckDB has %d", len(us.rows), len(them.rows))
	}
	skip := q.skipped()
	if us.sum(skip) == them.sum(skip) {
		return ""
	}
	line := func(row []string) string {
		var kept []string
		for i, c := range row {
			if i >= len(skip) || !skip[i] {
				kept = append(kept, c)
			}
		}
		return strings.Join(kept, " | ")
	}
	left := map[string]int{}
	for _, row := range us.rows {
		left[line(row)]++
	}
	for _, row := range them.rows {
		left[line(row)]--
	}
	var more, less []string
	for l, n := range left {
		switch {
		case n > 0:
			more = append(more, l)
		case n < 0:
			less = append(less, l)
		}
	}
	slices.Sort(more)
	slices.Sort(less)
	return fmt.Sprintf("%d rows differ, for example\n    ours   %q\n    DuckDB %q", len(more), first(more), first(less))
}

func first(s []string) string {
	if len(s) == 0 {
		return ""
	}
	return s[0]
}
