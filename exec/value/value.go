// Package value is one SPL value: text that may read as a number, numbers with Splunk's limit of
// significant digits, multivalues, and how they print and order. Engine code works on column.Vec;
// Value serves slow paths, plans and tests.
//
//	v := value.OfText("007")            // a field's text; reads as the number 7
//	f, p, ok := v.Number()              // 7, Exact, true
//	value.OfNumber(f+0.5, p).Text()     // "7.5"
//
// Start with Value, ParseNumber and FormatNumber.
package value

import (
	"slices"
	"strings"
)

// Kind tells what a Value holds.
type Kind uint8

// The kinds. Text is what a field holds: it acts as a number where its whole text reads as one.
// String is the result of a string expression or a quoted literal: it never acts as a number.
const (
	Null Kind = iota
	Text
	String
	Number
	Bool
	Multi
)

// Value is one value. The zero Value is null (an absent field).
type Value struct {
	kind Kind
	prec Prec
	num  float64 // Number; Bool: 0 or 1
	text string  // Text, String; Number: the spelling while untouched, else ""
	list []string
}

// OfText returns the value of a field that holds s.
func OfText(s string) Value { return Value{kind: Text, text: s} }

// OfString returns the result of a string expression.
func OfString(s string) Value { return Value{kind: String, text: s} }

// OfNumber returns a computed number.
func OfNumber(f float64, p Prec) Value { return Value{kind: Number, num: f, prec: p} }

// OfInt returns an exact integer.
func OfInt(n int64) Value { return Value{kind: Number, num: float64(n)} }

// OfSpelled returns a number that keeps its spelling until it is computed on; s must read as one.
func OfSpelled(s string) Value {
	f, p, _ := ParseNumber(s)
	return Value{kind: Number, num: f, prec: p, text: s}
}

// OfSpelledAs is OfSpelled for a number that counts with other digits than its spelling shows.
func OfSpelledAs(s string, p Prec) Value {
	v := OfSpelled(s)
	v.prec = p
	return v
}

// OfBool returns a Boolean, which exists inside expressions only.
func OfBool(b bool) Value {
	if b {
		return Value{kind: Bool, num: 1}
	}
	return Value{kind: Bool}
}

// OfList returns a multivalue; one value is that text, none is null.
func OfList(vs []string) Value {
	switch len(vs) {
	case 0:
		return Value{}
	case 1:
		return OfText(vs[0])
	}
	return Value{kind: Multi, list: vs}
}

// Kind returns the kind.
func (v Value) Kind() Kind { return v.kind }

// IsNull reports whether v is null.
func (v Value) IsNull() bool { return v.kind == Null }

// True reports whether v is the Boolean true.
func (v Value) True() bool { return v.kind == Bool && v.num != 0 }

// Prec returns the precision of a Number.
func (v Value) Prec() Prec { return v.prec }

// Number returns the number that v is or, for a field's text, reads as.
func (v Value) Number() (float64, Prec, bool) {
	switch v.kind {
	case Number:
		return v.num, v.prec, true
	case Text:
		return ParseNumber(v.text)
	}
	return 0, 0, false
}

// Text renders v as a field stores it: null is "", a multivalue is joined by newlines.
func (v Value) Text() string {
	switch v.kind {
	case Text, String:
		return v.text
	case Number:
		if v.text != "" {
			return v.text
		}
		return FormatNumber(v.num, v.prec)
	case Bool:
		if v.num != 0 {
			return "True"
		}
		return "False"
	case Multi:
		return strings.Join(v.list, "\n")
	}
	return ""
}

// List returns all values as texts: none for null, one for a single value.
func (v Value) List() []string {
	switch v.kind {
	case Null:
		return nil
	case Multi:
		return v.list
	}
	return []string{v.Text()}
}

// Stored returns v as a later command reads it from the field it was assigned to.
func (v Value) Stored() Value {
	switch v.kind {
	case String, Number, Bool:
		return OfText(v.Text())
	}
	return v
}

// Equal reports whether two values render alike.
func (v Value) Equal(o Value) bool {
	if v.kind == Multi || o.kind == Multi || v.kind == Null || o.kind == Null {
		return (v.kind == Null) == (o.kind == Null) && slices.Equal(v.List(), o.List())
	}
	return v.Text() == o.Text()
}

// Compare orders two texts as groups and mixed columns are ordered: numbers by size and before other
// text, text by bytes.
func Compare(a, b string) int {
	fa, _, aok := ParseNumber(a)
	fb, _, bok := ParseNumber(b)
	switch {
	case aok && bok:
		switch {
		case fa < fb:
			return -1
		case fa > fb:
			return 1
		}
		return strings.Compare(a, b)
	case aok:
		return -1
	case bok:
		return 1
	}
	return strings.Compare(a, b)
}

// Spelled reports whether v is a number that still has the spelling it was written in.
func (v Value) Spelled() bool { return v.kind == Number && v.text != "" }
