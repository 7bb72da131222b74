package lang

import (
	"reflect"
	"slices"
	"strings"
)

// Same tells whether two queries mean the same: their trees are equal, positions and the spelling of
// blanks aside. Arguments that are not parsed (unknown commands, macro calls) are compared as text with
// even blanks.
func Same(a, b *Query) bool {
	if a == nil || b == nil || len(a.Stages) != len(b.Stages) {
		return a == b
	}
	for i, x := range a.Stages {
		if !sameStage(x, b.Stages[i]) {
			return false
		}
	}
	return true
}

func sameStage(a, b *Stage) bool {
	switch {
	case a.Name != b.Name, (a.Args == nil) != (b.Args == nil), len(a.Deferred) != len(b.Deferred),
		len(a.Subs) != len(b.Subs), len(a.Macros) != len(b.Macros):
		return false
	case a.Args == nil && !sameText(a, b):
		return false
	case a.Args != nil && !sameValue(reflect.ValueOf(a.Args), reflect.ValueOf(b.Args)):
		return false
	}
	bs := b.Subsearches()
	for i, s := range a.Subsearches() {
		if !sameSub(s, bs[i]) {
			return false
		}
	}
	return true
}

// sameText compares raw arguments. Subsearches in them are compared on their own, so only the text around
// counts.
func sameText(a, b *Stage) bool {
	return evenBlanks(a.outside()) == evenBlanks(b.outside())
}

// outside returns the raw arguments with nothing between their brackets.
func (st *Stage) outside() string {
	var b strings.Builder
	at := st.RawSpan.Start
	subs := st.Subsearches()
	slices.SortFunc(subs, func(a, b *Subsearch) int { return a.Start - b.Start })
	for _, s := range subs {
		if s.Start >= at && s.End <= st.RawSpan.End {
			b.WriteString(strings.TrimRight(st.Src.Text[at:s.Start], blankBytes) + "[]")
			at = s.End
		}
	}
	b.WriteString(st.Src.Text[at:max(at, st.RawSpan.End)])
	return b.String()
}

// evenBlanks drops the blanks and comments outside quotes that separate nothing, and makes one of each run.
func evenBlanks(text string) string {
	s := scanner{text: text, end: len(text)}
	var b strings.Builder
	for s.blanks(); s.pos < s.end; {
		at := s.pos
		if text[at] == '"' {
			s.pos = min(endOfString(text, at), s.end)
		} else {
			s.pos++
		}
		b.WriteString(text[at:s.pos])
		if at = s.pos; at < s.end {
			s.blanks()
			if s.pos > at && s.pos < s.end && strings.IndexByte(",)", text[s.pos]) < 0 && strings.IndexByte(",(", text[at-1]) < 0 {
				b.WriteByte(' ')
			}
		}
	}
	return b.String()
}

func sameSub(a, b *Subsearch) bool {
	if a.Query == nil || b.Query == nil || len(a.Query.Stages) == 0 {
		return evenBlanks(a.Raw) == evenBlanks(b.Raw)
	}
	return Same(a.Query, b.Query)
}

func sameValue(a, b reflect.Value) bool {
	if a.Kind() != b.Kind() || a.IsValid() && a.Type() != b.Type() {
		return false
	}
	switch a.Kind() {
	case reflect.Invalid:
		return true
	case reflect.Pointer, reflect.Interface:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() == b.IsNil()
		}
		if a.Type() == reflect.TypeFor[*Subsearch]() {
			return true // the stage's list of them is compared
		}
		return sameValue(a.Elem(), b.Elem())
	case reflect.Slice:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !sameValue(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Struct:
		return sameStruct(a, b)
	}
	return a.Interface() == b.Interface()
}

func sameStruct(a, b reflect.Value) bool {
	if a.Type() == reflect.TypeFor[Span]() || a.Type() == reflect.TypeFor[Subsearch]() {
		return true
	}
	for i := range a.NumField() {
		f := a.Type().Field(i)
		if f.IsExported() && !sameValue(a.Field(i), b.Field(i)) {
			return false
		}
	}
	return true
}
