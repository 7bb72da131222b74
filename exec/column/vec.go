// Package column holds the data that flows through a search: vectors (one field of many rows) with
// dictionaries, bitmaps, batches of vectors, and the builders that make them.
//
//	b := column.NewTextBuilder()
//	b.Append("alice"); b.AppendNull(); b.AppendList([]string{"a", "b"})
//	batch := column.NewBatch(3)
//	batch.Set("user", b.Build())
//	batch.Col("user").At(0).Text() // "alice"
//
// Vectors and dictionaries are immutable once handed on; an operator that changes a field puts a new
// vector in its place. Start with Vec, Batch and TextBuilder.
package column

import (
	"strconv"

	"spl/exec/value"
)

// Vec is one field of Len rows: *Const, *Dict, *Int, *Float, *Time, *Bool, *List or *Any. Fast paths
// switch on the concrete type; At is the slow path that is always right. (*Values is for bulk imports.)
type Vec interface {
	Len() int
	Null(i int) bool
	At(i int) value.Value
}

// Const is the same value in every row; the zero Value is a column of nulls.
type Const struct {
	V value.Value
	N int
}

// Dict is text by code: 0 is null, k stands for entry k-1.
type Dict struct {
	Codes []uint32
	D     *Dictionary
	// Str: the texts are results of string expressions and never read as numbers. Columns of fields
	// have it unset.
	Str bool
}

// Int is exact integers (counts, flags).
type Int struct {
	V     []int64
	Nulls Bitmap // nil: none
}

// Float is numbers with their precision: P per row, or Prec for all rows where P is nil.
type Float struct {
	F     []float64
	P     []value.Prec
	Prec  value.Prec
	Nulls Bitmap // nil: none
}

// Time is microseconds since the epoch, UTC; it reads as seconds with the fraction that is there.
type Time struct {
	V     []int64
	Nulls Bitmap // nil: none
}

// Bool is a predicate's verdicts; null rows have their bit clear in Bits.
type Bool struct {
	Bits  Bitmap
	Nulls Bitmap // nil: none
	N     int
}

// List is multivalues: row i holds Inner rows Offsets[i] to Offsets[i+1]. Inner has no nulls; an empty
// range is null, a range of one is a plain value.
type List struct {
	Offsets []uint32
	Inner   *Dict
	// Delim is what a command (makemv, mvcombine) wants between the values where they become one text;
	// "" means a newline.
	Delim string
}

// WithDelim returns v with the text that is to stand between the values of a list where they become one
// text; a vector of single values is returned as it is.
func WithDelim(v Vec, delim string) Vec {
	if l, ok := v.(*List); ok && l.Delim != delim {
		return &List{Offsets: l.Offsets, Inner: l.Inner, Delim: delim}
	}
	return v
}

// Any is values of mixed kinds: always right, never fast.
type Any struct{ V []value.Value }

// Nulls returns a column of n nulls.
func Nulls(n int) *Const { return &Const{N: n} }

// ConstText returns a column of n times the text s.
func ConstText(s string, n int) *Const { return &Const{V: value.OfText(s), N: n} }

// Len returns the number of rows.
func (v *Const) Len() int { return v.N }

// Null reports whether row i is null.
func (v *Const) Null(int) bool { return v.V.IsNull() }

// At returns row i.
func (v *Const) At(int) value.Value { return v.V }

// Len returns the number of rows.
func (v *Dict) Len() int { return len(v.Codes) }

// Null reports whether row i is null.
func (v *Dict) Null(i int) bool { return v.Codes[i] == 0 }

// At returns row i.
func (v *Dict) At(i int) value.Value {
	c := v.Codes[i]
	switch {
	case c == 0:
		return value.Value{}
	case v.Str:
		return value.OfString(v.D.Text(int(c - 1)))
	}
	return value.OfText(v.D.Text(int(c - 1)))
}

// Text returns the text of row i, "" for null.
func (v *Dict) Text(i int) string {
	if c := v.Codes[i]; c != 0 {
		return v.D.Text(int(c - 1))
	}
	return ""
}

