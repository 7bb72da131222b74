package lookups

import (
	"math"
	"slices"

	"spl/exec/column"
	"spl/lang/timefmt"
)

// defaultTimeFormat is an epoch with or without a fraction.
const defaultTimeFormat = "%s.%Q"

// temporal picks the table rows that are near enough in time.
type temporal struct {
	at       []int64 // microseconds, by table row; noTime where the cell is no time
	min, max int64
}

const noTime = math.MinInt64

func (lk *Lookup) newTemporal(t *Table) (*temporal, error) {
	c := t.Index(lk.Def.TimeField)
	if c < 0 {
		return nil, &ColumnError{Table: lk.Def.Name, Column: lk.Def.TimeField}
	}
	out := &temporal{at: make([]int64, t.Rows), min: lk.Def.MinOffsetSecs * 1e6, max: lk.Def.MaxOffsetSecs * 1e6}
	parse := timefmt.ParseSeconds
	if f := lk.Def.TimeFormat; f != "" && f != defaultTimeFormat {
		parse = timefmt.Compile(f).NewParser(lk.lib.Now, lk.lib.Zone).Parse
	}
	for row := range out.at {
		out.at[row] = noTime
		if vs := appendTexts(nil, t.Cols[c], row); len(vs) > 0 {
			if e, ok := parse(vs[0]); ok {
				out.at[row] = e.Micros()
			}
		}
	}
	return out, nil
}

// pick returns the rows whose time lies in the window before at, the newest first, limit at most.
func (t *temporal) pick(rows []uint32, at int64, limit int) []uint32 {
	rows = slices.DeleteFunc(rows, func(r uint32) bool {
		return t.at[r] == noTime || at-t.at[r] < t.min || at-t.at[r] > t.max
	})
	slices.SortStableFunc(rows, func(a, b uint32) int {
		switch {
		case t.at[a] > t.at[b]:
			return -1
		case t.at[a] < t.at[b]:
			return 1
		}
		return 0
	})
	return rows[:min(limit, len(rows))]
}

// micros returns the time in row i of a column, in microseconds.
func micros(v column.Vec, i int) (int64, bool) {
	if t, ok := v.(*column.Time); ok {
		return t.V[i], !t.Nulls.Get(i)
	}
	e, ok := timefmt.ParseSeconds(v.At(i).Text())
	return e.Micros(), ok && !v.Null(i)
}
