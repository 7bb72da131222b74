package storetest

import (
	"context"
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"

	"spl/exec/column"
	"spl/exec/store"
)

// Row is one event: seconds since the epoch and fields as "name=value"; a name that comes twice is a
// multivalue. _raw is the joined text unless a field gives it.
type Row struct {
	Time   float64
	Fields []string
}

// E makes a Row.
func E(t float64, fields ...string) Row { return Row{t, fields} }

// Events makes a batch of one index and sourcetype, with host and source as constants.
func Events(index, sourcetype string, rows ...Row) *column.Batch {
	b := column.NewBatch(len(rows))
	times := make([]int64, len(rows))
	cols := map[string]*column.TextBuilder{}
	put := func(i int, name, value string) {
		c := cols[name]
		if c == nil {
			c = column.NewTextBuilder()
			cols[name] = c
		}
		if c.Len() == i+1 {
			c.AppendMore(value)
			return
		}
		c.AppendNulls(i - c.Len())
		c.Append(value)
	}
	for i, r := range rows {
		times[i] = int64(r.Time*1e6 + 0.5)
		raw := false
		for _, f := range r.Fields {
			name, value, _ := strings.Cut(f, "=")
			put(i, name, value)
			raw = raw || name == store.FieldRaw
		}
		if !raw {
			put(i, store.FieldRaw, strings.Join(r.Fields, " "))
		}
	}
	b.Set(store.FieldTime, &column.Time{V: times})
	b.Set(store.FieldIndexTime, &column.Time{V: slices.Clone(times)})
	b.Set(store.FieldIndex, column.ConstText(index, b.N))
	b.Set(store.FieldSourcetype, column.ConstText(sourcetype, b.N))
	b.Set(store.FieldHost, column.ConstText("h", b.N))
	b.Set(store.FieldSource, column.ConstText("s", b.N))
	names := make([]string, 0, len(cols))
	for n := range cols {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		cols[n].AppendNulls(b.N - cols[n].Len())
		b.Set(n, cols[n].Build())
	}
	return b
}

// Scan reads everything a scan gives, a line an event: the fields in order of their names as
// name=value, several values joined by |, nulls left out. Lines of unordered scans are sorted. It
// fails if an ordered scan is not in order.
func Scan(t testing.TB, st store.Store, s store.Scan) []string {
	t.Helper()
	lines, err := scan(st, s)
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func scan(st store.Store, s store.Scan) ([]string, error) {
	ctx := context.Background()
	units, err := st.Scan(ctx, s)
	if err != nil {
		return nil, err
	}
	defer units.Release()
	var out []string
	last := int64(1<<63 - 1)
	for _, u := range units.Units {
		bs, err := u.Read(ctx)
		if err != nil {
			return nil, err
		}
		for _, b := range bs {
			if b.N > column.MaxRows {
				return nil, fmt.Errorf("batch of %d rows", b.N)
			}
			out = append(out, Lines(b)...)
			if ts, ok := b.Col(store.FieldTime).(*column.Time); ok && s.Ordered {
				if last, err = descending(ts.V, last); err != nil {
					return nil, err
				}
			}
		}
	}
	if !s.Ordered {
		sort.Strings(out)
	}
	return out, nil
}

// descending fails unless the times go down from last; it returns the lowest.
func descending(times []int64, last int64) (int64, error) {
	for _, v := range times {
		if v > last {
			return 0, fmt.Errorf("time %d comes after %d", v, last)
		}
		last = v
	}
	return last, nil
}

// Lines renders the rows of a batch as Scan does.
func Lines(b *column.Batch) []string {
	names := slices.Clone(b.Names)
	sort.Strings(names)
	out := make([]string, 0, b.N)
	for i := range b.N {
		var sb strings.Builder
		for _, n := range names {
			v := b.Col(n).At(i)
			if v.IsNull() {
				continue
			}
			if sb.Len() > 0 {
				sb.WriteByte(' ')
			}
			sb.WriteString(n + "=" + strings.Join(v.List(), "|"))
		}
		out = append(out, sb.String())
	}
	return out
}
