package detections_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"spl/detections"
	"spl/exec"
	"spl/exec/output"
	"spl/exec/plan"
	"spl/exec/store"
	"spl/lang"
)

// write makes the files of a content folder.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// first runs a search in the world of some content and returns the first cell of the first row.
func first(t *testing.T, c *detections.Content, search string) string {
	t.Helper()
	env := &exec.Env{Store: store.NewMemory(), Macros: c.Macros, Lookups: c.Lookups, Knowledge: c.Knowledge, Models: c.Models,
		Now: time.Unix(1768478400, 0), Zone: time.UTC, Range: store.AllTime, Limits: plan.DefaultLimits(), Workers: 1}
	q, ds := exec.New().Prepare(context.Background(), lang.NewSource("<test>", search), env)
	if err := ds.Err(); err != nil {
		t.Fatalf("%s: %v", search, err)
	}
	b, err := q.Collect(context.Background())
	if err != nil {
		t.Fatalf("%s: %v", search, err)
	}
	names := output.Visible(b)
	if b.N == 0 || len(names) == 0 {
		return ""
	}
	return b.Col(names[0]).At(0).Text()
}

func load(t *testing.T, dirs ...string) *detections.Content {
	t.Helper()
	c, err := detections.Load(detections.Config{Content: dirs})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range c.Problems {
		t.Errorf("problem: %s", d.Msg)
	}
	return c
}

func TestLayouts(t *testing.T) {
	app := map[string]string{
		"default/macros.conf":     "[m]\ndefinition = \"default\"\n[n]\ndefinition = \"n\"\n",
		"local/macros.conf":       "[m]\ndefinition = \"local\"\n",
		"default/transforms.conf": "[t]\nfilename = t.csv\nfilter = a>1\n",
		"lookups/t.csv":           "a\n1\n2\n",
	}
	nested := map[string]string{}
	for n, text := range app {
		nested["one_app/"+n] = text
	}
	for name, files := range map[string]map[string]string{
		"an app":   app,
		"etc/apps": nested,
		"a repository": {
			"macros/m.yml": "name: m\ndefinition: '\"local\"'\n", "macros/n.yml": "name: n\ndefinition: '\"n\"'\n",
			"lookups/t.yml": "name: t\nfilename: t.csv\nfilter: a>1\n", "lookups/t.csv": "a\n1\n2\n",
		},
		"exported objects": {
			"macros.json":   `{"m":{"definition":"\"local\""},"n":{"definition":"\"n\"","arguments":[]}}`,
			"lookups.json":  `{"t":{"filename":"t.csv","filter":"a>1","min_matches":1}}`,
			"lookups/t.csv": "a\n1\n2\n",
		},
		"plain folders": {
			"macros/macros.conf":      "[m]\ndefinition = \"local\"\n[n]\ndefinition = \"n\"\n",
			"lookups/transforms.conf": "[t]\nfilename = t.csv\nfilter = a>1\n", "lookups/t.csv": "a\n1\n2\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := load(t, write(t, files))
			if got := first(t, c, "| makeresults | eval x=`m` | table x"); got != "local" {
				t.Errorf("macro m is %q", got)
			}
			if got := first(t, c, "| inputlookup t | stats list(a)"); got != "2" {
				t.Errorf("filtered table holds %q", got)
			}
		})
	}
}

func TestLaterContentWins(t *testing.T) {
	a := write(t, map[string]string{"macros/m.yml": "name: m\ndefinition: '\"a\"'\n", "lookups/t.csv": "a\n1\n"})
	b := write(t, map[string]string{"macros/m.yml": "name: m\ndefinition: '\"b\"'\n", "lookups/t.csv": "a\n2\n"})
	c := load(t, a, b)
	if got := first(t, c, "| makeresults | eval x=`m` | table x"); got != "b" {
		t.Errorf("macro of the later folder loses: %q", got)
	}
	if got := first(t, c, "| inputlookup t.csv"); got != "2" {
		t.Errorf("table of the later folder loses: %q", got)
	}
}

func TestBrokenContentIsNamed(t *testing.T) {
	dir := write(t, map[string]string{"macros/bad.yml": "name: [\n", "macros/good.yml": "name: g\ndefinition: '1'\n"})
	c, err := detections.Load(detections.Config{Content: []string{dir}})
	if err != nil || len(c.Problems) != 1 {
		t.Fatalf("problems %v, %v", c, err)
	}
	if got := first(t, c, "| makeresults | eval x=`g` | table x"); got != "1" {
		t.Errorf("a broken file took the others away: %q", got)
	}
	for _, p := range []string{filepath.Join(dir, "nothing"), filepath.Join(dir, "macros/good.yml")} {
		if _, err := detections.Load(detections.Config{Content: []string{p}}); err == nil {
			t.Errorf("%s is taken as content", p)
		}
	}
}

func TestDataModelsOfApps(t *testing.T) {
	const sales = `{"modelName":"Sales","displayName":"Sales","objects":[
 {"objectName":"Orders","parentName":"BaseSearch","baseSearch":"| makeresults count=3 | streamstats count AS n | eval who=\"u\".n","constraints":[],
  "fields":[{"fieldName":"who","type":"string"},{"fieldName":"n","type":"number"}],
  "calculations":[{"calculationID":"1","calculationType":"Eval","outputFields":[{"fieldName":"twice","type":"number"}],"expression":"n*2"},
   {"calculationID":"2","calculationType":"Rex","inputField":"who","outputFields":[{"fieldName":"digit"}],"expression":"u(?<digit>\\d)"}]},
 {"objectName":"Large","parentName":"Orders","constraints":[{"search":"n>1"}],"fields":[],"calculations":[]}]}`
	c := load(t, write(t, map[string]string{"default/data/models/Sales.json": sales}))
	for search, want := range map[string]string{
		"| tstats sum(Orders.twice) AS s FROM datamodel=Sales.Orders":                               "12",
		"| tstats count FROM datamodel=Sales WHERE nodename=Orders.Large":                           "2",
		"| tstats values(Orders.digit) AS d FROM datamodel=Sales.Orders WHERE Orders.n=2":           "2",
		"| from datamodel:Sales.Large | stats sum(twice) AS s":                                      "10",
		"| datamodel Sales Orders search | stats sum(Orders.is_Large) AS s":                         "2",
		`| datamodel Sales Large | eval x=json_extract(_raw,"parentName") | table x`:                "Orders",
		`| datamodel Sales Orders flat_string | table search`:                                       `makeresults count=3 | streamstats count AS n | eval who="u".n | eval 'twice'=n*2 | rex field=who "u(?<digit>\\d)" | fields _time, host, source, sourcetype, who, n, twice, digit`,
		"| tstats count FROM datamodel=Endpoint.Processes":                                          "0",
		"| tstats count FROM datamodel=Sales.Orders WHERE Orders.nosuch=* OR Orders.who IN (U1,u9)": "1",
	} {
		if got := first(t, c, search); got != want {
			t.Errorf("%s: %q, want %q", search, got, want)
		}
	}
}

func TestBrokenDataModel(t *testing.T) {
	c, err := detections.Load(detections.Config{Content: []string{write(t, map[string]string{
		"default/macros.conf": "[a]\ndefinition = b\n", "default/data/models/X.json": `{"modelName":"X","objects":[{"objectName":"A","parentName":"B"}]}`})}})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Problems) != 1 || !strings.Contains(c.Problems[0].Msg, "the parent B of A does not exist") {
		t.Errorf("problems: %v", c.Problems)
	}
}
