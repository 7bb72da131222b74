package eval

import (
	"strings"
	"unicode/utf8"

	"spl/exec/column"
	"spl/exec/value"
	"spl/lang/conf"
)

func init() {
	register("text",
		textLength("len"), textLength("length"),
		textCase("lower", "AbC", "abc", 'A', strings.ToLower), textCase("upper", "abC", "ABC", 'a', strings.ToUpper),
		textTrim("trim", "abc", strings.Trim),
		textTrim("ltrim", "abcZZ ", strings.TrimLeft),
		textTrim("rtrim", "   ZZZZabc", strings.TrimRight),
		&Func{Name: "substr", Min: 2, Max: 3, Usage: "substr(<text>, <start>[, <length>])", Pure: true, result: Str,
			args: []argKind{wordArg, numArg}, new: newSubstr,
			Doc:      "A part of the text. Positions count from 1, negative ones from the end; without length it runs to the end.",
			Examples: []Example{{`substr("string", 1, 3)`, "str"}, {`substr("string", -3)`, "ing"}, {`substr("abc", 0, 2)`, "a"}}},
		&Func{Name: "urldecode", Min: 1, Max: 1, Usage: "urldecode(<text>)", Pure: true, result: Str, args: []argKind{wordArg},
			new:      always(text1(func(s string) (string, bool) { return conf.Unescape(s), true })),
			Doc:      "Decodes %XX; a plus sign stays.",
			Examples: []Example{{`urldecode("a%20b%2Bc")`, "a b+c"}, {`urldecode("100%")`, "100%"}}},
	)
}

func textLength(name string) *Func {
	return &Func{Name: name, Min: 1, Max: 1, Usage: name + "(<text>)", Pure: true, result: Num, args: []argKind{textArg},
		Doc: "How many characters the text has.", Examples: []Example{{name + `("buttercup")`, "9"}, {name + `("é")`, "1"}},
		new: always(kernel{
			row: func(args []value.Value) value.Value {
				return value.OfInt(int64(utf8.RuneCountInString(args[0].Text())))
			},
			vec: func(args []column.Vec, n int) column.Vec {
				d, ok := args[0].(*column.Dict)
				if !ok {
					return nil
				}
				out := &column.Int{V: make([]int64, n)}
				for i, c := range d.Codes {
					if c == 0 {
						out.Nulls = out.Nulls.Marked(i, n)
						continue
					}
					out.V[i] = int64(utf8.RuneCountInString(d.D.Text(int(c - 1))))
				}
				return out
			},
		})}
}

// textCase declares lower or upper; first is the first of the 26 letters of ASCII that change.
func textCase(name, in, out string, first byte, f func(string) string) *Func {
	fold := func(dst []byte, s string) ([]byte, bool) {
		from := len(dst)
		dst = append(dst, s...)
		for i, c := range dst[from:] {
			if c >= utf8.RuneSelf {
				return append(dst[:from], f(s)...), true
			}
			if c-first < 26 {
				dst[from+i] = c ^ 0x20
			}
		}
		return dst, true
	}
	return &Func{Name: name, Min: 1, Max: 1, Usage: name + "(<text>)", Pure: true, result: Str, args: []argKind{textArg}, multi: multiEach,
		Doc: "The text in " + name + " case; of a multivalue, every value.", Examples: []Example{{name + `("` + in + `")`, out}},
		new: always(appending(fold))}
}

func textTrim(name, want string, f func(s, set string) string) *Func {
	return &Func{Name: name, Min: 1, Max: 2, Usage: name + "(<text>[, <characters>])", Pure: true, result: Unknown,
		args: []argKind{keptArg, textArg},
		Doc: "Takes characters off " + map[string]string{"trim": "both ends", "ltrim": "the start", "rtrim": "the end"}[name] +
			": those in the second argument, a set; default blanks and tabs. A number is returned as it is.",
		Examples: []Example{{name + `("   ZZZZabcZZ ", " Z")`, want}, {name + `(5)`, "5"}},
		new: func(s *site) (kernel, error) {
			set, ok := value.OfString(" \t"), true
			if len(s.args) == 2 {
				set, ok = s.konst(1)
			}
			if ok {
				chars := set.Text()
				k := text1(func(text string) (string, bool) { return f(text, chars), true })
				inner := k.row
				k.row = func(args []value.Value) value.Value {
					if args[0].Kind() == value.Number {
						return args[0]
					}
					return inner(args)
				}
				return k, nil
			}
			return kernel{row: func(args []value.Value) value.Value {
				if args[0].Kind() == value.Number {
					return args[0]
				}
				return value.OfString(f(args[0].Text(), args[1].Text()))
			}}, nil
		}}
}

func newSubstr(s *site) (kernel, error) {
	row := func(args []value.Value) value.Value {
		start, ok := integer(args[1])
		length, okLength := int64(1)<<53, true
		if len(args) == 3 {
			length, okLength = integer(args[2])
		}
		if !ok || !okLength {
			return value.Value{}
		}
		return value.OfString(substr(args[0].Text(), start, length))
	}
	for i := 1; i < len(s.args); i++ {
		if _, ok := s.konst(i); !ok {
			return kernel{row: row}, nil
		}
	}
	start, ok := s.konst(1)
	from, ok1 := integer(start)
	length, ok2 := int64(1)<<53, true
	if l, given := s.konst(2); given {
		length, ok2 = integer(l)
	}
	if !ok || !ok1 || !ok2 {
		return kernel{row: row}, nil
	}
	k := text1(func(text string) (string, bool) { return substr(text, from, length), true })
	return kernel{row: row, vec: k.vec}, nil
}

// substr counts characters from 1, from the end if start is negative. As in SQLite position 0 lies
// before the text, so that (0, 2) is one character, and a negative length counts back from start.
func substr(s string, start, length int64) string {
	n := int64(utf8.RuneCountInString(s))
	switch {
	case start > 0:
		start--
	case start < 0:
		start += n
		if start < 0 {
			length += start
			start = 0
			if length < 0 {
				return ""
			}
		}
	case length > 0:
		length--
	}
	if length < 0 {
		start, length = start+length, -length
		if start < 0 {
			start, length = 0, length+start
		}
	}
	from := min(max(start, 0), n)
	to := min(from+max(length, 0), n)
	return s[runeOffset(s, from):runeOffset(s, to)]
}

// runeOffset returns the byte offset of character k.
func runeOffset(s string, k int64) int {
	if int64(len(s)) <= k {
		return len(s)
	}
	at := 0
	for ; k > 0 && at < len(s); k-- {
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	return at
}