// Len returns the number of rows.
func (v *Int) Len() int { return len(v.V) }

// Null reports whether row i is null.
func (v *Int) Null(i int) bool { return v.Nulls.Get(i) }

// At returns row i. Integers beyond 2^53 keep their digits as spelling.
func (v *Int) At(i int) value.Value {
	if v.Nulls.Get(i) {
		return value.Value{}
	}
	n := v.V[i]
	if n > 1<<53 || n < -1<<53 {
		return value.OfSpelled(strconv.FormatInt(n, 10))
	}
	return value.OfInt(n)
}

// Len returns the number of rows.
func (v *Float) Len() int { return len(v.F) }

// Null reports whether row i is null.
func (v *Float) Null(i int) bool { return v.Nulls.Get(i) }

// PrecAt returns the precision of row i.
func (v *Float) PrecAt(i int) value.Prec {
	if v.P != nil {
		return v.P[i]
	}
	return v.Prec
}

// At returns row i.
func (v *Float) At(i int) value.Value {
	if v.Nulls.Get(i) {
		return value.Value{}
	}
	return value.OfNumber(v.F[i], v.PrecAt(i))
}

// Len returns the number of rows.
func (v *Time) Len() int { return len(v.V) }

// Null reports whether row i is null.
func (v *Time) Null(i int) bool { return v.Nulls.Get(i) }

// At returns row i as a number of seconds.
func (v *Time) At(i int) value.Value {
	if v.Nulls.Get(i) {
		return value.Value{}
	}
	return TimeValue(v.V[i])
}

// TimeValue is a time in microseconds as the number of seconds that SPL sees. A fraction counts as
// milliseconds or microseconds also where its text ends in zeros that are not shown: a difference of
// times must not be cut to the decimals that one of them happens to have.
func TimeValue(us int64) value.Value {
	switch {
	case us%1e6 == 0:
		return value.OfInt(us / 1e6)
	case us%1e3 == 0:
		return value.OfSpelledAs(string(AppendTime(nil, us)), value.Decimals(3))
	}
	return value.OfSpelledAs(string(AppendTime(nil, us)), value.Decimals(6))
}

// AppendTime appends a time in microseconds as seconds, without trailing zeros of the fraction.
func AppendTime(dst []byte, us int64) []byte {
	if us < 0 {
		dst = append(dst, '-')
		us = -us
	}
	dst = strconv.AppendInt(dst, us/1e6, 10)
	frac := us % 1e6
	if frac == 0 {
		return dst
	}
	dst = append(dst, '.')
	for d := int64(1e5); frac > 0; d /= 10 {
		dst = append(dst, byte('0'+frac/d))
		frac %= d
	}
	return dst
}

// Len returns the number of rows.
func (v *Bool) Len() int { return v.N }

// Null reports whether row i is null.
func (v *Bool) Null(i int) bool { return v.Nulls.Get(i) }

// At returns row i.
func (v *Bool) At(i int) value.Value {
	if v.Nulls.Get(i) {
		return value.Value{}
	}
	return value.OfBool(v.Bits.Get(i))
}

// Len returns the number of rows.
func (v *List) Len() int { return len(v.Offsets) - 1 }

// Null reports whether row i is null.
func (v *List) Null(i int) bool { return v.Offsets[i] == v.Offsets[i+1] }

// At returns row i.
func (v *List) At(i int) value.Value {
	return value.OfList(v.Values(i, nil))
}

// Values appends the values of row i to dst.
func (v *List) Values(i int, dst []string) []string {
	for j := v.Offsets[i]; j < v.Offsets[i+1]; j++ {
		dst = append(dst, v.Inner.Text(int(j)))
	}
	return dst
}

// Len returns the number of rows.
func (v *Any) Len() int { return len(v.V) }

// Null reports whether row i is null.
func (v *Any) Null(i int) bool { return v.V[i].IsNull() }

// At returns row i.
func (v *Any) At(i int) value.Value { return v.V[i] }
