package lang

import "unicode/utf8"

// Severity ranks a Diagnostic.
type Severity uint8

// The severities, gravest first.
const (
	Error Severity = iota
	Warning
	Info
)

// String names the severity in lower case.
func (s Severity) String() string {
	switch s {
	case Warning:
		return "warning"
	case Info:
		return "info"
	}
	return "error"
}

// Diagnostic is a problem of a search that the user can mend, with its place.
type Diagnostic struct {
	Src      *Source // may be nil: a problem without a place
	Span     Span
	Severity Severity
	Code     string // stable and documented: "unknown-command"
	Msg      string // what is wrong, in Splunk's wording where that is known
	Hint     string // what to do, such as `did you mean "stats"?`
	Usage    string // usage line of the command, if it helps
}

// Error returns the message.
func (d Diagnostic) Error() string { return d.Msg }

// Location returns where the user wrote what the problem is about. A problem behind the last word of a
// macro, at something that is missing, is where that word is.
func (d Diagnostic) Location() Location {
	at := d.Span.Start
	if d.Span.End > at || at <= 0 || at > len(d.Src.Text) || isBlank(d.Src.Text[at-1]) {
		return d.Src.Locate(at)
	}
	_, n := utf8.DecodeLastRuneInString(d.Src.Text[:at])
	loc := d.Src.Locate(at - n)
	loc.Col++
	loc.Caret++
	loc.Offset += n
	return loc
}

// Diagnostics is a list of problems. It is an error when it holds one of severity Error.
type Diagnostics []Diagnostic

// Error returns the first error's message, so that Diagnostics can travel as an error.
func (ds Diagnostics) Error() string {
	for _, d := range ds {
		if d.Severity == Error {
			return d.Msg
		}
	}
	if len(ds) > 0 {
		return ds[0].Msg
	}
	return "no diagnostics"
}

// Err returns ds as an error if it holds an Error, else nil.
func (ds Diagnostics) Err() error {
	for _, d := range ds {
		if d.Severity == Error {
			return ds
		}
	}
	return nil
}
