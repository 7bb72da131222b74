package commands

import (
	"net/netip"

	"github.com/gaissmai/bart"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
	"spl/lookups"
)

// locationTables are the names of the lookup that holds networks and where they are.
var locationTables = []string{"iplocation", "iplocation.csv"}

var iplocation = define(Spec[optsListArgs]{
	Grammar: lang.Grammar{Name: "iplocation", Usage: "iplocation [prefix=<text>] [allfields=<bool>] [lang=<text>] <field>",
		Options: []lang.Opt{
			{Name: "prefix", Type: lang.Text, Doc: "Put before the names of the fields."},
			{Name: "allfields", Type: lang.Bool, Default: "false", Doc: "Add Continent, MetroCode and Timezone, too."},
			{Name: "lang", Type: lang.Text, Doc: "No effect: names are those of the table."},
		}},
	Short: "Add where an address is.",
	Doc: `Adds City, Country, Region, lat and lon from the lookup table iplocation, whose column network holds
CIDR blocks; the narrowest block counts. Without that table nothing is added, and there is a warning.`,
	Examples: []Example{{Search: `iplocation ip`, In: "ip\n10.0.0.1", Out: "ip\n10.0.0.1"}},
	Plan: func(b *plan.Builder, a *optsListArgs) (plan.Node, error) {
		field, err := oneField(b, a.List)
		if err != nil {
			return nil, err
		}
		fields := []string{"City", "Country", "Region", "lat", "lon"}
		if a.Opts.Bool("allfields", false) {
			fields = append(fields, "Continent", "MetroCode", "Timezone")
		}
		table, err := openLocations(b)
		if err != nil {
			return nil, err
		}
		if table == nil {
			b.Warn(b.Stage.Span, "iplocation: there is no lookup table 'iplocation' with networks, so no locations are added.")
		}
		l := &locations{table: table, prefix: a.Opts.Text("prefix", ""), fields: fields, field: field}
		if table != nil {
			l.blocks = l.index()
		}
		added := make([]string, len(fields))
		for i, f := range fields {
			added[i] = l.prefix + f
		}
		return changes(rowLocal(b, needAlso(field), l.apply), added...), nil
	},
})

// openLocations reads the table of networks; nil if there is none.
func openLocations(b *plan.Builder) (*lookups.Table, error) {
	for _, name := range locationTables {
		lk, err := openLookup(b, name)
		if err != nil {
			continue
		}
		if lk.Table.Index("network") < 0 {
			return nil, lang.Errorf(b.Stage, lang.Span{}, "lookup-column", "The lookup table '%s' has no column network.", name)
		}
		return lk.Table, nil
	}
	return nil, nil
}

// locations finds the place of addresses.
type locations struct {
	table  *lookups.Table
	prefix string
	fields []string
	field  string
	blocks *bart.Table[uint32] // row of the table plus one
}

func (l *locations) index() *bart.Table[uint32] {
	t := &bart.Table[uint32]{}
	networks := l.table.Cols[l.table.Index("network")]
	for i := range l.table.Rows {
		text := networks.At(i).Text()
		p, err := netip.ParsePrefix(text)
		if err != nil {
			a, err := netip.ParseAddr(text)
			if err != nil {
				continue
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		t.Insert(p.Masked(), uint32(i+1))
	}
	return t
}

func (l *locations) apply(b *column.Batch) (*column.Batch, error) {
	if l.table == nil || !b.Has(l.field) {
		return b, nil
	}
	d := op.DistinctOf(b.Col(l.field), b.Sel)
	hits := make([]uint32, d.Len()+1)
	for k := range d.Len() {
		text, list := d.Value(k)
		if list != nil {
			text = list[0]
		}
		if a, err := netip.ParseAddr(text); err == nil {
			hits[k+1], _ = l.blocks.Lookup(a.Unmap())
		}
	}
	rows := make([]uint32, b.N)
	for i, c := range d.Codes {
		rows[i] = hits[c]
	}
	for _, f := range l.fields {
		k := l.table.Index(f)
		if k < 0 {
			continue
		}
		v := column.Concat(column.AsText(column.Nulls(1)), column.AsText(l.table.Cols[k]))
		setField(b, l.prefix+f, column.Gather(v, rows))
	}
	return b, nil
}
