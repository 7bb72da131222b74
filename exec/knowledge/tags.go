package knowledge

import (
	"slices"
	"strings"

	"spl/exec/column"
	"spl/lang/conf"
)

func (t *typeSet) loadTags() {
	t.tags = map[string]map[string][]string{}
	if t.cfg.Tags == nil {
		return
	}
	for _, st := range t.cfg.Tags.Stanzas {
		field, value, ok := conf.FieldValue(st.Name)
		if !ok {
			continue
		}
		for _, v := range st.Settings() {
			if !strings.EqualFold(v.Text, "enabled") {
				continue
			}
			if t.tags[field] == nil {
				t.tags[field] = map[string][]string{}
				t.fields = append(t.fields, field)
			}
			t.tags[field][value] = append(t.tags[field][value], v.Key)
		}
	}
	slices.Sort(t.fields)
}

// addTags sets tag to what the fields carry, sorted, and tag::field for those that are wanted.
func (t *typeSet) addTags(w *work, fields []string, wanted column.FieldSet) {
	var cols []tagged
	for _, f := range fields {
		if c, some := t.tagged(f, w.col(f)); some {
			cols = append(cols, c)
		}
	}
	if len(cols) == 0 {
		return
	}
	k := cols[0].kinds(w.b.N)
	for _, c := range cols[1:] {
		k = k.and(c.kinds(w.b.N))
	}
	var row, own []string
	for j := range cols {
		if !wanted.Has(tagPrefix + cols[j].field) {
			continue
		}
		w.putSome(tagPrefix+cols[j].field, k.vec(func(out *column.TextBuilder, i int) {
			own = cols[j].at(i, own[:0])
			out.AppendList(own)
		}))
	}
	w.putSome(FieldTag, k.vec(func(out *column.TextBuilder, i int) {
		row = row[:0]
		for j := range cols {
			row = append(row, cols[j].at(i, own[:0])...)
		}
		if len(cols) > 1 {
			slices.Sort(row)
			row = slices.Compact(row)
		}
		out.AppendList(row)
	}))
}

// tagged is a field whose values carry tags: those of each dictionary entry.
type tagged struct {
	field string
	codes []uint32 // of row i: codes[offs[i]:offs[i+1]], or codes[i] without offs
	offs  []uint32
	tags  [][]string
}

// tagged looks the entries of a column up; some is false if none of them carries a tag.
func (t *typeSet) tagged(field string, v column.Vec) (c tagged, some bool) {
	c.field = field
	var d *column.Dictionary
	switch x := column.AsText(v).(type) {
	case *column.Dict:
		c.codes, d = x.Codes, x.D
	case *column.List:
		c.codes, c.offs, d = x.Inner.Codes, x.Offsets, x.Inner.D
	}
	c.tags = make([][]string, d.Len())
	for k := range c.tags {
		own := slices.Clone(t.tags[field][d.Text(k)])
		slices.Sort(own)
		c.tags[k] = slices.Compact(own)
		some = some || len(own) > 0
	}
	return c, some
}

// at appends the tags of a row.
func (c *tagged) at(i int, dst []string) []string {
	if c.offs == nil {
		if k := c.codes[i]; k != 0 {
			dst = append(dst, c.tags[k-1]...)
		}
		return dst
	}
	for _, k := range c.codes[c.offs[i]:c.offs[i+1]] {
		dst = append(dst, c.tags[k-1]...)
	}
	if c.offs[i+1]-c.offs[i] > 1 {
		slices.Sort(dst)
		dst = slices.Compact(dst)
	}
	return dst
}
