package exec_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"spl/exec"
	"spl/exec/ingest"
	"spl/exec/knowledge"
	"spl/exec/store"
	"spl/lang"
	"spl/lang/conf"
)

const pruneProps = `
[beta]
FIELDALIAS-u = u AS user
EVAL-n = n+1
[gamma]
EXTRACT-k = k:(?<k>\S+)
rename = omega
[source::late]
EVAL-u = "zoe"
[zeta]
KV_MODE = json
`

// The store of pruneStore has so many segments with so many events each.
const pruneSegments, pruneEvents = 6, 40

// pruneStore keeps events of several sourcetypes, a segment each.
func pruneStore(t *testing.T) *exec.Env {
	t.Helper()
	ctx := context.Background()
	st, err := store.Open(t.TempDir(), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	r := rand.New(rand.NewPCG(3, 4))
	for i, sourcetype := range []string{"alpha", "beta", "gamma", "alpha", "plain", "zeta"} {
		var evs [][]ingest.Pair
		for j := range pruneEvents {
			e := map[string]any{"rec": fmt.Sprintf("%d-%d", i, j), "n": r.IntN(9) + 10*i}
			if i > 0 {
				e["u"] = []string{"Bob", "alice", "Kelvin", "\u212Aelvin", "straße", ""}[r.IntN(6)]
			}
			if i > 1 {
				e["tags"] = []string{"x", "y"}[:r.IntN(3)]
			}
			raw, err := json.Marshal(e)
			if err != nil {
				t.Fatal(err)
			}
			if sourcetype == "plain" {
				raw = fmt.Appendf(nil, "user alice k:%d n=%d rec=%d-%d", r.IntN(4), r.IntN(9), i, j)
			}
			source := "early"
			if j > 30 {
				source = "late"
			}
			evs = append(evs, []ingest.Pair{{Name: "sourcetype", Value: sourcetype}, {Name: "source", Value: source}, {Name: "_raw", Value: string(raw)}})
		}
		bs, err := ingest.FromMaps(evs, ingest.Options{Now: exampleNow})
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range bs {
			if err := st.Append(ctx, b); err != nil {
				t.Fatal(err)
			}
		}
		if err := st.Flush(ctx); err != nil {
			t.Fatal(err)
		}
	}
	env := emptyEnv(t, nil)
	props, ds := conf.Parse("props.conf", []byte(pruneProps))
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	if env.Knowledge, err = knowledge.New(knowledge.Config{Props: props}); err != nil {
		t.Fatal(err)
	}
	env.Store = st
	return env
}

func pruneTerm(r *rand.Rand, depth int) string {
	pick := func(s ...string) string { return s[r.IntN(len(s))] }
	if depth > 0 {
		switch r.IntN(4) {
		case 0:
			return fmt.Sprintf("(%s %s)", pruneTerm(r, depth-1), pruneTerm(r, depth-1))
		case 1:
			return fmt.Sprintf("(%s OR %s)", pruneTerm(r, depth-1), pruneTerm(r, depth-1))
		case 2:
			return "NOT " + pruneTerm(r, depth-1)
		}
	}
	switch r.IntN(6) {
	case 0:
		return pick("sourcetype", "source", "host") + pick("=", "!=") + pick("alpha", "BETA", "gamma", "omega", "late", "a*", "*")
	case 1:
		return pick("bob", "kelvin", "*elvi*", "3", "k", "zz")
	case 2:
		return pick("n", "u", "user", "k") + fmt.Sprintf(" IN (%d, bob, zoe)", r.IntN(60))
	case 3:
		return "n" + pick("<", ">", "<=", ">=") + fmt.Sprint(r.IntN(60))
	}
	return pick("u", "user", "n", "k", "tags{}", "nosuch", "linecount", "punct", "_raw", "_sourcetype") + pick("=", "!=") +
		pick("bob", "ALICE", "kel*", "*", `""`, "3", "x", "zoe", "STRASSE", "1")
}

// TestPruning compares searches whose terms the store sees with those where it sees none of them.
func TestPruning(t *testing.T) {
	env := pruneStore(t)
	eng, plain := exec.New(), exec.New(exec.Without("filter-into-scan", "filter-early"))
	r := rand.New(rand.NewPCG(7, 8))
	skipped := 0
	for range 400 {
		term := pruneTerm(r, r.IntN(3))
		got, n := pruneRun(t, eng, env, "index=main "+term+" | table rec")
		want, all := pruneRun(t, plain, env, "index=main | search "+term+" | table rec")
		if !slices.Equal(got, want) {
			t.Fatalf("%s: got %d events, want %d\n%s\n%s", term, len(got), len(want), got, want)
		}
		if all != 0 {
			t.Fatalf("%s: %d segments skipped without a reason", term, all)
		}
		skipped += n
	}
	if skipped < 100 {
		t.Errorf("only %d segments were skipped", skipped)
	}
	for _, c := range []struct {
		term string
		want int
	}{
		{"sourcetype=beta", 4}, // gamma has another name, which the store does not know
		{"u=*", 0}, {"nosuch=1", 5}, {"NOT nosuch=1", 0}, {"tags{}=y", 3}, {"rec=zz", 5}, {"rec=*@*", 5},
		{"n>45", 4}, {"NOT n<45", 0}, {"n IN (7, 3)", 2}, {"k=1", 5}, {"user=bob", 4}, {"_sourcetype=gamma", 4}, {"host=nosuch", 6}, {"nobody@nowhere", 6},
	} {
		if _, got := pruneRun(t, eng, env, "index=main "+c.term); got != c.want {
			t.Errorf("%s: %d segments skipped, want %d", c.term, got, c.want)
		}
	}
}

// pruneRun returns the ids of the events that a search finds, and how many segments it left out.
func pruneRun(t *testing.T, eng *exec.Engine, env *exec.Env, search string) ([]string, int) {
	t.Helper()
	ctx := context.Background()
	q, ds := eng.Prepare(ctx, lang.NewSource("<test>", search), env)
	if err := ds.Err(); err != nil {
		t.Fatal(search, err)
	}
	b, err := q.Collect(ctx)
	if err != nil {
		t.Fatal(search, err)
	}
	var ids []string
	for i := range b.N {
		ids = append(ids, strings.Join(b.Col("rec").At(i).List(), ","))
	}
	return ids, pruneSegments - int(q.Report().Stats.Stage(q.Plan()[0]).Scan.Pruned.Events)/pruneEvents
}
