package commands

import (
	"errors"
	"slices"
	"strings"
	"unicode"

	"spl/lang"
	"spl/lookups"
)

// Tables returns the lookups that a parsed stage reads and those that it writes.
func Tables(st *lang.Stage) (reads, writes []lang.Name) {
	switch a := st.Args.(type) {
	case *lookupArgs:
		if len(a.Names) > 0 {
			reads = append(reads, a.Names[0].From)
		}
	case *inputlookupArgs:
		if st.Name == "inputlookup" && len(a.List) > 0 {
			reads = append(reads, a.List[0])
		}
	case *optsListArgs:
		if st.Name == "outputlookup" && len(a.List) > 0 {
			writes = append(writes, a.List[0])
		}
	}
	return reads, writes
}

// MissingTable is the problem of a stage whose lookup cannot be opened.
func MissingTable(st *lang.Stage, table lang.Name, err error) lang.Diagnostic {
	d := lang.Errorf(st, table.Span, "no-lookup", "%s", err)
	if st.Name == "lookup" {
		d = lang.Errorf(st, table.Span, "no-lookup", "Could not construct lookup '%s'. %s", lookupWords(st), err)
	}
	var missing *lookups.MissingError
	if errors.As(err, &missing) {
		d.Hint = missing.Hint()
	}
	return d
}

// lookupWords are the arguments of a lookup other than its options, as its error names them.
func lookupWords(st *lang.Stage) string {
	words := strings.FieldsFunc(st.Raw, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
	words = slices.DeleteFunc(words, func(w string) bool { return strings.Contains(w, "=") })
	return strings.Join(words, ", ")
}
