package macros

import (
	"fmt"
	"slices"
	"strings"

	"spl/lang"
)

// bind assigns the arguments of a call to the names of a definition. An argument name=value with a
// declared name goes there, whatever its place; the others fill the names left over, in order.
func bind(src *lang.Source, c Call, d *Def) (map[string]*lang.Source, error) {
	out := make(map[string]*lang.Source, len(c.Args))
	var rest []Arg
	for _, a := range c.Args {
		name, value, ok := named(src.Text, a, d)
		if !ok {
			rest = append(rest, a)
			continue
		}
		if out[name] != nil {
			return nil, fmt.Errorf("macro '%s' got the argument '%s' twice", d.Key(), name)
		}
		out[name] = argument(src, value)
	}
	for _, name := range d.Args {
		if out[name] == nil {
			out[name] = argument(src, rest[0])
			rest = rest[1:]
		}
	}
	return out, nil
}

func named(text string, a Arg, d *Def) (name string, value Arg, ok bool) {
	s := text[a.Start:a.End]
	eq := strings.IndexByte(s, '=')
	if eq < 0 || strings.HasPrefix(s[eq:], "==") {
		return "", Arg{}, false
	}
	name = strings.TrimSpace(s[:eq])
	if !slices.Contains(d.Args, name) {
		return "", Arg{}, false
	}
	return name, trimArg(text, a.Start+eq+1, a.End), true
}

// argument returns the text that an argument stands for: without the quotes if it is quoted as a
// whole. Quotes that are themselves escaped, as one string inside another has them, count as quotes.
func argument(src *lang.Source, a Arg) *lang.Source {
	text := src.Text
	from, to := a.Start, a.End
	var edits []lang.Edit
	s := text[from:to]
	switch {
	case len(s) >= 2 && s[0] == '"' && closeQuote(s, 0) == len(s) && s[len(s)-1] == '"' && !trailingEscape(s):
		from, to = from+1, to-1
		for i := from; i+1 < to; i++ {
			if text[i] == '\\' {
				if n := text[i+1]; n == '"' || n == '\\' {
					edits = append(edits, lang.Edit{Span: lang.Span{Start: i, End: i + 1}})
				}
				i++
			}
		}
	case len(s) >= 4 && strings.HasPrefix(s, `\"`) && strings.HasSuffix(s, `\"`) && strings.Count(s, `"`) == 2:
		from, to = from+2, to-2
	}
	edits = append(edits, lang.Edit{Span: lang.Span{Start: 0, End: from}}, lang.Edit{Span: lang.Span{Start: to, End: len(text)}})
	return src.Splice(edits)
}

// trailingEscape reports whether the last quote of s is escaped, so that the string never ends.
func trailingEscape(s string) bool {
	body := s[1 : len(s)-1]
	return (len(body)-len(strings.TrimRight(body, `\`)))%2 == 1
}

// substitute puts the arguments in place of $name$ in one pass: values are not searched again.
func substitute(body *lang.Source, d *Def, args map[string]*lang.Source) *lang.Source {
	if len(args) == 0 {
		return body
	}
	var edits []lang.Edit
	text := body.Text
	for i := 0; i < len(text); {
		if text[i] != '$' {
			i++
			continue
		}
		end := strings.IndexByte(text[i+1:], '$')
		if end < 0 {
			break
		}
		name := text[i+1 : i+1+end]
		v, ok := args[name]
		if !ok {
			i += 1 + end // the second $ may open a name
			continue
		}
		span := lang.Span{Start: i, End: i + end + 2}
		edits = append(edits, lang.Edit{Span: span, New: v.Text, Origin: v, What: fmt.Sprintf("argument `%s` of macro `%s`", name, d.Key())})
		i = span.End
	}
	return body.Splice(edits)
}

func texts(args map[string]*lang.Source) map[string]string {
	out := make(map[string]string, len(args))
	for k, v := range args {
		out[k] = v.Text
	}
	return out
}
