package flat

import "bytes"

// EventXML walks a Windows event and hands out its fields: the children of System and their attributes
// by their own names, Data elements by their Name, the leaves of UserData by their tag. Values stay as
// written, entities included, and come in the order of the text; some come under a second name as well.
type EventXML struct {
	Value func(name []byte, from, to int) // where it stands in the text; never empty

	text []byte
}

// xmlBlanks separate names and attributes.
const xmlBlanks = " \t\r\n"

// names that a System element gives beside its own.
var systemAlso = map[string]string{"EventID": "EventCode", "EventRecordID": "RecordNumber"}

// Tag is one element's start: <name attrs> or <name attrs/>.
type Tag struct {
	Name, Attrs []byte
	Next        int // behind the tag
	Closed      bool
}

// ReadTag reads the tag at text[i], which is '<'. ok is false at the end of the text.
func ReadTag(text []byte, i int) (t Tag, ok bool) {
	end := tagEnd(text, i)
	if end < 0 {
		return Tag{}, false
	}
	t.Next = end + 1
	body := text[i+1 : end]
	if n := len(body); n > 0 && body[n-1] == '/' {
		t.Closed = true
		body = body[:n-1]
	}
	n := bytes.IndexAny(body, xmlBlanks)
	if n < 0 {
		n = len(body)
	}
	t.Name, t.Attrs = body[:n], body[n:]
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

// EachAttr calls f with the attributes of a tag.
func EachAttr(attrs []byte, f func(name, value []byte)) {
	for {
		eq := bytes.IndexByte(attrs, '=')
		if eq < 0 {
			return
		}
		name := bytes.TrimSpace(attrs[:eq])
		rest := bytes.TrimLeft(attrs[eq+1:], xmlBlanks)
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

// Read walks the event; false if it is not well formed as far as it is looked at.
func (w *EventXML) Read(text []byte) bool {
	w.text = text
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
		t, ok := ReadTag(text, i)
		if !ok {
			return false
		}
		i = t.Next
		if len(t.Name) > 0 && (t.Name[0] == '?' || t.Name[0] == '!') {
			continue
		}
		if depth == 1 {
			section = t.Name
		}
		if depth >= 2 {
			i, ok = w.element(section, t, text)
			if !ok {
				return false
			}
			if i > t.Next || t.Closed {
				continue
			}
		}
		if !t.Closed {
			depth++
		}
	}
}

// element hands out a leaf and returns the index behind its end tag; for an element with children
// that is the index behind its start tag.
func (w *EventXML) element(section []byte, t Tag, text []byte) (int, bool) {
	var named []byte
	system := string(section) == "System"
	EachAttr(t.Attrs, func(name, value []byte) {
		switch {
		case system:
			w.value(name, value)
		case string(name) == "Name":
			named = value
		}
	})
	if t.Closed {
		return t.Next, true
	}
	lt := bytes.IndexByte(text[t.Next:], '<')
	if lt < 0 {
		return 0, false
	}
	end := t.Next + lt
	if end+1 >= len(text) || text[end+1] != '/' {
		return t.Next, true
	}
	gt := bytes.IndexByte(text[end:], '>')
	if gt < 0 {
		return 0, false
	}
	value := text[t.Next:end]
	switch {
	case named != nil:
		w.value(named, value)
	case system:
		w.value(t.Name, value)
		if also := systemAlso[string(t.Name)]; also != "" {
			w.value([]byte(also), value)
		}
	case string(t.Name) == "Data":
		w.value([]byte("EventData_Data"), value)
	default:
		w.value(t.Name, value)
	}
	return end + gt + 1, true
}

func (w *EventXML) value(name, value []byte) {
	if len(name) > 0 && len(value) > 0 {
		from := cap(w.text) - cap(value) // value is a part of text
		w.Value(name, from, from+len(value))
	}
}
