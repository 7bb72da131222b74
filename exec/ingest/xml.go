package ingest

import "bytes"

// windowsXML walks a Windows event and hands out its fields: the children of System and their
// attributes by their own names, Data elements by their Name, the leaves of UserData by their tag.
// Values stay as written, entities included.
type windowsXML struct {
	put func(name, value []byte)
}

// names that a System element gives beside its own.
var systemAlso = map[string]string{"EventID": "EventCode", "EventRecordID": "RecordNumber"}

// tag is one element's start: <name attrs> or <name attrs/>.
type tag struct {
	name, attrs []byte
	next        int // behind the tag
	closed      bool
}

// readTag reads the tag at text[i], which is '<'. ok is false at the end of the text.
func readTag(text []byte, i int) (tag, bool) {
	end := tagEnd(text, i)
	if end < 0 {
		return tag{}, false
	}
	t := tag{next: end + 1}
	body := text[i+1 : end]
	if n := len(body); n > 0 && body[n-1] == '/' {
		t.closed = true
		body = body[:n-1]
	}
	n := bytes.IndexAny(body, blanks)
	if n < 0 {
		n = len(body)
	}
	t.name, t.attrs = body[:n], body[n:]
	return t, true
}

// tagEnd finds the '>' that ends a tag, past quoted attributes.
func tagEnd(text []byte, i int) int {
	var quote byte
	for ; i < len(text); i++ {
		switch c := text[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i
		}
	}
	return -1
}

// eachAttr calls f with the attributes of a tag.
func eachAttr(attrs []byte, f func(name, value []byte)) {
	for {
		eq := bytes.IndexByte(attrs, '=')
		if eq < 0 {
			return
		}
		name := bytes.TrimSpace(attrs[:eq])
		rest := bytes.TrimLeft(attrs[eq+1:], blanks)
		if len(rest) == 0 || rest[0] != '"' && rest[0] != '\'' {
			return
		}
		end := bytes.IndexByte(rest[1:], rest[0])
		if end < 0 {
			return
		}
		f(name, rest[1:1+end])
		attrs = rest[end+2:]
	}
}

// read walks the event; false if it is not well formed as far as it is looked at.
func (w *windowsXML) read(text []byte) bool {
	var section []byte // System, EventData, UserData …
	depth, i := 0, 0
	for {
		lt := bytes.IndexByte(text[i:], '<')
		if lt < 0 {
			return depth == 0
		}
		i += lt
		if i+1 < len(text) && text[i+1] == '/' {
			gt := bytes.IndexByte(text[i:], '>')
			if gt < 0 || depth == 0 {
				return false
			}
			depth--
			i += gt + 1
			continue
		}
		t, ok := readTag(text, i)
		if !ok {
			return false
		}
		i = t.next
		if len(t.name) > 0 && (t.name[0] == '?' || t.name[0] == '!') {
			continue
		}
		if depth == 1 {
			section = t.name
		}
		if depth >= 2 {
			i, ok = w.element(section, t, text)
			if !ok {
				return false
			}
			if i > t.next || t.closed {
				continue
			}
		}
		if !t.closed {
			depth++
		}
	}
}

// element hands out a leaf and returns the index behind its end tag; for an element with children
// that is the index behind its start tag.
func (w *windowsXML) element(section []byte, t tag, text []byte) (int, bool) {
	var named []byte
	system := string(section) == "System"
	eachAttr(t.attrs, func(name, value []byte) {
		switch {
		case system:
			w.value(name, value)
		case string(name) == "Name":
			named = value
		}
	})
	if t.closed {
		return t.next, true
	}
	lt := bytes.IndexByte(text[t.next:], '<')
	if lt < 0 {
		return 0, false
	}
	end := t.next + lt
	if end+1 >= len(text) || text[end+1] != '/' {
		return t.next, true
	}
	gt := bytes.IndexByte(text[end:], '>')
	if gt < 0 {
		return 0, false
	}
	value := text[t.next:end]
	switch {
	case named != nil:
		w.value(named, value)
	case system:
		w.value(t.name, value)
		if also := systemAlso[string(t.name)]; also != "" {
			w.value([]byte(also), value)
		}
	case string(t.name) == "Data":
		w.value([]byte("EventData_Data"), value)
	default:
		w.value(t.name, value)
	}
	return end + gt + 1, true
}

func (w *windowsXML) value(name, value []byte) {
	if len(name) > 0 && len(value) > 0 {
		w.put(name, value)
	}
}
