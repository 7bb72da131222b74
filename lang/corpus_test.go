package lang

import (
	"bufio"
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"
)

type corpusEntry struct{ Name, Search string }

// corpus returns the searches of a file beside the repository; the test is skipped without it.
func corpus(t testing.TB, name string) []corpusEntry {
	t.Helper()
	f, err := os.Open("../../shared/corpus/" + name)
	if err != nil {
		t.Skip("no corpus here")
	}
	defer f.Close()
	var out []corpusEntry
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<22)
	for sc.Scan() {
		var e corpusEntry
		if err := json.Unmarshal(sc.Bytes(), &e); err != nil {
			t.Fatal(err)
		}
		out = append(out, e)
	}
	return out
}

type macroDef struct {
	Arguments  []string
	Definition string
}

// expand replaces macros far enough for these tests. It returns the text unchanged in its unknown calls.
func expand(text string, defs map[string]macroDef, depth int) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		switch {
		case text[i] == '"':
			e := min(endOfString(text, i), len(text))
			b.WriteString(text[i:e])
			i = e
		case strings.HasPrefix(text[i:], comment):
			i = min(endOfComment(text, i), len(text))
		case text[i] == '`' && depth < 20:
			n := strings.IndexByte(text[i+1:], '`')
			if n < 0 {
				b.WriteString(text[i:])
				return b.String()
			}
			b.WriteString(callMacro(text[i:i+n+2], defs, depth))
			i += n + 2
		default:
			b.WriteByte(text[i])
			i++
		}
	}
	return b.String()
}

func callMacro(call string, defs map[string]macroDef, depth int) string {
	name, args := call[1:len(call)-1], []string(nil)
	if i := strings.IndexByte(name, '('); i >= 0 {
		args = strings.Split(strings.TrimSuffix(name[i+1:], ")"), ",")
		name = name[:i]
	}
	d, ok := defs[name]
	if !ok && args != nil {
		d, ok = defs[name+"("+strconv.Itoa(len(args))+")"]
	}
	if !ok {
		if strings.HasSuffix(name, "_filter") {
			return "search *"
		}
		return call
	}
	def := d.Definition
	for i, a := range d.Arguments {
		if i < len(args) {
			def = strings.ReplaceAll(def, "$"+a+"$", strings.Trim(strings.TrimSpace(args[i]), `"`))
		}
	}
	return expand(def, defs, depth+1)
}

func corpusMacros(t testing.TB) map[string]macroDef {
	b, err := os.ReadFile("../../shared/corpus/macros.json")
	if err != nil {
		t.Skip("no corpus here")
	}
	defs := map[string]macroDef{}
	if err := json.Unmarshal(b, &defs); err != nil {
		t.Fatal(err)
	}
	return defs
}

// foreign are commands that are no part of Splunk: an unknown command is the right answer for them.
func foreign(d Diagnostic) bool { return d.Code == CodeUnknownCommand }

func TestCorpus(t *testing.T) {
	defs := corpusMacros(t)
	for _, tt := range []struct {
		file string
		bad  int // searches that no grammar should take
	}{{"escu-dev.ndjson", 0}, {"splunkbase-dev.ndjson", 18}} {
		t.Run(tt.file, func(t *testing.T) {
			bad, args, stages := 0, 0, 0
			for i, e := range corpus(t, tt.file) {
				if testing.Short() && i%10 > 0 {
					continue
				}
				for _, text := range []string{e.Search, expand(Implied(NewSource("", e.Search)).Text, defs, 0)} {
					q, ds := fake.Parse(Implied(NewSource(e.Name, text)))
					Walk(q, func(st *Stage) {
						stages++
						if st.Args != nil {
							args++
						}
					})
					sameAgain(t, text, q)
					for _, d := range ds {
						if !foreign(d) {
							bad++
							t.Logf("%s\n  %.300s\n  ^ %.200q", e.Name, d.Msg, text[min(d.Span.Start, len(text)):])
						}
					}
				}
			}
			t.Logf("%d stages, %d with arguments parsed", stages, args)
			if bad > tt.bad {
				t.Errorf("%d problems, want %d", bad, tt.bad)
			}
		})
	}
}
