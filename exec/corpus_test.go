package exec_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"spl/exec"
	"spl/lang"
	"spl/lookups"
	"spl/macros"
)

// corpusDir holds other people's searches; it is not part of this repository.
const corpusDir = "../../shared/corpus"

// outside are commands of the machine-learning toolkit and of third parties.
var outside = []string{"apply", "fit", "summary", "cyberchef", "dnstwist"}

// foreignTables are lookups that belong to other products or are made outside of these searches.
var foreignTables = []string{"asset_lookup_by_str", "identity_lookup_expanded", "interesting_ports_lookup", "ut_shannon_lookup",
	"cim_corporate_email_domains.csv", "cim_corporate_email_domain_lookup", "cim_corporate_web_domains.csv", "cim_corporate_web_domain_lookup",
	"cim_cloud_domains.csv", "previously_seen_users_console_logins_cloudtrail", "dynamic_dns_providers_default", "alexa_lookup_by_str", "admon_groups_def"}

// TestCorpusESCU plans every search of a detection repository: all parse, and what cannot be planned
// calls a command that is not built yet or not ours.
func TestCorpusESCU(t *testing.T) {
	env := corpusEnv(t)
	eng := exec.New()
	reasons := map[string][]string{}
	n := 0
	for _, s := range corpusSearches(t, "escu-dev.ndjson") {
		n++
		for _, d := range eng.Check(context.Background(), lang.NewSource(s.Name, s.Search), env) {
			if d.Severity == lang.Error {
				reasons[d.Code+": "+d.Msg] = append(reasons[d.Code+": "+d.Msg], s.Name)
			}
		}
	}
	if n == 0 {
		t.Fatal("the corpus is empty")
	}
	for reason, names := range reasons {
		if allowed(reason) {
			t.Logf("%4d %s", len(names), reason)
			continue
		}
		t.Errorf("%d searches, such as %s: %s", len(names), names[0], reason)
	}
}

func allowed(reason string) bool {
	if strings.HasPrefix(reason, "not-built: ") && strings.Contains(reason, "'mstats'") || strings.Contains(reason, "'get_asset(1)'") { // a macro of another product
		return true
	}
	if strings.HasPrefix(reason, "no-lookup: ") {
		return slices.ContainsFunc(foreignTables, func(t string) bool { return strings.Contains(reason, "'"+t+"'") })
	}
	return slices.ContainsFunc(outside, func(c string) bool { return strings.Contains(reason, fmt.Sprintf("Unknown search command '%s'", c)) })
}

type corpusSearch struct{ Name, Search string }

func corpusSearches(t *testing.T, file string) []corpusSearch {
	t.Helper()
	f, err := os.Open(filepath.Join(corpusDir, file))
	if os.IsNotExist(err) {
		t.Skip("no corpus beside the repository")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []corpusSearch
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		var s corpusSearch
		if err := json.Unmarshal(sc.Bytes(), &s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

func readJSON(t *testing.T, file string, v any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(corpusDir, file))
	if os.IsNotExist(err) {
		t.Skip("no corpus beside the repository")
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, v); err != nil {
		t.Fatal(err)
	}
}

// corpusEnv has the macros and lookups of the corpus.
func corpusEnv(t *testing.T) *exec.Env {
	t.Helper()
	tables := lookups.NewContent()
	if err := tables.AddFolder(filepath.Join(corpusDir, "lookups")); err != nil {
		t.Fatal(err)
	}
	var defs map[string]map[string]any
	readJSON(t, "lookups.json", &defs)
	for name, keys := range defs {
		d, err := lookups.FromSettings(name, func(k string) (string, bool) {
			v, ok := keys[k]
			if !ok {
				return "", false
			}
			return fmt.Sprint(v), true
		})
		if err != nil {
			t.Logf("lookup %s: %v", name, err)
			continue
		}
		tables.AddDefinition(d)
	}
	env := emptyEnv(t, tables)
	var ms map[string]struct {
		Arguments  []string
		Definition string
	}
	readJSON(t, "macros.json", &ms)
	lib := macros.NewLibrary()
	for name, m := range ms {
		d, err := macros.FromSpec(fmt.Sprintf("%s(%d)", name, len(m.Arguments)),
			macros.Spec{Args: m.Arguments, Definition: lang.NewSource("macros.json", m.Definition)})
		if len(m.Arguments) == 0 {
			d, err = macros.FromSpec(name, macros.Spec{Definition: lang.NewSource("macros.json", m.Definition)})
		}
		if err != nil {
			t.Fatal(err)
		}
		lib.Add(d)
	}
	env.Macros = macros.Layer(macros.Builtin(), lib)
	return env
}
