package eval

import (
	"slices"
	"strings"
	"unicode/utf8"

	"spl/exec/column"
	"spl/exec/value"
	"spl/lang"
	"spl/lang/timefmt"
)

func init() {
	register("multivalue",
		&Func{Name: "mvappend", Min: 1, Max: -1, Usage: "mvappend(<value>, ...)", Pure: true, nulls: true, multi: multiPass,
			Doc:      "All values of all arguments, in their order; missing ones are skipped.",
			Examples: []Example{{`mvappend("a", nosuch, "c")`, "a\nc"}, {`mvappend(nosuch)`, ""}},
			new: rows(func(args []value.Value) value.Value {
				var out []string
				for _, a := range args {
					out = append(out, a.List()...)
				}
				return value.OfList(out)
			})},
		&Func{Name: "mvcount", Min: 1, Max: 1, Usage: "mvcount(<multivalue>)", Pure: true, result: Num, multi: multiPass,
			Doc: "How many values there are; null for none.", Examples: []Example{{`mvcount(split("a,b,c", ","))`, "3"}, {`mvcount("x")`, "1"}, {`mvcount(nosuch)`, ""}},
			new: always(kernel{vec: countVec, row: func(args []value.Value) value.Value { return value.OfInt(int64(len(args[0].List()))) }})},
		mvList("mvdedup", "The distinct values in the order in which they first appear.", Example{`mvdedup(split("b,a,b,c,a", ","))`, "b\na\nc"}, dedup),
		mvList("mvreverse", "The values in reverse order.", Example{`mvreverse(split("1,2,3", ","))`, "3\n2\n1"}, func(vs []string) []string {
			vs = slices.Clone(vs)
			slices.Reverse(vs)
			return vs
		}),
		mvList("mvsort", "The values in the order of their bytes.", Example{`mvsort(split("10,9,70,100", ","))`, "10\n100\n70\n9"}, func(vs []string) []string {
			vs = slices.Clone(vs)
			slices.Sort(vs)
			return vs
		}),
		&Func{Name: "mvindex", Min: 2, Max: 3, Usage: "mvindex(<multivalue>, <index>[, <last index>])", Pure: true, args: []argKind{anyArg, numArg}, multi: multiPass,
			Doc: "The value at an index from 0, or those from one index to another; negative ones count from the end.",
			Examples: []Example{{`mvindex(split("a,b,c,d", ","), 2)`, "c"}, {`mvindex(split("a,b,c,d", ","), -3, -1)`, "b\nc\nd"}, {`mvindex("a", 9)`, ""},
				{`mvindex(split("a,b", ","), 1, 0)`, ""}},
			new: newIndex},
		&Func{Name: "mvjoin", Min: 2, Max: 2, Usage: "mvjoin(<multivalue>, <delimiter>)", Pure: true, result: Str, args: []argKind{anyArg, textArg}, multi: multiPass,
			Doc: "The values as one text with a delimiter between them.", Examples: []Example{{`mvjoin(mvrange(1, 4), " OR ")`, "1 OR 2 OR 3"}},
			new: always(kernel{vec: joinVec, row: func(args []value.Value) value.Value {
				return value.OfString(strings.Join(args[0].List(), args[1].Text()))
			}})},
		&Func{Name: "mvzip", Min: 2, Max: 3, Usage: "mvzip(<multivalue>, <multivalue>[, <delimiter>])", Pure: true, args: []argKind{anyArg, anyArg, textArg}, multi: multiPass,
			Doc:      "Joins the first values of both, the second ones and so on, to the end of the shorter one.",
			Examples: []Example{{`mvzip(split("h1;h2", ";"), split("80;443;8080", ";"), ":")`, "h1:80\nh2:443"}},
			new:      rows(mvZip)},
		&Func{Name: "mvrange", Min: 2, Max: 3, Usage: "mvrange(<start>, <end>[, <step>])", Pure: true, args: []argKind{numArg, numArg, anyArg}, new: newRange,
			Doc:      "Numbers from start to below end. The step is a number, or a time span such as \"7d\".",
			Examples: []Example{{`mvrange(1, 11, 2)`, "1\n3\n5\n7\n9"}, {`mvrange(5, 5)`, ""}, {`mvcount(mvrange(1514834731, 1517253932, "7d"))`, "5"}}},
		&Func{Name: "split", Min: 2, Max: 2, Usage: "split(<text>, <delimiter>)", Pure: true, args: []argKind{textArg, textArg},
			Doc:      "The pieces of a text between delimiters, empty ones included; an empty delimiter gives the characters.",
			Examples: []Example{{`split("a;;b", ";")`, "a\n\nb"}, {`split("abc", ";")`, "abc"}, {`split("abc", "")`, "a\nb\nc"}},
			new: always(kernel{vec: splitVec, row: func(args []value.Value) value.Value {
				return value.OfList(splitText(args[0].Text(), args[1].Text()))
			}})},
		&Func{Name: "commands", Min: 1, Max: 1, Usage: "commands(<search>)", Pure: true, args: []argKind{textArg}, new: newCommands,
			Doc: "The names of the commands of a search text.", Examples: []Example{{`commands("search foo | stats count | sort count")`, "search\nstats\nsort"}}},
	)
}

