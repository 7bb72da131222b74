package exec

import (
	"errors"
	"fmt"

	"spl/exec/column"
	"spl/exec/commands"
	"spl/exec/op"
	"spl/lang"
)

// errUnknownText says that a stage cannot be checked because a subsearch's result is part of its text.
var errUnknownText = errors.New("the text of a subsearch is not known yet")

// placeholder stands for the text of a subsearch that is not run because the search is only checked.
const placeholder = "1"

// runText runs a subsearch to its end and returns its rows, cut at the limit.
func (b *build) runText(sub *lang.Subsearch, depth int) (*column.Batch, error) {
	before := len(b.problems)
	p := b.pipeline(sub.Query, depth+1)
	if ds := b.problems[before:]; ds.Err() != nil {
		b.problems = b.problems[:before:before]
		return nil, ds
	}
	p = b.finish(p)
	b.early = append(b.early, p)
	if b.checking {
		return nil, nil
	}
	ctx := b.ctx
	limits := b.rt.Env.Limits
	if limits.SubsearchTime > 0 {
		var cancel func()
		ctx, cancel = withTimeout(ctx, limits.SubsearchTime)
		defer cancel()
	}
	s, err := op.Run(ctx, b.rt, p, nil)
	if err != nil {
		return nil, err
	}
	bs, err := column.Drain(ctx, s)
	if err != nil {
		return nil, err
	}
	if len(bs) == 0 {
		return column.NewBatch(0), nil
	}
	rows := column.Join(bs...)
	if most := limits.SubsearchRows; most > 0 && rows.N > most {
		b.rt.Warn("[subsearch]: Subsearch produced %d results, truncating to maxout %d.", rows.N, most)
		rows.Sel = column.NewBitmap(rows.N)
		copy(rows.Sel, column.FullBitmap(most))
		rows = rows.Compact()
	}
	return rows, nil
}

// spliceDeferred runs the subsearches among a stage's arguments, puts their text in place of the
// brackets, and parses the arguments.
func (b *build) spliceDeferred(st *lang.Stage, depth int) (*lang.Stage, error) {
	var edits []lang.Edit
	for _, sub := range st.Deferred {
		rows, err := b.runText(sub, depth)
		if err != nil {
			return nil, err
		}
		text := placeholder
		if rows != nil {
			text = commands.SubsearchText(rows)
		}
		edits = append(edits, textEdit(sub, text))
	}
	src := st.Src.Splice(edits)
	grown := len(src.Text) - len(st.Src.Text)
	out, ds := b.engine.parser.ParseStage(src, lang.Span{Start: st.Start, End: st.End + grown})
	if err := ds.Err(); err != nil {
		if b.checking {
			return nil, errUnknownText
		}
		return nil, err
	}
	if len(out.Deferred) > 0 {
		return nil, lang.Errorf(st, lang.Span{}, "subsearch-text", "The text of the subsearch holds another subsearch: %s", out.Raw)
	}
	return out, nil
}

// textEdit puts a subsearch's text in place of its brackets.
func textEdit(sub *lang.Subsearch, text string) lang.Edit {
	return lang.Edit{Span: sub.Span, New: text, Origin: lang.NewSource("result of the subsearch", text), What: "subsearch"}
}

// terms runs the subsearches in a search expression and returns the expression with their results in
// it. Results in the implicit form become terms directly; as soon as one of them is free text (a field
// called search or query), the text of the whole expression is put together and read again, because
// free text takes part in the precedence of what surrounds it.
func (b *build) terms(st *lang.Stage, t lang.Term, depth int) (lang.Term, error) {
	subs := lang.TermSubs(t)
	if len(subs) == 0 {
		return t, nil
	}
	results := map[*lang.TermSub]*column.Batch{}
	free := false
	for _, ts := range subs {
		rows, err := b.runText(ts.Sub, depth)
		if err != nil {
			return nil, err
		}
		results[ts] = rows
		free = free || rows != nil && (rows.Has("search") || rows.Has("query"))
	}
	if !free {
		return lang.ReplaceTerms(t, func(ts *lang.TermSub) lang.Term {
			if results[ts] == nil {
				return &lang.And{Span: ts.Span}
			}
			return commands.RowsTerm(results[ts], ts.Span)
		}), nil
	}
	return b.freeTerms(st, termSpan(st, t), subs, results)
}

// freeTerms reads the text in the span with the results in it.
func (b *build) freeTerms(st *lang.Stage, span lang.Span, subs []*lang.TermSub, results map[*lang.TermSub]*column.Batch) (lang.Term, error) {
	edits := []lang.Edit{{Span: lang.Span{Start: 0, End: span.Start}}}
	for _, ts := range subs {
		edits = append(edits, textEdit(ts.Sub, commands.SubsearchText(results[ts])))
	}
	edits = append(edits, lang.Edit{Span: lang.Span{Start: span.End, End: len(st.Src.Text)}})
	term, ds := b.engine.parser.ParseTerm(st.Src.Splice(edits))
	if err := ds.Err(); err != nil {
		return nil, err
	}
	if len(lang.TermSubs(term)) > 0 {
		return nil, fmt.Errorf("the text of a subsearch holds another subsearch")
	}
	return term, nil
}
