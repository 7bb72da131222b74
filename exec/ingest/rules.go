package ingest

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"spl/exec/ingest/props"
	"spl/lang/conf"
	"spl/lang/pattern"
	"spl/lang/timefmt"
)

// Props is the index-time half of props.conf and transforms.conf.
type Props struct {
	table      *props.Table
	transforms *conf.File
}

// NewProps prepares the layered configuration files; either may be nil.
func NewProps(p, transforms *conf.File) (*Props, error) {
	t, err := props.New(p)
	if err != nil {
		return nil, fmt.Errorf("props.conf: %w", err)
	}
	return &Props{t, transforms}, nil
}

// lookAhead is how far behind the start of an event (or TIME_PREFIX) its time is looked for.
const lookAhead = 150

// lineRules is how the text of one source is cut, dated and edited.
type lineRules struct {
	sourcetype string // assigned by a source stanza
	indexed    string // INDEXED_EXTRACTIONS
	breaks     *breaking
	truncate   int
	prefix     *pattern.Regexp
	format     *timefmt.Layout
	lookahead  int
	zone       *time.Location
	noTime     string // DATETIME_CONFIG: CURRENT or NONE
	fields     []string
	edits      []edit
	csv        csvRules
	ignored    []string // settings that are not supported
}

// csvRules are the settings of structured data.
type csvRules struct {
	names []string
	csvMarks
	headerLine int
	preamble   *pattern.Regexp
}

// compiler collects the first error of a setting.
type compiler struct {
	st  *props.Settings
	err error
}

func (c *compiler) fail(v conf.Value, err error) {
	if err != nil && c.err == nil {
		c.err = fmt.Errorf("%s:%d: %s: %w", v.File, v.Line, v.Key, err)
	}
}

func (c *compiler) regex(key string) *pattern.Regexp {
	v, ok := c.st.Get(key)
	if !ok || v.Text == "" {
		return nil
	}
	re, err := pattern.Compile(v.Text)
	c.fail(v, err)
	return re
}

// unsupported are index-time settings that change events and are not built.
var unsupported = []string{"HEADER_FIELD_DELIMITER", "FIELD_HEADER_REGEX", "MISSING_VALUE_REGEX", "CHARSET", "ANNOTATE_PUNCT", "HEADER_FIELD_QUOTE",
	"JSON_TRIM_BRACES_IN_ARRAY_NAMES", "ADD_EXTRA_TIME_FIELDS", "METRICS_PROTOCOL", "UNARCHIVE_CMD"}

// rules returns what holds for a source.
func (p *Props) rules(sourcetype, source, host string) (*lineRules, error) {
	r := &lineRules{lookahead: lookAhead}
	if p == nil {
		return r, nil
	}
	st := p.table.For(sourcetype, source, host)
	if s := st.Text("sourcetype"); s != "" && s != sourcetype {
		// The sourcetype that a source stanza assigns brings its own settings.
		r.sourcetype = s
		st = p.table.For(s, source, host)
	}
	c := &compiler{st: st}
	r.times(c)
	r.breaks = newBreaking(c)
	r.truncate = st.Int("TRUNCATE", 0)
	r.structured(c)
	r.edits = p.edits(c)
	for _, k := range unsupported {
		if v, ok := st.Get(k); ok && !(k == "CHARSET" && strings.EqualFold(v.Text, "UTF-8")) {
			r.ignored = append(r.ignored, k+" is not supported and was not applied")
		}
	}
	for _, e := range r.edits {
		if e.note != "" {
			r.ignored = append(r.ignored, e.note)
		}
	}
	return r, c.err
}

func (r *lineRules) times(c *compiler) {
	r.prefix = c.regex("TIME_PREFIX")
	if f := c.st.Text("TIME_FORMAT"); f != "" {
		r.format = timefmt.Compile(f)
	}
	r.lookahead = c.st.Int("MAX_TIMESTAMP_LOOKAHEAD", lookAhead)
	if v, ok := c.st.Get("TZ"); ok && v.Text != "" {
		z, err := time.LoadLocation(v.Text)
		c.fail(v, err)
		r.zone = z
	}
	if d := strings.ToUpper(c.st.Text("DATETIME_CONFIG")); d == "CURRENT" || d == "NONE" {
		r.noTime = d
	}
}

