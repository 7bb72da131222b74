package op

import (
	"sort"

	"spl/exec/column"
	"spl/exec/plan"
	"spl/exec/value"
)

// joinTable is right rows with an index over their keys.
type joinTable struct {
	rows   *column.Batch
	no     []uint64 // numbers of the rows, for SelfJoin; nil: the rows are those of the left side
	keys   *Keys    // nil: there are no fields to compare
	starts []uint32 // the rows of key k are order[starts[k]:starts[k+1]], ascending
	order  []uint32
	held   *Hold
}

// newJoinTable makes a table of rows. It fails if the budget has no room for the table besides them.
func newJoinTable(j *Join, mem *plan.Budget, rows *Kept) (*joinTable, error) {
	t := &joinTable{held: NewHold(mem)}
	size := rows.held.n
	for _, b := range rows.Loaded().Batches() {
		size += t.indexSize(j, b)
	}
	if err := t.held.takeSpillable(size); err != nil {
		return nil, err
	}
	t.fill(j, rows.Loaded())
	return t, nil
}

// fill makes the table; more than about what it takes must be reserved.
func (t *joinTable) fill(j *Join, rows *Rows) {
	t.rows = rows.Table()
	t.index(j)
	size := bytesOf(t.rows) + 8*int64(len(t.no)) + 4*int64(cap(t.starts)+cap(t.order))
	if t.keys != nil {
		size += t.keys.Bytes()
	}
	_ = t.held.set(size)
}

// indexSize is about how many bytes the index of some rows takes.
func (t *joinTable) indexSize(j *Join, b *column.Batch) int64 {
	return NewKeys(j.Fields).roomAs(b, j.RightFields) + 8*int64(b.N+1)
}

// index finds the rows of every key.
func (t *joinTable) index(j *Join) {
	if len(j.Fields) == 0 {
		return
	}
	t.keys = NewKeys(j.Fields)
	numbers := t.keys.numberAs(t.rows, j.RightFields)
	t.starts = make([]uint32, t.keys.Len()+2)
	for _, n := range numbers {
		t.starts[n]++
	}
	end := uint32(0)
	for k, n := range t.starts {
		end += n
		t.starts[k] = end
	}
	t.order = make([]uint32, len(numbers))
	for i := len(numbers) - 1; i >= 0; i-- {
		n := numbers[i]
		t.starts[n]--
		t.order[t.starts[n]] = uint32(i)
	}
}

// leftRows are rows of the left side that look for their matches.
type leftRows struct {
	keys  []uint32 // their keys in the table, 0: none
	no    []uint64 // their numbers, for SelfJoin; nil: they are the rows of the table
	found []int64  // in the tables before, see foundOf; nil: this is the only one
	last  bool     // no table follows
}

// foundOf is what tables tell of a left row: how many matches it has, and whether another row has its
// values.
func foundOf(n int, company bool) int64 {
	if company {
		return int64(n)<<1 | 1
	}
	return int64(n) << 1
}

// find looks the keys of b up.
func (t *joinTable) find(b *column.Batch) leftRows {
	if t.keys == nil {
		return leftRows{keys: make([]uint32, b.N), last: true}
	}
	return leftRows{keys: t.keys.Find(b), last: true}
}

// joinPairs are matches: a row of each side, or the left one alone where it is no hit.
type joinPairs struct {
	left, right []uint32
	hit         []bool
}

func (p *joinPairs) add(left int, right uint32, hit bool) {
	p.left, p.right, p.hit = append(p.left, uint32(left)), append(p.right, right), append(p.hit, hit)
}

// pairs returns the matches of rows of b, in the order of these and then of the right ones. It starts at
// row from, ends when there are most, and returns the row to go on with.
func (t *joinTable) pairs(j *Join, b *column.Batch, l leftRows, from, most int) (p joinPairs, next int) {
	time, times := b.Col("_time"), t.rows.Col("_time")
	for next = from; next < b.N && len(p.left) < most; next++ {
		i := next
		if !b.Selected(i) {
			continue
		}
		n, company := 0, false
		if l.found != nil {
			n, company = int(l.found[i]>>1), l.found[i]&1 != 0
		}
		rows := t.rowsOf(l.keys[i])
		if j.later {
			after := t.upTo(rows, l, i)
			company = company || len(rows) > 1 || len(rows) == 1 && !t.isRow(rows[0], l, i)
			rows = rows[after:]
		}
		for _, r := range rows {
			if j.UseTime && !j.inTime(time.At(i), times.At(int(r))) {
				continue
			}
			p.add(i, r, true)
			if n++; n == j.Max {
				break
			}
		}
		if l.found != nil {
			l.found[i] = foundOf(n, company)
		}
		if n > 0 || !l.last {
			continue
		}
		switch {
		case j.Outer:
			p.add(i, 0, false)
		case j.single && !company && l.keys[i] != 0:
			p.add(i, t.rowsOf(l.keys[i])[0], true)
		case j.single && !company && l.no != nil: // it was in a table before this one
			p.add(i, 0, false)
		}
	}
	return p, next
}

// rowsOf returns the rows with a key.
func (t *joinTable) rowsOf(key uint32) []uint32 {
	if key == 0 {
		return nil
	}
	return t.order[t.starts[key]:t.starts[key+1]]
}

// upTo returns how many of the rows are left row i or come before it.
func (t *joinTable) upTo(rows []uint32, l leftRows, i int) int {
	return sort.Search(len(rows), func(k int) bool {
		if l.no == nil {
			return int(rows[k]) > i
		}
		return t.no[rows[k]] > l.no[i]
	})
}

// isRow reports whether row r of the table is left row i.
func (t *joinTable) isRow(r uint32, l leftRows, i int) bool {
	if l.no == nil {
		return int(r) == i
	}
	return t.no[r] == l.no[i]
}

// inTime reports whether the right row is early, or late, enough; the same second always is.
func (j *Join) inTime(left, right value.Value) bool {
	l, _, ok1 := left.Number()
	o, _, ok2 := right.Number()
	if !ok1 || !ok2 {
		return false
	}
	if int64(l) == int64(o) {
		return true
	}
	return o < l == j.Earlier
}
