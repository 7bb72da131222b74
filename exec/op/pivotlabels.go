package op

import (
	"slices"

	"spl/exec/column"
	"spl/exec/intern"
	"spl/exec/plan"
	"spl/exec/value"
)

// pivotLabels are the labels of rows and columns, and where the values of both fields belong.
type pivotLabels struct {
	n      int       // rows
	rows   []string  // their labels, in order; nil for timechart
	time   *timeRows // of timechart
	cols   []string  // labels of the column field; one without such a field
	rowOf  []uint32  // row by number of the value, None: it is left out
	colOf  []uint32  // label by number of the value; nil without a column field
	pooled bool      // some values share a label
}

// newPivotLabels bins, orders and fills up what the values of both fields give; cols is nil without a column
// field.
func newPivotLabels(p *Pivot, rt *plan.Runtime, rows, cols *intern.Texts) (*pivotLabels, error) {
	l := &pivotLabels{cols: []string{""}}
	var err error
	if p.Time != nil {
		err = l.timeRows(p.Time, rt, rows)
	} else {
		l.labelRows(p, rt, rows)
	}
	if err == nil && cols != nil {
		l.cols, l.colOf = labelsOf(rt, cols, p.Col)
		l.pooled = l.pooled || len(l.cols) < len(l.colOf)
	}
	return l, err
}

// labelsOf bins the values of an axis where that had to wait, and numbers the labels.
func labelsOf(rt *plan.Runtime, texts *intern.Texts, a *Axis) (labels []string, of []uint32) {
	b := column.NewTextBuilder()
	for id := range texts.Len() {
		b.Append(texts.Text(uint32(id)))
	}
	values := b.Build()
	of = make([]uint32, texts.Len())
	if a.Late != nil && len(of) > 0 {
		values = a.Late(rt, values)
	}
	var out intern.Texts
	for id := range of {
		of[id] = out.Add(values.At(id).Text())
	}
	for k := range out.Len() {
		labels = append(labels, string([]byte(out.Text(uint32(k)))))
	}
	return labels, of
}

// labelRows orders the rows, with those that fill gaps.
func (l *pivotLabels) labelRows(p *Pivot, rt *plan.Runtime, texts *intern.Texts) {
	labels, of := labelsOf(rt, texts, &p.Row)
	l.pooled = len(labels) < len(of)
	l.rows = slices.Clone(labels)
	if p.Arrange != nil {
		l.rows = p.Arrange(l.rows)
	} else {
		slices.SortFunc(l.rows, value.Compare)
	}
	place := make(map[string]uint32, len(l.rows))
	for i, s := range l.rows {
		place[s] = uint32(i)
	}
	for id := range of {
		of[id] = place[labels[of[id]]]
	}
	l.rowOf, l.n = of, len(l.rows)
}

func (l *pivotLabels) timeRows(a *TimeAxis, rt *plan.Runtime, texts *intern.Texts) error {
	times := make([]int64, texts.Len())
	for id := range times {
		times[id] = parseMicros(texts.Text(uint32(id)))
	}
	var err error
	if l.time, err = a.rows(rt, times); err != nil {
		return err
	}
	l.n = len(l.time.starts)
	used := column.NewBitmap(l.n)
	l.rowOf = make([]uint32, len(times))
	for id, t := range times {
		row := l.time.row(t)
		l.rowOf[id] = row
		if row != None {
			l.pooled = l.pooled || used.Get(int(row))
			used.Set(int(row))
		}
	}
	return nil
}

// bytes returns the memory held.
func (l *pivotLabels) bytes() int64 {
	n := 4*int64(len(l.rowOf)+len(l.colOf)) + 16*int64(len(l.cols)) // a column has a score and a series
	for _, labels := range [][]string{l.rows, l.cols} {
		n += 16 * int64(len(labels))
		for _, s := range labels {
			n += int64(len(s))
		}
	}
	if l.time != nil {
		n += 8 * int64(len(l.time.starts))
	}
	return n
}

// column is the labels of rows lo to hi-1 as values of the row field.
func (l *pivotLabels) column(lo, hi int) column.Vec {
	if l.time != nil {
		return &column.Time{V: l.time.starts[lo:hi:hi]}
	}
	b := column.NewTextBuilder()
	for _, s := range l.rows[lo:hi] {
		b.Append(s)
	}
	return b.Build()
}

// text is the label of a row.
func (l *pivotLabels) text(row int) string {
	if l.time != nil {
		return string(column.AppendTime(nil, l.time.starts[row]))
	}
	return l.rows[row]
}
