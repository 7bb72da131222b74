package ingest

import (
	"errors"
	"fmt"
	"time"
)

// Names of the extraction that made the fields of a row, the values of the column FieldReader. Where
// the configuration asks for another one, those fields are not used.
const (
	FieldReader   = "_reader"
	ReaderJSON    = "json"
	ReaderPairs   = "kv"
	ReaderXML     = "xml"
	ReaderIndexed = "indexed" // CSV cells and given fields: known before any extraction
)

// Options says how files become events. The zero value reads everything as detected into index main.
type Options struct {
	Index      string // "main"
	Sourcetype string // as detected
	Source     string // the path; Windows events: XmlWinEventLog:<channel>
	Host       string // "localhost"; Windows events: Computer; syslog: the host of the line

	TimeField  string // field that holds _time; overrides the usual names
	TimeFormat string // strptime format of TimeField, or of the start of a text line
	Zone       *time.Location
	Now        time.Time // _indextime, and _time where nothing else is known

	// Want tells the fields to keep beside the default ones; nil keeps all. _raw is asked for, too.
	Want func(name string) bool

	// Shapes is for store.Bulk: it leaves out the texts that fields give back and puts their shapes into the
	// column flat.ShapeField, and fields are column.Values. It is for all fields, without Want.
	Shapes bool

	Props      *Props // index-time half of props.conf; nil: none
	Reject     func(Reject)
	Progress   func(Progress)
	Workers    int // parsers side by side; 0: one
	ChunkBytes int // text parsed at once; 0: 16 MB
	MaxEvent   int // bytes of the longest event; 0: 128 MB
}

// Reject is a piece of a file that did not become an event.
type Reject struct {
	File   string
	Line   int
	Text   []byte // valid during the call only
	Reason string
}

// String names place and reason, without the text.
func (r Reject) String() string { return fmt.Sprintf("%s:%d: %s", r.File, r.Line, r.Reason) }

// Progress is where Load is. Bytes counts the file as stored (packed), Size is its size.
type Progress struct {
	File            string
	Bytes, Size     int64
	Events, Rejects int64 // of all files so far
}

// FileReport is what became of one file, or of one member of an archive.
type FileReport struct {
	Path       string
	Format     Format
	Sourcetype string
	Bytes      int64 // of text, unpacked
	Events     int64
	Rejects    int64
	Notes      []string // cells dropped, settings that are not supported
	Err        error    // why the file was not read to its end; events before that are kept
}

// Report is what Load did.
type Report struct{ Files []*FileReport }

// Events returns the number of events of all files.
func (r *Report) Events() (n int64) {
	for _, f := range r.Files {
		n += f.Events
	}
	return n
}

// Rejects returns the number of rejected pieces of all files.
func (r *Report) Rejects() (n int64) {
	for _, f := range r.Files {
		n += f.Rejects
	}
	return n
}

// Err joins the errors of all files.
func (r *Report) Err() error {
	var errs []error
	for _, f := range r.Files {
		if f.Err != nil {
			errs = append(errs, f.Err)
		}
	}
	return errors.Join(errs...)
}

func (o Options) withDefaults() Options {
	if o.Index == "" {
		o.Index = "main"
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	o.Workers = max(o.Workers, 1)
	if o.ChunkBytes <= 0 {
		o.ChunkBytes = 16 << 20
	}
	if o.MaxEvent <= 0 {
		o.MaxEvent = 128 << 20
	}
	return o
}
