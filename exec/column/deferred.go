package column

import "spl/exec/value"

// Deferred is texts that cost much to make, such as the raw text of events that are kept as columns.
// Only the filters of a scan see it; they ask Find first and make the texts of the rows that are left.
type Deferred struct {
	N int
	// Make returns the texts of the rows in sel (nil: all) as a Dict; what other rows hold is not said.
	Make func(sel Bitmap) (Vec, error)
	// Find narrows sel to the rows whose text may match; sure tells that all of them do.
	Find func(q *TextQuery, sel Bitmap) (found Bitmap, sure bool, err error)
	// Err is the first failure. Rows read as null afterwards.
	Err error

	all Vec
}

// TextQuery is a test of texts with what is needed to find candidates by parts of them.
type TextQuery struct {
	Match func(text string) bool
	// Literals occur in every text that matches, without regard to case if Fold is set.
	Literals []string
	Fold     bool
	// Tokens, as pattern.EachToken finds them, are in every text that matches, but for case.
	Tokens []string
	// Parts: where a text is cut at breakers, it matches exactly if a part matches by itself, as long as
	// no literal reaches over a cut.
	Parts bool
	// Settled, if set, judges texts that start with Prefix, as every match does, and may go on: matched
	// tells whether there is a match at the start, settled that no continuation changes that or it.
	Prefix  string
	Settled func(text string) (matched, settled bool)
}

// Len returns the number of rows.
func (v *Deferred) Len() int { return v.N }

// Null reports whether row i is null.
func (v *Deferred) Null(i int) bool { return v.whole().Null(i) }

// At returns row i.
func (v *Deferred) At(i int) value.Value { return v.whole().At(i) }

// Texts returns the texts of the rows in sel; nulls after a failure.
func (v *Deferred) Texts(sel Bitmap) Vec {
	out, err := v.Make(sel)
	if err != nil {
		v.fail(err)
		return Nulls(v.N)
	}
	return out
}

// Search is Find that keeps its failure.
func (v *Deferred) Search(q *TextQuery, sel Bitmap) (found Bitmap, sure bool) {
	found, sure, err := v.Find(q, sel)
	if err != nil {
		v.fail(err)
		return NewBitmap(v.N), true
	}
	return found, sure
}

func (v *Deferred) whole() Vec {
	if v.all == nil {
		v.all = v.Texts(nil)
	}
	return v.all
}

func (v *Deferred) fail(err error) {
	if v.Err == nil {
		v.Err = err
	}
}
