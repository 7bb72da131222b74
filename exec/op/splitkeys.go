package op

import (
	"strconv"

	"spl/exec/column"
)

func appendInt(dst []byte, x int64) []byte { return strconv.AppendInt(dst, x, 10) }

// SplitKeys prepares key fields for a KeyTable: rows outside of sel and rows that lack a field are left
// out, a row with several values of a field becomes one entry per value (all combinations, for several
// such fields). rows tells which row each entry is, nil for all rows as they are; keys hold one vector a
// field for the entries. With dedup a value that repeats within a row counts once.
func SplitKeys(cols []column.Vec, n int, sel column.Bitmap, dedup bool) (rows []uint32, keys []column.Vec) {
	for _, v := range cols {
		if c, ok := v.(*column.Const); ok && c.V.IsNull() {
			return []uint32{}, emptyKeys(len(cols))
		}
	}
	cols = plainKeys(cols)
	if sel != nil {
		rows = sel.Rows(make([]uint32, 0, sel.Count()))
	}
	if hasLists(cols) {
		return expandLists(cols, n, rows, dedup)
	}
	if !hasNulls(cols) {
		if rows == nil {
			return nil, cols
		}
		return rows, gatherAll(cols, rows)
	}
	if rows == nil {
		rows = make([]uint32, n)
		for i := range rows {
			rows[i] = uint32(i)
		}
	}
	kept := rows[:0]
	for _, r := range rows {
		if !anyNull(cols, int(r)) {
			kept = append(kept, r)
		}
	}
	return kept, gatherAll(cols, kept)
}

func emptyKeys(n int) []column.Vec {
	out := make([]column.Vec, n)
	for i := range out {
		out[i] = column.ConstText("", 0)
	}
	return out
}

func gatherAll(cols []column.Vec, rows []uint32) []column.Vec {
	out := make([]column.Vec, len(cols))
	for i, v := range cols {
		out[i] = column.Gather(v, rows)
	}
	return out
}

// plainKeys renders the kinds of vectors that a KeyTable does not read itself.
func plainKeys(cols []column.Vec) []column.Vec {
	out := make([]column.Vec, len(cols))
	for i, v := range cols {
		switch v := v.(type) {
		case *column.Any, *column.Float, *column.Bool:
			out[i] = column.AsText(v)
		case *column.Const:
			out[i] = v
			if len(v.V.List()) > 1 {
				out[i] = column.AsText(v)
			}
		default:
			out[i] = v
		}
	}
	return out
}

func hasLists(cols []column.Vec) bool {
	for _, v := range cols {
		if _, ok := v.(*column.List); ok {
			return true
		}
	}
	return false
}

func hasNulls(cols []column.Vec) bool {
	for _, v := range cols {
		switch v := v.(type) {
		case *column.Dict:
			for _, c := range v.Codes {
				if c == 0 {
					return true
				}
			}
		case *column.Int:
			if v.Nulls.Any() {
				return true
			}
		case *column.Time:
			if v.Nulls.Any() {
				return true
			}
		}
	}
	return false
}

func anyNull(cols []column.Vec, r int) bool {
	for _, v := range cols {
		if v.Null(r) {
			return true
		}
	}
	return false
}

// expandLists makes an entry per combination of the values of each row.
func expandLists(cols []column.Vec, n int, rows []uint32, dedup bool) ([]uint32, []column.Vec) {
	if rows == nil {
		rows = make([]uint32, n)
		for i := range rows {
			rows[i] = uint32(i)
		}
	}
	texts := make([]*column.Dict, len(cols)) // the values of each field, one after another
	offs := make([][]uint32, len(cols))      // of lists: where each row's begin
	picks := make([][]uint32, len(cols))     // the codes of each entry
	for i, v := range cols {
		switch v := column.AsText(v).(type) {
		case *column.List:
			texts[i], offs[i] = v.Inner, v.Offsets
		case *column.Dict:
			texts[i] = v
		}
	}
	var out []uint32
	options := make([][]uint32, len(cols))
	for _, r := range rows {
		total := 1
		for i := range cols {
			options[i] = rowCodes(texts[i], offs[i], int(r), dedup)
			total *= len(options[i])
		}
		for k := range total {
			rest := k
			for i := len(cols) - 1; i >= 0; i-- {
				m := len(options[i])
				picks[i] = append(picks[i], options[i][rest%m])
				rest /= m
			}
			out = append(out, r)
		}
	}
	keys := make([]column.Vec, len(cols))
	for i := range keys {
		keys[i] = &column.Dict{Codes: picks[i], D: texts[i].D}
	}
	if out == nil {
		out = []uint32{}
	}
	return out, keys
}

func rowCodes(d *column.Dict, offs []uint32, r int, dedup bool) []uint32 {
	if offs == nil {
		if d.Codes[r] == 0 {
			return nil
		}
		return d.Codes[r : r+1]
	}
	codes := d.Codes[offs[r]:offs[r+1]]
	if !dedup || len(codes) < 2 {
		return codes
	}
	var out []uint32
	for _, c := range codes {
		repeated := false
		for _, x := range out {
			repeated = repeated || x == c || d.D.Text(int(x-1)) == d.D.Text(int(c-1))
		}
		if !repeated {
			out = append(out, c)
		}
	}
	return out
}
