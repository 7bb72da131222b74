package ingest

import (
	"html"
	"strings"

	"spl/exec/store/flat"
)

// WalkXML calls f with the leaves of an XML text: the path of the tags joined by dots and the text,
// and for attributes path{@name} and the value. Entities are decoded. It stops where the text is not
// well formed.
func WalkXML(text string, f func(path, value string)) {
	var open []string
	in := []byte(text)
	for i := 0; ; {
		lt := strings.IndexByte(text[i:], '<')
		if lt < 0 {
			return
		}
		lead := strings.TrimSpace(text[i : i+lt])
		i += lt
		switch {
		case strings.HasPrefix(text[i:], "<!--"):
			end := strings.Index(text[i:], "-->")
			if end < 0 {
				return
			}
			i += end + 3
			continue
		case strings.HasPrefix(text[i:], "<![CDATA["):
			end := strings.Index(text[i:], "]]>")
			if end < 0 {
				return
			}
			if len(open) > 0 {
				f(strings.Join(open, "."), text[i+9:i+end])
			}
			i += end + 3
			continue
		}
		t, ok := flat.ReadTag(in, i)
		if !ok || len(t.Name) == 0 {
			return
		}
		i = t.Next
		switch t.Name[0] {
		case '?', '!':
			continue
		case '/':
			if len(open) == 0 {
				return
			}
			if lead != "" {
				f(strings.Join(open, "."), html.UnescapeString(lead))
			}
			open = open[:len(open)-1]
			continue
		}
		open = append(open, string(t.Name))
		path := strings.Join(open, ".")
		flat.EachAttr(t.Attrs, func(name, value []byte) {
			f(path+"{@"+string(name)+"}", html.UnescapeString(string(value)))
		})
		if t.Closed {
			open = open[:len(open)-1]
		}
	}
}
