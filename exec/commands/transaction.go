package commands

import (
	"strings"

	"spl/exec/column"
	"spl/exec/eval"
	"spl/exec/op"
	"spl/exec/plan"
	"spl/lang"
	"spl/lang/timefmt"
)

var transaction = define(Spec[optsListArgs]{
	Grammar: lang.Grammar{Name: "transaction",
		Usage: "transaction [<field>...] [maxspan=<time>] [maxpause=<time>] [maxevents=<int>] [startswith=<filter>] [endswith=<filter>] [connected=<bool>] [keeporphans=<bool>] [keepevicted=<bool>] [mvlist=<bool>|<fields>] [mvraw=<bool>]",
		Options: []lang.Opt{
			{Name: "name", Type: lang.Text, Doc: "A stanza of transactiontypes.conf; not built yet."},
			{Name: "maxspan", Type: lang.Text, Default: "-1", Doc: "Most time from first to last event."},
			{Name: "maxpause", Type: lang.Text, Default: "-1", Doc: "Most time between neighbours."},
			{Name: "maxevents", Type: lang.Int, Default: "1000", Doc: "Most events."},
			{Name: "startswith", Type: lang.Text, Doc: "A search or eval(condition): the first event."},
			{Name: "endswith", Type: lang.Text, Doc: "A search or eval(condition): the last event."},
			{Name: "connected", Type: lang.Bool, Default: "true", Doc: "An event must have a field value in common."},
			{Name: "unifyends", Type: lang.Bool, Default: "true", Doc: "The first event must have a field value in common."},
			{Name: "keeporphans", Type: lang.Bool, Default: "false", Doc: "Keep events that are in no transaction."},
			{Name: "keepevicted", Type: lang.Bool, Default: "false", Doc: "Keep transactions that were not completed."},
			{Name: "maxopentxn", Type: lang.Int, Default: "5000", Doc: "Most open transactions."},
			{Name: "maxopenevents", Type: lang.Int, Default: "100000", Doc: "Most events in open transactions."},
			{Name: "mvlist", Type: lang.Text, Default: "false", Doc: "true, or fields: one value per event instead of the distinct ones."},
			{Name: "mvraw", Type: lang.Bool, Default: "false", Doc: "Make _raw a multivalue."},
			{Name: "delim", Type: lang.Text, Default: " ", Doc: "What nomv puts between values."},
			{Name: "nullstr", Type: lang.Text, Default: "NULL", Doc: "Stands for missing values with mvlist."},
		}},
	Short: "Group events that belong together.",
	Doc: `Events with equal values of the listed fields form one row: _time is that of the earliest, duration and
eventcount are added, every field holds its distinct values. startswith and endswith mark the first and the
last event; transactions that lack one of them are dropped unless keepevicted is set. Events must come newest
first.`,
	Examples: []Example{{Search: `transaction user startswith=(act=in) endswith=(act=out) | table _time user duration eventcount`,
		In: "_time,user,act\n30,a,out\n20,b,in\n10,a,in", Out: "_time,user,duration,eventcount\n10,a,20,2"}},
	Plan: func(b *plan.Builder, a *optsListArgs) (plan.Node, error) {
		t, err := newTransaction(b, a)
		if err != nil {
			return nil, err
		}
		return folding(b, needAll, func(_ *plan.Runtime, rows *op.Kept) fold {
			g := newGrouping(t, b.Stage, rows)
			return fold{g.add, g.result}
		}), nil
	},
})

// transactions is what the arguments of transaction say.
type transactions struct {
	fields                             []string
	maxSpan, maxPause                  int64 // microseconds, -1: any
	maxEvents, maxOpen, maxOpenEvents  int
	start, end                         *eval.Filter
	connected, unify, orphans, evicted bool
	listAll, mvRaw                     bool
	listFields                         []string
	delim, null                        string
}

