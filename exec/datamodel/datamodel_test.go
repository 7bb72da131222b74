package datamodel

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"spl/exec/column"
	"spl/exec/eval"
	"spl/exec/value"
	"spl/lang"
	"spl/lang/conf"
	"spl/macros"
)

func scope() Scope {
	return Scope{Parser: lang.NewParser(), Eval: eval.Ctx{Now: time.Unix(0, 0), Zone: time.UTC}}
}

// TestBuiltin prepares every dataset there is and reads every model again in the long form.
func TestBuiltin(t *testing.T) {
	lib := Builtin()
	if len(lib.Names()) < 25 {
		t.Errorf("models: %v", lib.Names())
	}
	for _, name := range lib.Names() {
		m, err := lib.Get(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range append(m.Names(), "") {
			if _, err := m.View(d, scope()); err != nil {
				t.Errorf("%s.%s: %v", name, d, err)
			}
		}
		text, err := m.JSON("")
		if err != nil {
			t.Fatal(err)
		}
		again, err := Parse([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(m.Names(), again.Names()); diff != "" {
			t.Errorf("%s (-written +read)\n%s", name, diff)
		}
	}
}

// TestRules computes calculated fields of one event.
func TestRules(t *testing.T) {
	tests := []struct{ model, field, event, want string }{
		{"Endpoint", "Processes.process_name", `process="C:\a b\x.exe" -v`, `x.exe`},
		{"Endpoint", "Processes.process_name", `process=C:\w\cmd.exe /c "dir \t"`, `cmd.exe`},
		{"Endpoint", "Processes.process_name", `process=whoami /all`, `whoami`},
		{"Endpoint", "Processes.process_name", `process=x.exe;process_name=Y.exe`, `Y.exe`},
		{"Endpoint", "Processes.process_name", ``, `unknown`},
		{"Endpoint", "Processes.process", ``, `unknown`},
		{"Endpoint", "Processes.process_id", ``, ``},
		{"Endpoint", "Processes.process_integrity_level", `process_integrity_level=High`, `high`},
		{"Endpoint", "Processes.vendor_product", `vendor=A;product=B`, `A B`},
		{"Endpoint", "Processes.vendor_product", `product=B`, `unknown B`},
		{"Endpoint", "Processes.vendor_product", `vendor=unknown;sourcetype=s`, `s`},
		{"Endpoint", "Filesystem.file_size", `file_size=x`, ``},
		{"Network_Traffic", "All_Traffic.dest_port", `dest_port=x`, `0`},
		{"Network_Traffic", "All_Traffic.bytes", `bytes_in=1;bytes_out=2`, `3`},
		{"Network_Traffic", "All_Traffic.bytes_in", `bytes=5;bytes_out=2`, `3`},
		{"Network_Traffic", "All_Traffic.transport", `transport=TCP`, `tcp`},
		{"Web", "Web.url_domain", `url=https://u:p@h.example:8/x?y`, `h.example`},
		{"Web", "Web.url_length", `url=/abc`, `4`},
		{"Authentication", "Authentication.app", `sourcetype=win`, `win`},
		{"Change", "All_Changes.result_id", ``, `-1`},
		{"Email", "All_Email.src_user_domain", `src_user=a@b@c`, `c`},
		{"Updates", "Updates.signature_id", `signature=KB1`, `KB1`},
		{"Vulnerabilities", "Vulnerabilities.cve", `cve=CVE-1`, `cve-1`},
	}
	for _, tt := range tests {
		m, err := Builtin().Get(tt.model)
		if err != nil {
			t.Fatal(err)
		}
		dataset, _, _ := strings.Cut(tt.field, ".")
		v, err := m.View(dataset, scope())
		if err != nil {
			t.Fatal(err)
		}
		b := column.NewBatch(1)
		for _, f := range strings.Split(tt.event, ";") {
			if name, val, ok := strings.Cut(f, "="); ok {
				b.Set(name, column.ConstText(val, 1))
			}
		}
		for _, f := range v.Fields {
			if err := f.Compute(b); err != nil {
				t.Fatal(err)
			}
		}
		if got := b.Col(tt.field).At(0); got.Text() != tt.want || (got.Kind() == value.Null) != (tt.want == "") {
			t.Errorf("%s of %s: %q, want %q", tt.field, tt.event, got.Text(), tt.want)
		}
	}
}

func TestIndexMacro(t *testing.T) {
	m, err := Builtin().Get("Web")
	if err != nil {
		t.Fatal(err)
	}
	for definition, want := range map[string]string{
		"":                              "* tag=web",
		"cim_Web_indexes = ()":          "* tag=web",
		"cim_Web_indexes = (index=web)": "index=web tag=web",
	} {
		s := scope()
		if name, body, ok := strings.Cut(definition, " = "); ok {
			f, ds := conf.Parse("macros.conf", []byte("["+name+"]\ndefinition = "+body+"\n"))
			if ds.Err() != nil {
				t.Fatal(ds)
			}
			s.Macros = macros.FromConf(f)
		}
		v, err := m.View("Web", s)
		if err != nil {
			t.Fatal(err)
		}
		got := strings.NewReplacer("(", "", ")", "").Replace(lang.TermString(v.Constraint))
		if got != want {
			t.Errorf("%s: %s, want %s", definition, got, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`{}`: "needs a modelName",
		`{"modelName":"M","objects":[{"parentName":"BaseEvent"}]}`:                                                                                    "needs an objectName",
		`{"modelName":"M","objects":[{"objectName":"A","parentName":"B"}]}`:                                                                           "the parent B of A does not exist",
		`{"modelName":"M","objects":[{"objectName":"A","parentName":"B"},{"objectName":"B","parentName":"A"}]}`:                                       "its own ancestor",
		`{"modelName":"M","objects":[{"objectName":"A","parentName":"BaseEvent","calculations":[{"calculationID":"1","calculationType":"Python"}]}]}`: "unknown type",
	} {
		if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

// TestTransaction checks the search of a dataset made of groups of events.
func TestTransaction(t *testing.T) {
	m, err := Parse([]byte(`{"modelName":"M","objects":[
 {"objectName":"E","parentName":"BaseEvent","constraints":[{"search":"sourcetype=e"}]},
 {"objectName":"L","parentName":"E","constraints":[{"search":"x=1"}]},
 {"objectName":"T","parentName":"BaseTransaction","objectsToGroup":["L"],"groupByFields":["user"],"transactionMaxPause":"5m","transactionMaxTimeSpan":"1h",
  "calculations":[{"calculationID":"1","calculationType":"Lookup","lookupName":"users","lookupInputs":[{"inputField":"user","lookupField":"name"}],"outputFields":[{"fieldName":"dept","lookupOutputFieldName":"d"}]},
   {"calculationID":"2","calculationType":"GeoIP","inputField":"src","outputFields":[{"fieldName":"place","lookupOutputFieldName":"City"}]}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	v, err := m.View("T", scope())
	if err != nil {
		t.Fatal(err)
	}
	want := `search ((sourcetype=e) (x=1)) | transaction user maxpause=5m maxspan=1h | lookup users name AS user OUTPUT d AS dept | iplocation src | eval 'place'='City'`
	if diff := cmp.Diff(want, v.Base); diff != "" {
		t.Error(diff)
	}
}
