package lookups

import "fmt"

// MissingError says that there is no table of a name; a search may go on without it where Splunk does.
type MissingError struct {
	Name    string
	Defined bool   // a definition or file name is known, its rows are not there
	Near    string // a known lookup of a similar name
}

func (e *MissingError) Error() string {
	if e.Defined || isCSV(e.Name) {
		return fmt.Sprintf("The lookup table '%s' does not exist or is not available.", e.Name)
	}
	return fmt.Sprintf("The lookup table '%s' requires a .csv or KV store lookup definition.", e.Name)
}

// Hint returns what to do about it, "" if nothing comes to mind.
func (e *MissingError) Hint() string {
	if e.Near == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %q?", e.Near)
}

// ColumnError says that a table lacks a column that a lookup names.
type ColumnError struct {
	Table, Column string
	Output        bool // the column was to be copied, not matched
}

func (e *ColumnError) Error() string {
	kind := "source"
	if e.Output {
		kind = "destination"
	}
	return fmt.Sprintf("Cannot find the %s field '%s' in the lookup table '%s'.", kind, e.Column, e.Table)
}
