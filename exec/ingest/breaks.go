package ingest

import (
	"bytes"

	"spl/lang/pattern"
)

// breaking is how a text is cut where lines are not events.
type breaking struct {
	breaker    *pattern.Regexp // LINE_BREAKER with a group; nil: line breaks
	merge      bool
	beforeDate bool
	before     *pattern.Regexp // BREAK_ONLY_BEFORE
	after      *pattern.Regexp // MUST_BREAK_AFTER
	notAfter   *pattern.Regexp // MUST_NOT_BREAK_AFTER
	notBefore  *pattern.Regexp // MUST_NOT_BREAK_BEFORE
	maxLines   int             // MAX_EVENTS
}

// newBreaking reads the settings; nil means that every line is an event, which is also what holds
// where nothing is said.
func newBreaking(c *compiler) *breaking {
	b := &breaking{maxLines: c.st.Int("MAX_EVENTS", 256)}
	if b.breaker = c.regex("LINE_BREAKER"); b.breaker != nil && b.breaker.NumSubexp() == 0 {
		b.breaker = nil
	}
	b.before, b.after = c.regex("BREAK_ONLY_BEFORE"), c.regex("MUST_BREAK_AFTER")
	b.notAfter, b.notBefore = c.regex("MUST_NOT_BREAK_AFTER"), c.regex("MUST_NOT_BREAK_BEFORE")
	_, byDate := c.st.Get("BREAK_ONLY_BEFORE_DATE")
	said := byDate || b.before != nil || b.after != nil || b.notAfter != nil || b.notBefore != nil
	b.merge = c.st.Bool("SHOULD_LINEMERGE", said)
	b.beforeDate = c.st.Bool("BREAK_ONLY_BEFORE_DATE", b.before == nil)
	if b.breaker == nil && !b.merge {
		return nil
	}
	return b
}

// breakCutter cuts at LINE_BREAKER and merges the lines.
type breakCutter struct {
	rules *lineRules
	clock *clock
}

// line is a piece between two breaks.
type line struct{ start, end, next int }

func (k *breakCutter) cut(c *chunk, data []byte, last bool) int {
	b := k.rules.breaks
	lines, whole := k.lines(data, last)
	if !b.merge {
		marks := lineMarks{data: data, line: c.line}
		for _, l := range lines {
			if len(bytes.TrimSpace(data[l.start:l.end])) > 0 {
				c.spans = append(c.spans, span{l.start, l.end, marks.to(l.start)})
			}
		}
		return whole
	}
	return k.merge(c, data, lines, last)
}

// lines splits data; whole is where the last complete one ends.
func (k *breakCutter) lines(data []byte, last bool) (out []line, whole int) {
	pos := 0
	for {
		end, next := k.next(data, pos)
		if end < 0 || next >= len(data) && !last {
			break // a break at the very end may go on behind it
		}
		out = append(out, line{pos, end, next})
		pos = next
	}
	if last && pos < len(data) {
		out = append(out, line{pos, len(data), len(data)})
		pos = len(data)
	}
	return out, pos
}

// next finds the break behind pos: where the text before it ends and where the one after it starts.
func (k *breakCutter) next(data []byte, pos int) (end, next int) {
	re := k.rules.breaks.breaker
	if re == nil {
		i := bytes.IndexByte(data[pos:], '\n')
		if i < 0 {
			return -1, 0
		}
		end, next = pos+i, pos+i+1
		if end > pos && data[end-1] == '\r' {
			end--
		}
		return end, next
	}
	m, err := re.FindSubmatchIndexBytes(data[pos:])
	if m == nil || err != nil || m[2] < 0 || m[3] == 0 {
		return -1, 0
	}
	return pos + m[2], pos + m[3]
}

// merge puts lines together. The merged text is written anew: blank lines are left out, and the lines
// of an event are joined by line breaks.
func (k *breakCutter) merge(c *chunk, data []byte, lines []line, last bool) int {
	b := k.rules.breaks
	var out []byte
	marks := lineMarks{data: data, line: c.line}
	start, count, used := 0, 0, 0 // of the open event: where it starts in out, its lines, its place in data
	startLine := 0
	held := false // between MUST_NOT_BREAK_AFTER and MUST_BREAK_AFTER
	must := false
	done := func(next int) {
		if count > 0 {
			c.spans = append(c.spans, span{start, len(out), startLine})
		}
		start, count, used = len(out), 0, next
	}
	for _, l := range lines {
		s := data[l.start:l.end]
		if len(bytes.TrimSpace(s)) == 0 {
			continue
		}
		if count > 0 && (must || count > b.maxLines || !held && k.breaksBefore(s)) {
			done(l.start)
			held = false
		}
		if count == 0 {
			startLine = marks.to(l.start)
		} else {
			out = append(out, '\n')
		}
		out = append(out, s...)
		count++
		must = matches(b.after, s)
		held = (held || matches(b.notAfter, s)) && !must
	}
	if last {
		done(len(data))
	}
	c.data = out
	return used
}

// breaksBefore decides whether a line starts an event.
func (k *breakCutter) breaksBefore(s []byte) bool {
	b := k.rules.breaks
	if matches(b.before, s) {
		return true
	}
	if b.beforeDate {
		if _, ok := k.rules.time(k.clock, s); ok {
			return true
		}
	}
	if b.before != nil || b.beforeDate {
		return false
	}
	return !matches(b.notBefore, s)
}

// matches counts an expression that gives up as no match.
func matches(re *pattern.Regexp, s []byte) bool {
	if re == nil {
		return false
	}
	ok, err := re.Match(s)
	return ok && err == nil
}