func (r *lineRules) structured(c *compiler) {
	r.indexed = strings.ToLower(c.st.Text("INDEXED_EXTRACTIONS"))
	for _, f := range strings.Split(c.st.Text("TIMESTAMP_FIELDS"), ",") {
		if f = strings.Trim(strings.TrimSpace(f), `"`); f != "" {
			r.fields = append(r.fields, f)
		}
	}
	for _, f := range strings.Split(c.st.Text("FIELD_NAMES"), ",") {
		if f = strings.Trim(strings.TrimSpace(f), `"`); f != "" {
			r.csv.names = append(r.csv.names, f)
		}
	}
	r.csv.comma = map[string]byte{"csv": ',', "tsv": '\t', "psv": '|'}[r.indexed]
	switch d := c.st.Text("FIELD_DELIMITER"); strings.ToLower(d) {
	case "":
	case "space":
		r.csv.comma = ' '
	case "tab", `\t`:
		r.csv.comma = '\t'
	default:
		r.csv.comma = d[0]
		if len(d) > 1 {
			r.ignored = append(r.ignored, "FIELD_DELIMITER of several characters: the first one is used")
		}
	}
	if q := c.st.Text("FIELD_QUOTE"); q != "" {
		r.csv.quote = q[0]
		if len(q) > 1 {
			r.ignored = append(r.ignored, "FIELD_QUOTE of several characters: the first one is used")
		}
	}
	r.csv.headerLine = c.st.Int("HEADER_FIELD_LINE_NUMBER", 0)
	r.csv.preamble = c.regex("PREAMBLE_REGEX")
}

func (r *lineRules) notes() []string { return slices.Clone(r.ignored) }

// adjust lets the settings decide what detection only guessed.
func (r *lineRules) adjust(in *input) {
	o := in.o
	if r.sourcetype != "" && o.Sourcetype == "" {
		in.sourcetype = r.sourcetype
	}
	switch {
	case r.csv.comma != 0:
		in.shape.format, in.shape.csvMarks = CSV, r.csv.csvMarks
	case r.breaks != nil && (in.shape.format == NDJSON || in.shape.format == CSV):
		in.shape.format = Text
	}
	if r.zone != nil {
		in.clock.zone = r.zone
	}
	if o.TimeFormat != "" && o.TimeField == "" {
		r.format = timefmt.Compile(o.TimeFormat)
	}
}

// timeFields are the fields that may hold the time, the most likely one first.
func (r *lineRules) timeFields() []string { return append(slices.Clone(r.fields), timeFields...) }

func (r *lineRules) cutter(k *clock) cutter {
	if r.breaks == nil {
		return lineCutter{}
	}
	return &breakCutter{rules: r, clock: k}
}

// time finds the time of an event in its text.
func (r *lineRules) time(k *clock, raw []byte) (int64, bool) {
	if r.noTime != "" {
		return k.now.UnixMicro(), r.noTime == "CURRENT"
	}
	s := text(raw)
	if r.prefix != nil {
		m, err := r.prefix.FindSubmatchIndex(s)
		if m == nil || err != nil {
			return 0, false // a prefix that gives up counts as missing
		}
		s = s[m[1]:]
	}
	limit := r.lookahead
	if limit <= 0 {
		limit = len(s)
	}
	if r.format == nil {
		if len(s) > limit+40 {
			s = s[:limit+40] // a time may end behind the limit, not start there
		}
		return k.find(strings.TrimLeft(s, blanks), limit)
	}
	p := r.format.NewParser(k.now, k.zone)
	s = s[:min(limit, len(s))]
	for i := range len(s) {
		if i > 0 && r.prefix != nil {
			break
		}
		if c := s[i]; i > 0 && (alnum(c) && alnum(s[i-1]) || c == ' ') {
			continue
		}
		if e, ok := p.Parse(s[i:]); ok {
			return e.Micros(), true
		}
	}
	return 0, false
}

func alnum(c byte) bool { return asciiLetter(c) || c-'0' <= 9 }

// shorten cuts an event at TRUNCATE bytes, not inside of a character.
func (r *lineRules) shorten(raw []byte) ([]byte, bool) {
	if r.truncate <= 0 || len(raw) <= r.truncate {
		return raw, false
	}
	n := r.truncate
	for n > 0 && !utf8.RuneStart(raw[n]) {
		n--
	}
	return raw[:n], true
}
