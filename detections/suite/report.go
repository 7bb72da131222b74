package suite

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"
)

// Status is how a test ended.
type Status string

// The ways a test ends. Failed: wrong rows; Errored: it could not run; Skipped: it needs something that
// is not built yet.
const (
	Passed  Status = "pass"
	Failed  Status = "fail"
	Errored Status = "error"
	Skipped Status = "skip"
)

// Result is one test's end.
type Result struct {
	File   string
	Name   string
	Line   int
	Status Status
	Detail string // what differs, or the error
	Took   time.Duration
}

// Report writes results in one of the formats text, json, junit, tap.
type Report struct {
	w       io.Writer
	format  string
	verbose bool
	results []Result
}

// ReportFormats are the formats that NewReport takes.
var ReportFormats = []string{"text", "json", "junit", "tap"}

// NewReport returns a report that writes to w. verbose lists passed tests too.
func NewReport(w io.Writer, format string, verbose bool) (*Report, error) {
	for _, f := range ReportFormats {
		if f == format {
			return &Report{w: w, format: format, verbose: verbose}, nil
		}
	}
	return nil, fmt.Errorf("unknown report format %q: use one of %s", format, strings.Join(ReportFormats, ", "))
}

// Add takes the next result; text, json and tap are written as they come.
func (r *Report) Add(res Result) {
	r.results = append(r.results, res)
	switch r.format {
	case "text":
		r.text(res)
	case "json":
		r.json(res)
	case "tap":
		r.tap(res)
	}
}

// Counts returns how many tests passed, failed (wrong rows or an error) and were skipped.
func (r *Report) Counts() (passed, failed, skipped int) {
	for _, res := range r.results {
		switch res.Status {
		case Passed:
			passed++
		case Skipped:
			skipped++
		default:
			failed++
		}
	}
	return
}

// Close writes what comes last and returns the first write error.
func (r *Report) Close() error {
	switch r.format {
	case "junit":
		return r.junit()
	case "tap":
		_, err := fmt.Fprintf(r.w, "1..%d\n", len(r.results))
		return err
	}
	if r.format != "text" {
		return nil
	}
	p, f, s := r.Counts()
	line := fmt.Sprintf("%d passed, %d failed", p, f)
	if s > 0 {
		line += fmt.Sprintf(", %d skipped", s)
	}
	_, err := fmt.Fprintln(r.w, line)
	return err
}

func (r *Report) text(res Result) {
	switch {
	case res.Status == Passed && !r.verbose:
		return
	case res.Status == Passed:
		fmt.Fprintf(r.w, "PASS  %s › %s (%s)\n", res.File, res.Name, round(res.Took))
		return
	}
	fmt.Fprintf(r.w, "%-5s %s:%d › %s (%s)\n", strings.ToUpper(string(res.Status)), res.File, res.Line, res.Name, round(res.Took))
	for _, l := range strings.Split(strings.TrimRight(res.Detail, "\n"), "\n") {
		fmt.Fprintf(r.w, "      %s\n", l)
	}
}

func round(d time.Duration) time.Duration { return d.Round(10 * time.Microsecond) }

func (r *Report) json(res Result) {
	enc := json.NewEncoder(r.w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(map[string]any{"file": res.File, "line": res.Line, "name": res.Name, "status": res.Status,
		"detail": res.Detail, "seconds": res.Took.Seconds()})
}

func (r *Report) tap(res Result) {
	ok, note := "ok", ""
	switch res.Status {
	case Skipped:
		note = " # SKIP " + firstLine(res.Detail)
	case Failed, Errored:
		ok = "not ok"
	}
	fmt.Fprintf(r.w, "%s %d - %s › %s%s\n", ok, len(r.results), res.File, res.Name, note)
	if ok != "ok" {
		for _, l := range strings.Split(strings.TrimRight(res.Detail, "\n"), "\n") {
			fmt.Fprintf(r.w, "# %s\n", l)
		}
	}
}

func firstLine(s string) string { l, _, _ := strings.Cut(s, "\n"); return l }

type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Time     string      `xml:"time,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string     `xml:"name,attr"`
	Class   string     `xml:"classname,attr"`
	File    string     `xml:"file,attr"`
	Line    int        `xml:"line,attr"`
	Time    string     `xml:"time,attr"`
	Failure *junitText `xml:"failure,omitempty"`
	Error   *junitText `xml:"error,omitempty"`
	Skipped *junitText `xml:"skipped,omitempty"`
}

type junitText struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

func (r *Report) junit() error {
	var all junitSuites
	index := map[string]int{}
	var spent []time.Duration
	for _, res := range r.results {
		i, ok := index[res.File]
		if !ok {
			i = len(all.Suites)
			index[res.File] = i
			all.Suites = append(all.Suites, junitSuite{Name: res.File})
			spent = append(spent, 0)
		}
		s := &all.Suites[i]
		c := junitCase{Name: res.Name, Class: res.File, File: res.File, Line: res.Line, Time: seconds(res.Took)}
		text := &junitText{Message: firstLine(res.Detail), Text: res.Detail}
		switch res.Status {
		case Failed:
			c.Failure, s.Failures = text, s.Failures+1
		case Errored:
			c.Error, s.Errors = text, s.Errors+1
		case Skipped:
			c.Skipped, s.Skipped = text, s.Skipped+1
		}
		s.Tests++
		spent[i] += res.Took
		s.Cases = append(s.Cases, c)
	}
	for i, d := range spent {
		all.Suites[i].Time = seconds(d)
	}
	if _, err := io.WriteString(r.w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(r.w)
	enc.Indent("", "  ")
	if err := enc.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(r.w, "\n")
	return err
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.6f", d.Seconds()) }
