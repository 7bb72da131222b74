// Package output writes rows as people and programs read them: tables that fit the terminal, JSON,
// CSV, raw events, Markdown.
//
//	w, err := output.New(output.NDJSON, os.Stdout, output.Options{Zone: time.UTC})
//	for b, err := range q.Run(ctx) { err = w.Write(b) }
//	err = w.Close()
//
// Start with New; Cells gives the texts that every writer prints.
package output

import (
	"fmt"
	"io"
	"slices"
	"sort"
	"strings"
	"time"

	"spl/exec/column"
	"spl/exec/value"
)

// Format names a way of writing rows.
type Format string

// The formats.
const (
	Table    Format = "table"
	NDJSON   Format = "ndjson"
	JSON     Format = "json"
	CSV      Format = "csv"
	Raw      Format = "raw"
	Markdown Format = "markdown"
)

// Formats lists all formats.
func Formats() []Format { return []Format{Table, NDJSON, JSON, CSV, Raw, Markdown} }

// Options change how rows look.
type Options struct {
	Zone  *time.Location // of _time; nil: UTC
	Width int            // columns of the terminal; 0: as wide as the rows are
	Color bool
}

// Writer takes batches without selection and must be closed.
type Writer interface {
	Write(b *column.Batch) error
	Close() error
}

// New returns a writer for a format.
func New(f Format, w io.Writer, o Options) (Writer, error) {
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	switch f {
	case Table:
		return &table{w: w, o: o}, nil
	case NDJSON:
		return newJSONWriter(w, o, false), nil
	case JSON:
		return newJSONWriter(w, o, true), nil
	case CSV:
		return &csvWriter{w: w, o: o}, nil
	case Raw:
		return &rawWriter{w: w}, nil
	case Markdown:
		return &markdown{w: w, o: o}, nil
	}
	names := make([]string, 0, 6)
	for _, k := range Formats() {
		names = append(names, string(k))
	}
	return nil, fmt.Errorf("unknown output format %q: use one of %s", f, strings.Join(names, ", "))
}

// Visible returns the columns of a result that are shown, in their order: internal fields other than
// _time and _raw stay hidden, and columns without a fixed order come by name, those without any value
// not at all.
func Visible(b *column.Batch) []string {
	var out []string
	for i, n := range b.Names {
		if column.Internal(n) && n != "_time" && n != "_raw" {
			continue
		}
		if !b.Ordered && allNull(b.Cols[i]) {
			continue
		}
		out = append(out, n)
	}
	if !b.Ordered {
		sort.Strings(out)
	}
	return out
}

func allNull(v column.Vec) bool {
	for i := range v.Len() {
		if !v.Null(i) {
			return false
		}
	}
	return true
}

// Cells returns the values of one row of a column as the results show them: nil for null, one text, or
// the values of a multivalue. The column called _time shows as an ISO 8601 time in the zone.
func Cells(name string, v column.Vec, i int, zone *time.Location) []string {
	x := v.At(i)
	if name == "_time" {
		if f, _, ok := x.Number(); ok {
			return []string{ISOTime(f, zone)}
		}
	}
	return x.List()
}

// ISOTime renders epoch seconds as 2026-01-15T10:34:56.789+00:00.
func ISOTime(epoch float64, zone *time.Location) string {
	return timeOf(epoch, zone).Format("2006-01-02T15:04:05.000-07:00")
}

func timeOf(epoch float64, zone *time.Location) time.Time {
	us := int64(value.Round(epoch*1e6, 0))
	return time.UnixMicro(us).In(zone)
}

// union collects the columns of several batches into one order.
type union struct {
	names   []string
	ordered bool
}

// columnsOf returns the visible columns of all batches together.
func columnsOf(bs []*column.Batch) []string {
	u := union{ordered: true}
	for _, b := range bs {
		u.ordered = u.ordered && b.Ordered
		for _, n := range Visible(b) {
			if !slices.Contains(u.names, n) {
				u.names = append(u.names, n)
			}
		}
	}
	if !u.ordered {
		sort.Strings(u.names)
	}
	return u.names
}
