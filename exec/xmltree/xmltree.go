// Package xmltree reads XML texts into elements for the commands and functions that follow a path in one.
package xmltree

import (
	"encoding/xml"
	"strings"
)

// MaxDepth bounds the nesting of elements, as that of JSON documents is bounded.
const MaxDepth = 500

// Element is an element with what is below it.
type Element struct {
	Name     string // without its namespace
	Children []*Element
	attrs    []xml.Attr
	text     strings.Builder
	doc      *strings.Builder // the character data of the whole document
	from, to int              // what of it is inside the element
}

// Parse reads as much of a text as is well formed, below an element of its own. A text that is nested
// deeper than MaxDepth is none: false.
func Parse(text string) (*Element, bool) {
	dec := xml.NewDecoder(strings.NewReader(text))
	dec.Strict = false
	doc := &strings.Builder{}
	root := &Element{doc: doc}
	open := []*Element{root}
	for {
		tok, err := dec.Token()
		if err != nil {
			for _, e := range open {
				e.to = doc.Len()
			}
			return root, true
		}
		top := open[len(open)-1]
		switch t := tok.(type) {
		case xml.StartElement:
			if len(open) > MaxDepth {
				return nil, false
			}
			e := &Element{Name: t.Name.Local, attrs: t.Attr, doc: doc, from: doc.Len()}
			top.Children = append(top.Children, e)
			open = append(open, e)
		case xml.EndElement:
			if len(open) > 1 {
				top.to = doc.Len()
				open = open[:len(open)-1]
			}
		case xml.CharData:
			top.text.Write(t)
			doc.Write(t)
		}
	}
}

// Text returns the text directly inside the element, without blanks around it.
func (e *Element) Text() string { return strings.TrimSpace(e.text.String()) }

// AllText returns the text of the element and of those below it in the order of the document, without
// blanks around it; the string value of XPath.
func (e *Element) AllText() string { return strings.TrimSpace(e.doc.String()[e.from:e.to]) }

// Attr returns the first attribute of a name without its namespace.
func (e *Element) Attr(name string) (string, bool) {
	for _, a := range e.attrs {
		if a.Name.Local == name {
			return a.Value, true
		}
	}
	return "", false
}
