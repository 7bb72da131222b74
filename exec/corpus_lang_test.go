package exec_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/exec"
	"spl/lang"
)

// fillIn is what a dashboard fills in before a search runs: $name$, $row.field$, $name|s$.
var fillIn = regexp.MustCompile(`\$[A-Za-z0-9_.:{}|]+\$`)

// unreadable are the searches of other people's apps that do not parse, and why they should not.
var unreadable = map[string]string{
	"SafeLine - Sudden traffic spike on a site": "HTML entities (&gt;) stand where operators belong",
}

// TestCorpusApps parses the saved searches of published apps. Commands of other products are no concern of
// the parser: their arguments stay text.
func TestCorpusApps(t *testing.T) {
	parser := exec.New().Parser()
	got := map[string]string{}
	for _, s := range corpusSearches(t, "splunkbase-dev.ndjson") {
		_, ds := parser.Parse(lang.Implied(lang.NewSource(s.Name, fillIn.ReplaceAllString(s.Search, "word"))))
		for _, d := range ds {
			if d.Severity == lang.Error && d.Code != lang.CodeUnknownCommand {
				if got[s.Name] = unreadable[s.Name]; got[s.Name] == "" {
					got[s.Name] = d.Msg
				}
			}
		}
	}
	if diff := cmp.Diff(unreadable, got); diff != "" {
		t.Errorf("searches that do not parse (-want +got):\n%s", diff)
	}
}

// TestCorpusPrint prints and formats every search: the meaning stays, and formatting twice changes nothing.
func TestCorpusPrint(t *testing.T) {
	env := corpusEnv(t)
	eng := exec.New()
	parser := eng.Parser()
	for _, file := range []string{"escu-dev.ndjson", "splunkbase-dev.ndjson"} {
		for _, s := range corpusSearches(t, file) {
			texts := []string{fillIn.ReplaceAllString(s.Search, "word")}
			if q, ds := eng.Parse(lang.NewSource(s.Name, s.Search), env); q != nil && ds.Err() == nil && file == "escu-dev.ndjson" {
				texts = append(texts, q.Src.Text)
			}
			for _, text := range texts {
				sameAgain(t, parser, s.Name, text)
			}
		}
	}
}

func sameAgain(t *testing.T, parser *lang.Parser, name, text string) {
	t.Helper()
	q, ds := parser.Parse(lang.Implied(lang.NewSource(name, text)))
	for _, d := range ds {
		if d.Severity == lang.Error && d.Code != lang.CodeUnknownCommand {
			return
		}
	}
	var b strings.Builder
	if err := lang.Print(&b, q); err != nil {
		t.Fatal(err)
	}
	if again, _ := parser.Parse(lang.NewSource(name, b.String())); !lang.Same(q, again) {
		t.Errorf("%s: printing changes\n%s\n%s", name, text, b.String())
	}
	formatted, _ := parser.Format(lang.NewSource(name, text))
	if again, _ := parser.Parse(lang.Implied(lang.NewSource(name, formatted))); !lang.Same(q, again) {
		t.Errorf("%s: formatting changes\n%s\n%s", name, text, formatted)
	}
	if twice, _ := parser.Format(lang.NewSource(name, formatted)); twice != formatted {
		t.Errorf("%s: formatting is not stable (-once +twice):\n%s", name, cmp.Diff(formatted, twice))
	}
}
