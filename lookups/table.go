package lookups

import (
	"slices"
	"sync"

	"spl/exec/column"
)

// Table is the rows of a lookup, column by column. It is immutable.
type Table struct {
	Name    string // of the file or collection
	Columns []string
	Cols    []column.Vec // *column.Dict, or *column.List for multivalues
	Rows    int
	Report  Report

	mu      sync.Mutex
	indexes map[string]*index
}

// Report is what was odd about a file that was read as a table.
type Report struct {
	Short    int      // rows with fewer cells than the header: what is missing is null
	Long     int      // rows with more: the surplus is dropped
	BadUTF8  int      // cells whose bytes are no UTF-8: replaced by U+FFFD
	Repeated []string // header names that stand twice: the first one counts
}

// Index returns the position of a column, -1 if the table has none of that name.
func (t *Table) Index(name string) int { return slices.Index(t.Columns, name) }

// Batches returns the rows in file order, in batches of at most column.MaxRows. Internal columns such
// as _key are among them.
func (t *Table) Batches() []*column.Batch {
	var out []*column.Batch
	for from := 0; from < t.Rows; from += column.MaxRows {
		to := min(from+column.MaxRows, t.Rows)
		b := &column.Batch{N: to - from, Names: slices.Clone(t.Columns), Ordered: true, Seq: uint64(len(out))}
		for _, v := range t.Cols {
			if t.Rows > column.MaxRows {
				v = column.Slice(v, from, to)
			}
			b.Cols = append(b.Cols, v)
		}
		out = append(out, b)
	}
	return out
}

// Texts returns the cells of a row by column; a null cell is left out.
func (t *Table) Texts(row int) map[string][]string {
	out := map[string][]string{}
	for i, name := range t.Columns {
		if vs := t.Cols[i].At(row).List(); len(vs) > 0 {
			out[name] = vs
		}
	}
	return out
}

// reshape returns the table with exactly these columns, null where it had none; _key stays.
func (t *Table) reshape(columns []string) *Table {
	out := &Table{Name: t.Name, Rows: t.Rows, Report: t.Report}
	if k := t.Index(keyField); k >= 0 && !slices.Contains(columns, keyField) {
		columns = append(slices.Clone(columns), keyField)
	}
	for _, c := range columns {
		v := column.AsText(column.Nulls(t.Rows))
		if i := t.Index(c); i >= 0 {
			v = t.Cols[i]
		}
		out.Columns, out.Cols = append(out.Columns, c), append(out.Cols, v)
	}
	return out
}

// filtered returns the rows that keep holds.
func (t *Table) filtered(keep column.Bitmap) *Table {
	rows := keep.Rows(nil)
	out := &Table{Name: t.Name, Columns: t.Columns, Rows: len(rows), Report: t.Report}
	for _, v := range t.Cols {
		out.Cols = append(out.Cols, column.Gather(v, rows))
	}
	return out
}
