package column

import (
	"math"

	"spl/exec/value"
)

// Gather returns the rows of v named by rows, in that order.
func Gather(v Vec, rows []uint32) Vec {
	switch v := v.(type) {
	case *Const:
		return &Const{V: v.V, N: len(rows)}
	case *Dict:
		return &Dict{Codes: pick(v.Codes, rows), D: v.D, Str: v.Str}
	case *Int:
		return &Int{V: pick(v.V, rows), Nulls: pickBits(v.Nulls, rows)}
	case *Float:
		out := &Float{F: pick(v.F, rows), Prec: v.Prec, Nulls: pickBits(v.Nulls, rows)}
		if v.P != nil {
			out.P = pick(v.P, rows)
		}
		return out
	case *Time:
		return &Time{V: pick(v.V, rows), Nulls: pickBits(v.Nulls, rows)}
	case *Bool:
		return &Bool{Bits: pickBits(v.Bits, rows), Nulls: pickBits(v.Nulls, rows), N: len(rows)}
	case *List:
		return gatherList(v, rows)
	case *Values:
		return Gather(v.Dense(), rows)
	}
	out := make([]value.Value, len(rows))
	for i, r := range rows {
		out[i] = v.At(int(r))
	}
	return &Any{V: out}
}

func pick[T any](src []T, rows []uint32) []T {
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = src[r]
	}
	return out
}

func pickBits(src Bitmap, rows []uint32) Bitmap {
	if src == nil {
		return nil
	}
	out := NewBitmap(len(rows))
	for i, r := range rows {
		if src.Get(int(r)) {
			out.Set(i)
		}
	}
	return out
}

func gatherList(v *List, rows []uint32) *List {
	offs := make([]uint32, 1, len(rows)+1)
	var codes []uint32
	for _, r := range rows {
		codes = append(codes, v.Inner.Codes[v.Offsets[r]:v.Offsets[r+1]]...)
		offs = append(offs, uint32(len(codes)))
	}
	return &List{Offsets: offs, Inner: &Dict{Codes: codes, D: v.Inner.D}, Delim: v.Delim}
}

// Spread maps a vector over dictionary entries back to rows: row i becomes entry codes[i] of v, where
// v's row 0 is the result for null and row k that for entry k-1.
func Spread(v Vec, codes []uint32) Vec { return Gather(v, codes) }

// Slice returns rows from to to of v.
func Slice(v Vec, from, to int) Vec {
	rows := make([]uint32, to-from)
	for i := range rows {
		rows[i] = uint32(from + i)
	}
	return Gather(v, rows)
}

// Concat appends vectors row-wise.
func Concat(vs ...Vec) Vec {
	if len(vs) == 1 {
		return vs[0]
	}
	if out := concatSame(vs); out != nil {
		return out
	}
	b := NewTextBuilder()
	delim := ""
	for _, v := range vs {
		if l, ok := v.(*List); ok && delim == "" {
			delim = l.Delim
		}
		for i := range v.Len() {
			b.AppendValue(v.At(i))
		}
	}
	return WithDelim(b.Build(), delim)
}

// concatSame joins vectors of one numeric kind, or text over one dictionary, without rendering.
func concatSame(vs []Vec) Vec {
	total := 0
	for _, v := range vs {
		total += v.Len()
	}
	switch vs[0].(type) {
	case *Time:
		out := &Time{V: make([]int64, 0, total)}
		for _, v := range vs {
			t, ok := v.(*Time)
			if !ok {
				return nil
			}
			out.Nulls = appendNulls(out.Nulls, t.Nulls, len(out.V), len(t.V), total)
			out.V = append(out.V, t.V...)
		}
		return out
	case *Int:
		out := &Int{V: make([]int64, 0, total)}
		for _, v := range vs {
			t, ok := v.(*Int)
			if !ok {
				return nil
			}
			out.Nulls = appendNulls(out.Nulls, t.Nulls, len(out.V), len(t.V), total)
			out.V = append(out.V, t.V...)
		}
		return out
	case *Dict:
		return concatDict(vs, total)
	}
	return nil
}

func concatDict(vs []Vec, total int) Vec {
	first := vs[0].(*Dict)
	out := &Dict{Codes: make([]uint32, 0, total), D: first.D, Str: first.Str}
	for _, v := range vs {
		t, ok := v.(*Dict)
		if !ok || t.D != first.D || t.Str != first.Str {
			return nil
		}
		out.Codes = append(out.Codes, t.Codes...)
	}
	return out
}

func appendNulls(dst, src Bitmap, at, n, total int) Bitmap {
	if src == nil {
		return dst
	}
	for i := range n {
		if src.Get(i) {
			dst = setNull(dst, at+i, total)
		}
	}
	return dst
}

// Stored returns v as a later command reads the field: texts that may read as numbers again.
// Numbers whose text reads back to themselves stay as they are.
func Stored(v Vec) Vec {
	switch v := v.(type) {
	case *Const:
		return &Const{V: v.V.Stored(), N: v.N}
	case *Dict:
		if v.Str {
			return &Dict{Codes: v.Codes, D: v.D}
		}
		return v
	case *Float:
		return storedFloat(v)
	case *Bool, *Any:
		b := NewTextBuilder()
		for i := range v.Len() {
			b.AppendValue(v.At(i))
		}
		return b.Build()
	}
	return v
}

func storedFloat(v *Float) Vec {
	out := &Float{F: make([]float64, len(v.F)), P: make([]value.Prec, len(v.F)), Nulls: v.Nulls}
	for i, f := range v.F {
		if v.Nulls.Get(i) {
			continue
		}
		out.F[i], out.P[i] = value.Stored(f, v.PrecAt(i))
		if a := math.Abs(f); a == 0 || a >= 1e-6 && a < 1e15 {
			continue // such a number always prints as it was read
		}
		if value.FormatNumber(out.F[i], out.P[i]) != value.FormatNumber(f, v.PrecAt(i)) {
			return AsText(v)
		}
	}
	return out
}

// AsText renders v as a Dict or List of texts (AppendValue's rules); those are returned as they are.
func AsText(v Vec) Vec {
	switch v := v.(type) {
	case *Dict, *List:
		return v
	case *Const:
		return constText(v)
	case *Values:
		return v.Dense()
	}
	b := NewTextBuilder()
	for i := range v.Len() {
		b.AppendValue(v.At(i))
	}
	return b.Build()
}

func constText(v *Const) Vec {
	switch v.V.Kind() {
	case value.Null:
		return &Dict{Codes: make([]uint32, v.N), D: DictionaryOf()}
	case value.Multi:
		b := NewTextBuilder()
		for range v.N {
			b.AppendValue(v.V)
		}
		return b.Build()
	}
	codes := make([]uint32, v.N)
	for i := range codes {
		codes[i] = 1
	}
	return &Dict{Codes: codes, D: DictionaryOf(v.V.Text()), Str: v.V.Kind() == value.String}
}