func mvList(name, doc string, ex Example, f func([]string) []string) *Func {
	return &Func{Name: name, Min: 1, Max: 1, Usage: name + "(<multivalue>)", Doc: doc, Pure: true, multi: multiPass, Examples: []Example{ex},
		new: rows(func(args []value.Value) value.Value {
			if args[0].Kind() != value.Multi {
				return args[0]
			}
			return value.OfList(f(args[0].List()))
		})}
}

func countVec(args []column.Vec, n int) column.Vec {
	v, ok := args[0].(*column.List)
	if !ok {
		return nil
	}
	out := &column.Int{V: make([]int64, n)}
	for i := range out.V {
		if out.V[i] = int64(v.Offsets[i+1] - v.Offsets[i]); out.V[i] == 0 {
			out.Nulls = out.Nulls.Marked(i, n)
		}
	}
	return out
}

func dedup(vs []string) []string {
	seen := make(map[string]bool, len(vs))
	var out []string
	for _, s := range vs {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

func mvIndex(args []value.Value) value.Value {
	vs := args[0].List()
	at := func(v value.Value) (int, bool) {
		i, ok := integer(v)
		if i < 0 {
			i += int64(len(vs))
		}
		return int(i), ok
	}
	from, ok := at(args[1])
	if !ok {
		return value.Value{}
	}
	if len(args) == 2 {
		if from < 0 || from >= len(vs) {
			return value.Value{}
		}
		if len(vs) == 1 {
			return args[0]
		}
		return value.OfText(vs[from])
	}
	to, ok := at(args[2])
	from, to = max(from, 0), min(to, len(vs)-1)
	if !ok || from > to {
		return value.Value{}
	}
	return value.OfList(vs[from : to+1])
}

func mvZip(args []value.Value) value.Value {
	a, b, sep := args[0].List(), args[1].List(), ","
	if len(args) == 3 {
		sep = args[2].Text()
	}
	out := make([]string, min(len(a), len(b)))
	for i := range out {
		out[i] = a[i] + sep + b[i]
	}
	return value.OfList(out)
}

func splitText(s, sep string) []string {
	if sep != "" {
		return strings.Split(s, sep)
	}
	if s == "" {
		return []string{""}
	}
	out := make([]string, 0, len(s))
	for len(s) > 0 {
		_, n := utf8.DecodeRuneInString(s)
		out = append(out, s[:n])
		s = s[n:]
	}
	return out
}

// maxRange bounds how many values mvrange makes.
const maxRange = 1 << 20

func newRange(s *site) (kernel, error) {
	return kernel{row: func(args []value.Value) value.Value {
		from, p, ok := readNumber(args[0])
		to, _, ok2 := readNumber(args[1])
		if !ok || !ok2 {
			return value.Value{}
		}
		step, q := 1.0, value.Exact
		if len(args) == 3 {
			if step, q, ok = readNumber(args[2]); !ok {
				return s.c.timeRange(from, to, args[2].Text())
			}
		}
		if step <= 0 || from >= to {
			return value.Value{}
		}
		if (to-from)/step > maxRange {
			s.c.warn("mvrange() makes at most %d values", maxRange)
			return value.Value{}
		}
		var out []string
		for i := 0; ; i++ {
			x := from + float64(i)*step
			if x >= to || i > maxRange {
				return value.OfList(out)
			}
			out = append(out, value.FormatNumber(x, value.AddPrec(from, p, step, q)))
		}
	}}, nil
}

// timeRange makes times from to below to, a span of the calendar apart.
func (c *Ctx) timeRange(from, to float64, span string) value.Value {
	m, err := timefmt.ParseModifier("+" + strings.TrimPrefix(span, "+"))
	e, ok := timefmt.FromSeconds(from)
	if err != nil || !ok || strings.ContainsRune(span, '@') || strings.HasPrefix(span, "-") {
		return value.Value{}
	}
	var out []string
	for e.Seconds() < to && len(out) < maxRange {
		out = append(out, value.FormatNumber(e.Seconds(), value.Exact))
		next, ok := m.Relative(e, c.zone())
		if !ok || next.Seconds() <= e.Seconds() {
			break
		}
		e = next
	}
	return value.OfList(out)
}

func newCommands(s *site) (kernel, error) {
	if s.c.Parser == nil {
		return kernel{}, errArgs
	}
	return kernel{row: func(args []value.Value) value.Value {
		q, _ := s.c.Parser.Parse(lang.Implied(lang.NewSource("commands()", args[0].Text())))
		var out []string
		if q != nil {
			lang.Walk(q, func(st *lang.Stage) { out = append(out, st.Name) })
		}
		return value.OfList(out)
	}}, nil
}
