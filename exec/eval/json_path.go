package eval

import (
	"strconv"
	"strings"
)

// pathStep is one step into a document: a key, an element, or all elements.
type pathStep struct {
	key   string
	index int // of an element; -1: a key; -2: all elements
}

const (
	keyStep  = -1
	allSteps = -2
)

// parsePath reads a path such as a.b{0}.c{}; false if its braces are wrong.
func parsePath(s string) ([]pathStep, bool) {
	var out []pathStep
	for s != "" {
		if s[0] == '{' {
			inner, rest, ok := strings.Cut(s[1:], "}")
			if !ok {
				return nil, false
			}
			index := allSteps
			if inner != "" {
				n, err := strconv.Atoi(inner)
				if err != nil || n < 0 {
					return nil, false
				}
				index = n
			}
			out = append(out, pathStep{index: index})
			s = strings.TrimPrefix(rest, ".")
			continue
		}
		end := strings.IndexAny(s, ".{")
		if end < 0 {
			end = len(s)
		}
		out = append(out, pathStep{key: s[:end], index: keyStep})
		s = s[end:]
		s = strings.TrimPrefix(s, ".")
	}
	return out, true
}

// find returns the documents that a path leads to. many: the path asks for all elements somewhere.
func (d *document) find(path []pathStep) (found []*document, many bool) {
	found = []*document{d}
	for _, st := range path {
		var next []*document
		for _, x := range found {
			switch {
			case st.index == keyStep:
				if v, ok := x.get(st.key); ok {
					next = append(next, v)
				}
			case x.kind != '[':
			case st.index == allSteps:
				next = append(next, x.vals...)
			case st.index < len(x.vals):
				next = append(next, x.vals[st.index])
			}
		}
		many = many || st.index == allSteps
		found = next
	}
	return found, many
}

// put writes v at a path. Missing keys are made, elements and what lies behind a scalar are not; nor is
// the document itself replaced.
func (d *document) put(path []pathStep, v *document) {
	if len(path) == 0 {
		return
	}
	st := path[0]
	last := len(path) == 1
	switch {
	case st.index == keyStep && d.kind == '{':
		if last {
			d.setKey(st.key, v)
			return
		}
		child, ok := d.get(st.key)
		if !ok {
			if path[1].index != keyStep {
				return
			}
			child = &document{kind: '{'}
			d.setKey(st.key, child)
		}
		child.put(path[1:], v)
	case st.index == allSteps && d.kind == '[':
		for i := range d.vals {
			d.putElement(i, path, v)
		}
	case st.index >= 0 && d.kind == '[' && st.index < len(d.vals):
		d.putElement(st.index, path, v)
	}
}

func (d *document) putElement(i int, path []pathStep, v *document) {
	if len(path) == 1 {
		d.vals[i] = v
		return
	}
	d.vals[i].put(path[1:], v)
}

func (d *document) setKey(key string, v *document) {
	for i, k := range d.keys {
		if k == key {
			d.vals[i] = v
			return
		}
	}
	d.keys = append(d.keys, key)
	d.vals = append(d.vals, v)
}

// remove deletes the key at a path of keys.
func (d *document) remove(path []pathStep) {
	for i, k := range d.keys {
		if path[0].index != keyStep || d.kind != '{' || k != path[0].key {
			continue
		}
		if len(path) > 1 {
			d.vals[i].remove(path[1:])
			return
		}
		d.keys = append(d.keys[:i], d.keys[i+1:]...)
		d.vals = append(d.vals[:i], d.vals[i+1:]...)
		return
	}
}
