package commands

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"spl/exec/column"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
	"spl/lookups"
)

type lookupArgs struct {
	Opts  lang.Options `parser:"( @@"`
	Names []*namePair  `parser:"| @@ )*"`
	Kind  string       `parser:"( @( 'output' | 'outputnew' )"`
	Out   []*namePair  `parser:"  @@* )?"`
}

type namePair struct {
	From lang.Name  `parser:"@@"`
	As   *lang.Name `parser:"( 'as' @@ )?"`
}

// event returns the name on the side of the rows.
func (p *namePair) event() string {
	if p.As != nil {
		return p.As.Text
	}
	return p.From.Text
}

var lookup = define(Spec[lookupArgs]{
	Grammar: lang.Grammar{Name: "lookup", Clauses: []string{"as", "output", "outputnew"},
		Usage: "lookup <table> (<column> [AS <field>])... [OUTPUT|OUTPUTNEW (<column> [AS <field>])...]",
		Options: []lang.Opt{
			{Name: "local", Type: lang.Bool, Default: "false", Doc: "No effect on one machine."},
			{Name: "update", Type: lang.Bool, Default: "false", Doc: "No effect on stored events."},
			{Name: "event_time_field", Type: lang.FieldName, Default: "_time", Doc: "The rows' time, for time-based tables."},
		}},
	Short: "Add fields from a table.",
	Doc: `The columns before OUTPUT must all match; those after it are copied. The name before AS is always the
table's. Without OUTPUT all other columns are copied. Several matching table rows make a multivalue; each
value of a multivalue is looked up. OUTPUT overwrites, and clears the field where nothing matches;
OUTPUTNEW fills only what is missing.`,
	Examples: []Example{{Search: `lookup SFDC_User_Lookup USER_ID AS id OUTPUT USER_NAME AS name`,
		In: "id\n0055A00000K1qRt\nother", Out: "id,name\n0055A00000K1qRt,amelia\nother,"}},
	Plan: planLookup,
})

func planLookup(b *plan.Builder, a *lookupArgs) (plan.Node, error) {
	if len(a.Names) == 0 {
		return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "Must specify one or more lookup fields.")
	}
	table := a.Names[0].From
	n := &lookupRun{table: table.Text, keep: strings.EqualFold(a.Kind, "outputnew")}
	for _, p := range a.Names[1:] {
		n.columns, n.keys = append(n.columns, p.From.Text), append(n.keys, p.event())
	}
	for _, p := range a.Out {
		n.outputs, n.fields = append(n.outputs, p.From.Text), append(n.fields, p.event())
	}
	if len(n.keys) == 0 {
		return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "Must specify one or more lookup fields.")
	}
	n.time = a.Opts.Text("event_time_field", "_time")
	lk, err := openLookup(b, n.table)
	if err != nil {
		if b.Checking { // a subsearch of this very search may write the table before it is read
			return n.node(b), nil
		}
		return nil, MissingTable(b.Stage, table, err)
	}
	if a.Kind == "" {
		n.outputs = lk.OutputColumns(n.columns)
		n.fields = n.outputs
	}
	m, err := lk.Matcher(n.columns, n.outputs)
	if err != nil {
		return nil, lang.Errorf(b.Stage, table.Span, "lookup-column", "%s", err)
	}
	n.timed = m.NeedsTime()
	return n.node(b), nil
}

func openLookup(b *plan.Builder, name string) (*lookups.Lookup, error) {
	if b.Env.Lookups == nil {
		return nil, &lookups.MissingError{Name: name}
	}
	return b.Env.Lookups.Open(name)
}

// lookupRun is one lookup of a pipeline.
type lookupRun struct {
	table         string
	columns, keys []string // of the table, of the rows
	outputs       []string
	fields        []string
	keep          bool // OUTPUTNEW
	timed         bool
	time          string
}

func (n *lookupRun) node(b *plan.Builder) plan.Node {
	return changes(&rowNode{Base: plan.Base{C: plan.Streaming}, text: stageText(b.Stage), needs: n.needs,
		start: func(rt *plan.Runtime) (plan.MapFunc, error) { return n.start(rt) }}, n.fields...)
}

func (n *lookupRun) needs(out column.FieldSet) column.FieldSet {
	if !n.keep {
		out = out.Without(n.fields...)
	}
	if n.timed {
		out = out.With(n.time)
	}
	return out.With(n.keys...)
}

// start opens the table as it is now.
func (n *lookupRun) start(rt *plan.Runtime) (plan.MapFunc, error) {
	lk, err := rt.Env.Lookups.Open(n.table)
	if err != nil {
		return nil, fmt.Errorf("open lookup %s: %w", n.table, err)
	}
	m, err := lk.Matcher(n.columns, n.outputs)
	if err != nil {
		return nil, fmt.Errorf("lookup %s: %w", n.table, err)
	}
	return func(_ context.Context, b *column.Batch) (*column.Batch, error) {
		b = op.Dense(b)
		keys := make([]column.Vec, len(n.keys))
		for i, k := range n.keys {
			keys[i] = b.Col(k)
		}
		var times column.Vec
		if n.timed {
			times = b.Col(n.time)
		}
		res, err := m.MatchAt(keys, times, b.N)
		if err != nil {
			return nil, fmt.Errorf("lookup %s: %w", n.table, err)
		}
		for i, f := range n.fields {
			v := res.Outputs[i]
			if n.keep && b.Has(f) {
				v = op.Coalesce(b.Col(f), v)
			}
			setField(b, f, v)
		}
		return b, nil
	}, nil
}

// lookupFunc is the eval function lookup(): one key at a time, tables opened once.
func lookupFunc(b *plan.Builder) func(table string, keys, values, outputs []string) ([][]string, error) {
	var matchers sync.Map
	return func(table string, keys, values, outputs []string) ([][]string, error) {
		id := strings.Join(append(append([]string{table}, keys...), outputs...), "\x00") + fmt.Sprint(len(keys))
		m, ok := matchers.Load(id)
		if !ok {
			lk, err := openLookup(b, table)
			if err != nil {
				return nil, err
			}
			if m, err = lk.Matcher(keys, outputs); err != nil {
				return nil, err
			}
			matchers.Store(id, m)
		}
		vecs := make([]column.Vec, len(values))
		for i, v := range values {
			vecs[i] = column.ConstText(v, 1)
		}
		res, err := m.(*lookups.Matcher).Match(vecs, 1)
		if err != nil {
			return nil, err
		}
		return resultRows(res), nil
	}
}

// resultRows turns the multivalues of one row into the table rows they came from.
func resultRows(res *lookups.Result) [][]string {
	var rows [][]string
	for i, v := range res.Outputs {
		for k, s := range v.At(0).List() {
			if k == len(rows) {
				rows = append(rows, make([]string, len(res.Outputs)))
			}
			rows[k][i] = s
		}
	}
	return rows
}
