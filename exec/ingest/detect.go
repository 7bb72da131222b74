package ingest

import (
	"bytes"
	"strings"
)

// Format is how a text is cut into events and which fields are found in them.
type Format uint8

// The formats.
const (
	Text        Format = iota // a line an event, or as props.conf breaks lines
	NDJSON                    // a JSON object a line
	JSONStream                // JSON objects one behind another, over several lines
	JSONArray                 // an array of objects, each an event
	JSONRecords               // {"Records":[…]}, each an event
	XMLEvents                 // Windows events
	CSV                       // rows under a header
	Exported                  // a JSON object a line, each an event that a search wrote
)

// String names the format.
func (f Format) String() string {
	return [...]string{"text", "ndjson", "json", "json array", "json records", "windows event xml", "csv", "exported events"}[f]
}

// shape is what the start of a text tells.
type shape struct {
	format     Format
	sourcetype string
	csvMarks        // of CSV
	windows    bool // JSON of Windows events: they name their log and computer
}

const blanks = " \t\r\n"

// detect tells the format of a text by its first bytes; whole is set if head is all of it. name only
// breaks the tie between a CSV file of one column and lines.
func detect(name string, head []byte, whole bool) shape {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), blanks)
	if len(head) == 0 {
		return shape{format: Text, sourcetype: "text"}
	}
	switch head[0] {
	case '{':
		return jsonShape(head)
	case '[':
		rest := bytes.TrimLeft(head[1:], blanks)
		if len(rest) > 0 && (rest[0] == '{' || rest[0] == ']') {
			return shape{format: JSONArray, sourcetype: jsonType(rest), windows: isWindowsJSON(rest)}
		}
	case '<':
		if isEventXML(head) {
			return shape{format: XMLEvents, sourcetype: "XmlWinEventLog"}
		}
	}
	if s, ok := csvShape(name, head, whole); ok {
		return s
	}
	if looksSyslog(firstLine(head)) {
		return shape{format: Text, sourcetype: "syslog"}
	}
	return shape{format: Text, sourcetype: "text"}
}

func firstLine(b []byte) []byte {
	line, _, _ := bytes.Cut(b, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r"))
}

// jsonShape tells objects by line from objects over lines: one of the first lines that start with a
// brace must close it too.
func jsonShape(head []byte) shape {
	if _, ok := recordsPrefix(head); ok {
		return shape{format: JSONRecords, sourcetype: "aws:cloudtrail"}
	}
	s := shape{format: JSONStream, sourcetype: jsonType(head), windows: isWindowsJSON(head)}
	rest := head
	for range 8 {
		line := firstLine(rest)
		if len(line) > 1 && line[0] == '{' {
			t := bytes.TrimRight(line, blanks)
			if end, ok := balanced(t, 0); ok && end == len(t) {
				s.format = NDJSON
				if isExport(t) {
					s = shape{format: Exported, sourcetype: "text"}
				}
				return s
			}
		}
		i := bytes.IndexByte(rest, '\n')
		if i < 0 {
			break
		}
		rest = rest[i+1:]
	}
	return s
}

// jsonType is the sourcetype of JSON events, by the keys near the start.
func jsonType(head []byte) string {
	if bytes.Contains(head, []byte(`"eventVersion"`)) && bytes.Contains(head, []byte(`"eventSource"`)) && bytes.Contains(head, []byte(`"eventName"`)) {
		return "aws:cloudtrail"
	}
	return "_json"
}

// isWindowsJSON tells the events of Windows logs as log shippers write them, by the keys near the start.
func isWindowsJSON(head []byte) bool {
	has := func(key string) bool { return bytes.Contains(head, []byte(key)) }
	return has(`"Channel"`) && has(`"EventID"`) && (has(`"Hostname"`) || has(`"Computer"`))
}

// recordsPrefix matches {"Records":[ and returns the index behind it.
func recordsPrefix(b []byte) (int, bool) {
	i := 0
	for _, tok := range []string{"{", `"Records"`, ":", "["} {
		for i < len(b) && strings.IndexByte(blanks, b[i]) >= 0 {
			i++
		}
		if !bytes.HasPrefix(b[i:], []byte(tok)) {
			return 0, false
		}
		i += len(tok)
	}
	return i, true
}

func isEventXML(head []byte) bool {
	i := eventStart(head, 0)
	if i < 0 {
		return false
	}
	before := string(head[:i])
	for _, ok := range []string{"<?xml", "<Events", "<!--"} {
		if j := strings.Index(before, ok); j == 0 {
			return true
		}
	}
	return strings.TrimSpace(before) == ""
}

// csvShape asks for a header of names and, if there are more lines, a first row of as many cells.
func csvShape(name string, head []byte, whole bool) (shape, bool) {
	line := firstLine(head)
	named := strings.HasSuffix(strings.ToLower(name), ".csv") || strings.HasSuffix(strings.ToLower(name), ".tsv")
	for _, comma := range []byte{',', '\t', ';'} {
		var r record
		n, ok := r.parse(head, 0, csvMarks{comma: comma})
		if !ok && !whole || len(r.cells) < 2 {
			continue
		}
		if !headerNames(&r) {
			continue
		}
		want := len(r.cells)
		if n >= len(head) {
			if named {
				return shape{format: CSV, sourcetype: "csv", csvMarks: csvMarks{comma: comma}}, true
			}
			continue
		}
		if _, ok := r.parse(head, n, csvMarks{comma: comma}); (ok || whole) && len(r.cells) == want || named {
			return shape{format: CSV, sourcetype: "csv", csvMarks: csvMarks{comma: comma}}, true
		}
	}
	if named && len(line) > 0 && !bytes.ContainsAny(line, " =:") {
		return shape{format: CSV, sourcetype: "csv", csvMarks: csvMarks{comma: ','}}, true
	}
	return shape{}, false
}

// headerNames reports whether cells read like column names: none empty or a number, no pairs, no
// repeats.
func headerNames(r *record) bool {
	seen := map[string]bool{}
	for i := range r.cells {
		c := strings.TrimSpace(string(r.cell(i)))
		if c == "" || len(c) > 120 || seen[c] || strings.ContainsAny(c, "=\n[]<>") || c[0] >= '0' && c[0] <= '9' {
			return false
		}
		seen[c] = true
	}
	return true
}

// looksSyslog matches `<34>…` and `Oct 11 22:14:15 host …`.
func looksSyslog(line []byte) bool {
	s := string(line)
	if strings.HasPrefix(s, "<") {
		i := strings.IndexByte(s, '>')
		return i > 1 && i < 5 && strings.Trim(s[1:i], "0123456789") == ""
	}
	_, n, ok := syslogStamp(s)
	return ok && n < len(s)
}
