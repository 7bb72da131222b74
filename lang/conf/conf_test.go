package conf

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// dump writes a file as "stanza:line|key=text@line" entries.
func dump(f *File) []string {
	var out []string
	for _, s := range f.Stanzas {
		out = append(out, "["+s.Name+"]"+at(s.File, s.Line))
		for _, v := range s.Settings() {
			out = append(out, v.Key+"="+v.Text+at(v.File, v.Line))
		}
	}
	return out
}

func at(file string, line int) string { return "@" + file + ":" + string(rune('0'+line)) }

func TestParse(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
		problems   []string
	}{
		{"plain", "[a]\nk = v\n", []string{"[a]@f:1", "k=v@f:2"}, nil},
		{"before the first header", "k=v\n[a]\nx=1", []string{"[default]@f:1", "k=v@f:1", "[a]@f:2", "x=1@f:3"}, nil},
		{"quotes, ; and # belong to the value", `[a]` + "\n" + `k = "x" # y ; z = 1`, []string{"[a]@f:1", `k="x" # y ; z = 1@f:2`}, nil},
		{"comments and empty lines", "# c\n\n  # d\n[a]\n#k=v\nx=1", []string{"[a]@f:4", "x=1@f:6"}, nil},
		{"a line in ; is no comment", "[a]\n;k=v", []string{"[a]@f:1", ";k=v@f:2"}, nil},
		{"byte order mark", "\ufeff[a]\nk=v", []string{"[a]@f:1", "k=v@f:2"}, nil},
		{"CRLF", "[a]\r\nk=v\r\nl=w\r\n", []string{"[a]@f:1", "k=v@f:2", "l=w@f:3"}, nil},
		{"continuation keeps the break", "[a]\nk = one \\\n  two\nl=w", []string{"[a]@f:1", "k=one \n  two@f:2", "l=w@f:4"}, nil},
		{"continuation with CRLF", "[a]\r\nk=one\\\r\ntwo\r\n", []string{"[a]@f:1", "k=one\ntwo@f:2"}, nil},
		{"continued into a comment or header", "[a]\nk=1\\\n# two\\\n[b]\nl=w", []string{"[a]@f:1", "k=1\n# two\n[b]@f:2", "l=w@f:5"}, nil},
		{"continued from an empty value", "[a]\nk=\\\n  one", []string{"[a]@f:1", "k=one@f:2"}, nil},
		{"continued to the end", "[a]\nk=one\\", []string{"[a]@f:1", "k=one@f:2"}, nil},
		{"continued to the end, newline", "[a]\nk=one\\\n", []string{"[a]@f:1", "k=one@f:2"}, nil},
		{"continued into an empty line", "[a]\nk=one\\\n\nl=w", []string{"[a]@f:1", "k=one@f:2", "l=w@f:4"}, nil},
		{"last of repeated keys", "[a]\nk=1\nl=2\nk=3", []string{"[a]@f:1", "l=2@f:3", "k=3@f:4"}, nil},
		{"repeated stanza", "[a]\nk=1\n[b]\n[a]\nl=2", []string{"[a]@f:1", "k=1@f:2", "l=2@f:5", "[b]@f:3"}, nil},
		{"brackets and blanks in a name", "[source::/l/[ab]* x]  ", []string{"[source::/l/[ab]* x]@f:1"}, nil},
		{"empty value", "[a]\nk=", []string{"[a]@f:1", "k=@f:2"}, nil},
		{"macro names", "[m(2)]\nk=a=b", []string{"[m(2)]@f:1", "k=a=b@f:2"}, nil},
		{"line without =", "[a]\noops\nk=v", []string{"[a]@f:1", "k=v@f:3"}, []string{"conf-line"}},
		{"header without ]", "[a\nk=v", []string{"[a]@f:1", "k=v@f:2"}, []string{"conf-stanza"}},
		{"blank after the backslash", "[a]\nk=v\\ \nl=w", []string{"[a]@f:1", `k=v\@f:2`, "l=w@f:3"}, []string{"conf-continuation"}},
		{"UTF-16", "\xff\xfe[\x00", nil, []string{"conf-encoding"}},
		{"empty", "", nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, ds := Parse("f", []byte(tt.text))
			var codes []string
			for _, d := range ds {
				codes = append(codes, d.Code)
			}
			if d := cmp.Diff(tt.want, dump(f)); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(tt.problems, codes); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestLayer(t *testing.T) {
	parse := func(name, text string) *File {
		f, _ := Parse(name, []byte(text))
		return f
	}
	def := parse("default", "[default]\nd=base\n[a]\nk=1\nl=2")
	local := parse("local", "[default]\nd=mine\nk=no\n[a]\nk=3\n[b]\nx=")
	f := Layer(def, nil, local)
	get := func(f *File, stanza, key string) string {
		v, ok := f.Stanza(stanza).Get(key)
		if !ok {
			return "none"
		}
		return v.Text + "@" + v.File
	}
	tests := []struct{ stanza, key, want string }{
		{"a", "k", "3@local"},
		{"a", "l", "2@default"},
		{"a", "d", "mine@local"},
		{"b", "x", "@local"},
		{"b", "k", "no@local"},
		{"b", "z", "none"},
		{"nope", "k", "none"},
		{"default", "d", "mine@local"},
	}
	for _, tt := range tests {
		if got := get(f, tt.stanza, tt.key); got != tt.want {
			t.Errorf("%s/%s: got %s, want %s", tt.stanza, tt.key, got, tt.want)
		}
	}
	if _, ok := f.Stanza("a").Own("d"); ok {
		t.Error("Own must not see [default]")
	}
	apps := LayerApps(App{Default: def, Local: parse("l1", "[a]\nl=7")}, App{Default: parse("d2", "[a]\nl=8\nk=9")})
	if got := get(apps, "a", "l") + " " + get(apps, "a", "k"); got != "7@l1 9@d2" {
		t.Errorf("apps: %s", got)
	}
}

func TestSource(t *testing.T) {
	f, _ := Parse("m.conf", []byte("\ufeff[m]\r\ndefinition = search a \\\r\n  | stats count by b\r\n"))
	v, _ := f.Stanza("m").Get("definition")
	src := v.Source()
	if d := cmp.Diff("search a \n  | stats count by b", src.Text); d != "" {
		t.Fatal(d)
	}
	for _, tt := range []struct {
		word      string
		line, col int
		text      string
	}{
		{"search", 2, 14, `definition = search a \`},
		{"stats", 3, 5, "  | stats count by b"},
		{"b", 3, 20, "  | stats count by b"},
	} {
		l := src.Locate(strings.LastIndex(src.Text, tt.word))
		if l.Name != "m.conf" || l.Line != tt.line || l.Col != tt.col || l.Text != tt.text {
			t.Errorf("%s: %+v", tt.word, l)
		}
	}
}

func TestFieldValue(t *testing.T) {
	for _, tt := range []struct {
		in, field, value string
		ok               bool
	}{
		{"eventtype=a%20b", "eventtype", "a b", true},
		{"host=10.0.0.1%3A80", "host", "10.0.0.1:80", true},
		{"x=a=b+c", "x", "a=b+c", true},
		{"x=100%", "x", "100%", true},
		{"x=%zz%4", "x", "%zz%4", true},
		{"x=", "x", "", true},
		{"nothing", "", "", false},
		{"=x", "", "", false},
	} {
		f, v, ok := FieldValue(tt.in)
		if f != tt.field || v != tt.value || ok != tt.ok {
			t.Errorf("%q: got %q %q %v", tt.in, f, v, ok)
		}
	}
}

// FuzzConf checks that nothing panics and that every byte of a value locates at that byte of the file.
func FuzzConf(f *testing.F) {
	for _, s := range []string{"[a]\nk=v\\\r\nw\n", "k=\\\n\\\n", "\ufeff[x", "=\n[a]\n=v", "[a]\nk=1\\\n# two\\\n[b]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file, _ := Parse("f", []byte(text))
		body := strings.TrimPrefix(text, "\ufeff")
		for _, s := range Layer(file, file).Stanzas {
			for _, v := range s.All {
				src := v.Source()
				if src.Text != v.Text {
					t.Fatalf("%q: source is %q", v.Text, src.Text)
				}
				for i := range src.Text {
					if off := src.Locate(i).Offset; body[off] != src.Text[i] {
						t.Fatalf("byte %d of %q is at %d", i, v.Text, off)
					}
				}
			}
		}
	})
}
