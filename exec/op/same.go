package op

import (
	"slices"

	"spl/exec/column"
)

// SameRow reports whether row i of a and row j of b agree in every field, nulls included.
func SameRow(a *column.Batch, i int, b *column.Batch, j int) bool {
	if a == b {
		for _, c := range a.Cols {
			if !sameCell(c, i, c, j) {
				return false
			}
		}
		return true
	}
	for k, n := range a.Names {
		if !sameCell(a.Cols[k], i, b.Col(n), j) {
			return false
		}
	}
	for k, n := range b.Names {
		if !a.Has(n) && !b.Cols[k].Null(j) {
			return false
		}
	}
	return true
}

func sameCell(a column.Vec, i int, b column.Vec, j int) bool {
	if x, ok := a.(*column.Dict); ok {
		if y, ok := b.(*column.Dict); ok {
			if x.D == y.D && x.Codes[i] == y.Codes[j] {
				return true
			}
			return x.Codes[i] != 0 && y.Codes[j] != 0 && x.Text(i) == y.Text(j)
		}
	}
	if x, ok := a.(*column.Time); ok {
		if y, ok := b.(*column.Time); ok && x.Nulls == nil && y.Nulls == nil {
			return x.V[i] == y.V[j]
		}
	}
	if a.Null(i) || b.Null(j) {
		return a.Null(i) && b.Null(j)
	}
	return slices.Equal(a.At(i).List(), b.At(j).List())
}

// RowKey appends a text that two rows share if and only if they agree in the fields, nulls included.
func RowKey(dst []byte, cols []column.Vec, i int) []byte {
	for _, c := range cols {
		if c.Null(i) {
			dst = append(dst, 0xff) // no byte of UTF-8
			continue
		}
		for _, s := range c.At(i).List() {
			dst = append(append(dst, s...), 0xfe)
		}
		dst = append(dst, 0xfd)
	}
	return dst
}

// Cols returns the named columns of b.
func Cols(b *column.Batch, names []string) []column.Vec {
	out := make([]column.Vec, len(names))
	for i, n := range names {
		out[i] = b.Col(n)
	}
	return out
}