func newTransaction(b *plan.Builder, a *optsListArgs) (*transactions, error) {
	o := a.Opts
	if o.Has("name") {
		return nil, lang.Errorf(b.Stage, o.Get("name").Span, "not-built", "Transaction types are not built yet: give the options themselves.")
	}
	t := &transactions{fields: a.List.Texts(), maxEvents: o.Int("maxevents", 1000), connected: o.Bool("connected", true),
		orphans: o.Bool("keeporphans", false), evicted: o.Bool("keepevicted", false), mvRaw: o.Bool("mvraw", false),
		maxOpen: o.Int("maxopentxn", 5000), maxOpenEvents: o.Int("maxopenevents", 100000),
		delim: o.Text("delim", " "), null: o.Text("nullstr", "NULL")}
	t.unify = o.Bool("unifyends", t.connected)
	list := o.Text("mvlist", "false")
	if all, ok := lang.ParseBool(list); ok {
		t.listAll = all
	} else {
		t.listFields = splitNames(list)
	}
	var err error
	if t.maxSpan, err = spanOption(b, o.Get("maxspan")); err != nil {
		return nil, err
	}
	if t.maxPause, err = spanOption(b, o.Get("maxpause")); err != nil {
		return nil, err
	}
	if t.start, err = filterOption(b, o.Get("startswith")); err != nil {
		return nil, err
	}
	t.end, err = filterOption(b, o.Get("endswith"))
	return t, err
}

// spanOption reads a length of time in microseconds; a negative number means none.
func spanOption(b *plan.Builder, o *lang.Option) (int64, error) {
	if o == nil || strings.HasPrefix(o.Value, "-") {
		return -1, nil
	}
	sp, err := timefmt.ParseSpan(o.Value)
	if err == nil {
		sp, ok := sp.ForTime()
		if us, fixed := sp.Micros(); ok && fixed {
			return us, nil
		}
		if ok && sp.Unit == timefmt.Day {
			return sp.N * 86400e6, nil
		}
		if ok && sp.Unit == timefmt.Week {
			return sp.N * 7 * 86400e6, nil
		}
	}
	return 0, lang.Errorf(b.Stage, o.ValueSpan, lang.CodeBadOption, "The value for option %s (%s) is invalid.", o.Name, o.Value)
}

// filterOption compiles the condition on an end of a transaction.
func filterOption(b *plan.Builder, o *lang.Option) (*eval.Filter, error) {
	if o == nil {
		return nil, nil
	}
	var f *eval.Filter
	var ds lang.Diagnostics
	switch {
	case o.Expr != nil:
		f, ds = eval.CompileFilter(o.Expr, exprCtx(b, "'transaction' command"))
	case o.Where != nil:
		f, ds = eval.CompileSearch(o.Where, exprCtx(b, "'transaction' command"))
	default:
		var t lang.Term
		if t, ds = b.Parser.ParseTerm(lang.NewSource(o.Name, o.Value)); ds.Err() == nil {
			f, ds = eval.CompileSearch(t, exprCtx(b, "'transaction' command"))
		}
	}
	return f, ds.Err()
}

// marks returns the rows for which a filter holds; nil without a filter.
func marks(f *eval.Filter, b *column.Batch) (column.Bitmap, error) {
	if f == nil {
		return nil, nil
	}
	c := b.Copy()
	c.Sel = nil
	if err := f.Apply(c); err != nil {
		return nil, err
	}
	if c.Sel == nil {
		return column.FullBitmap(b.N), nil
	}
	return c.Sel, nil
}

// timesOf returns the times of all rows, in microseconds; false if one has none.
func timesOf(v column.Vec) ([]int64, bool) {
	out := make([]int64, v.Len())
	times, _ := v.(*column.Time)
	for i := range out {
		if times != nil && !times.Null(i) && times.V[i] > -1<<53 && times.V[i] < 1<<53 {
			out[i] = times.V[i]
			continue
		}
		e, ok := timefmt.ParseSeconds(v.At(i).Text())
		if !ok {
			return nil, false
		}
		out[i] = e.Micros()
	}
	return out, true
}
