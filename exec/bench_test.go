package exec_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"spl/exec"
	"spl/exec/column"
	"spl/exec/ingest"
	"spl/exec/knowledge"
	"spl/exec/plan"
	"spl/exec/store"
	"spl/lang"
	"spl/lookups"
	"spl/macros"
)

// benchEvents is how many events the searches are timed on: the same ones in every run.
const benchEvents = 100_000

// benchText makes audit events, the same ones every time.
func benchText(n int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	users := rand.NewZipf(r, 1.3, 4, 500)
	names := []string{"Get", "List", "Describe", "Create", "Delete", "Put"}
	kinds := []string{"Object", "Bucket", "Role", "User", "Instance", "Key", "Policy"}
	regions := []string{"us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-south-1"}
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var b bytes.Buffer
	for i := range n {
		user := users.Uint64()
		code := ""
		if r.IntN(12) == 0 {
			code = `,"errorCode":"AccessDenied"`
		}
		agent := "aws-cli/2.15"
		if r.IntN(20000) == 0 {
			agent = "Mimikatz"
		}
		fmt.Fprintf(&b, `{"eventTime":%q,"eventName":"%s%s","awsRegion":%q,"sourceIPAddress":"10.%d.%d.%d","userAgent":%q,`+
			`"requestID":"%016x","userIdentity":{"type":"AssumedRole","userName":"user%d","arn":"arn:aws:sts::1234:assumed-role/role%d/s%d"},`+
			`"resources":[{"ARN":"arn:aws:s3:::bucket%d"},{"ARN":"arn:aws:kms:%s:1234:key/%d"}]%s}`+"\n",
			start.Add(time.Duration(i)*24*time.Hour/time.Duration(n)).Format("2006-01-02T15:04:05.000Z"),
			names[r.IntN(len(names))], kinds[r.IntN(len(kinds))], regions[r.IntN(len(regions))], user%256, r.IntN(8), r.IntN(16), agent,
			r.Uint64(), user, user%24, r.IntN(50), r.IntN(40), regions[r.IntN(len(regions))], r.IntN(30), code)
	}
	return b.Bytes()
}

// benchLoad hands the events to add.
func benchLoad(b *testing.B, file string, add func(*column.Batch) error) {
	b.Helper()
	o := ingest.Options{Index: "aws", Sourcetype: "audit:json", TimeField: "eventTime", Now: exampleNow, Workers: 2}
	rep, err := ingest.Load(context.Background(), []string{file}, o, add)
	if err != nil || rep.Err() != nil {
		b.Fatal(err, rep.Err())
	}
}

// benchStore keeps the events in segments.
func benchStore(b *testing.B) store.Store {
	b.Helper()
	dir := b.TempDir()
	file := filepath.Join(dir, "events.ndjson")
	if err := os.WriteFile(file, benchText(benchEvents), 0o600); err != nil {
		b.Fatal(err)
	}
	st, err := store.Open(filepath.Join(dir, "store"), store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = st.Close() })
	bulk, err := st.Bulk()
	if err != nil {
		b.Fatal(err)
	}
	benchLoad(b, file, func(x *column.Batch) error { return bulk.Add(context.Background(), x) })
	if err := bulk.Commit(context.Background()); err != nil {
		b.Fatal(err)
	}
	return st
}

// benchSearches are the shapes that searches have, each over all events.
var benchSearches = []struct{ name, spl string }{
	{"count", "index=aws | stats count by eventName"},
	{"two_keys", "index=aws | stats count by sourceIPAddress userIdentity.userName"},
	{"unique_key", "index=aws | stats count by requestID | where count>1"},
	{"distinct", "index=aws | stats dc(sourceIPAddress) values(awsRegion) by userIdentity.userName"},
	{"timechart", "index=aws | timechart span=1h count by awsRegion"},
	{"filter", "index=aws eventName IN (Get*, List*) NOT errorCode=* awsRegion!=us-east-1 | stats count by awsRegion"},
	{"rare_term", "index=aws mimikatz | table _time userIdentity.userName"},
	{"substring", "index=aws *imikat* | stats count"},
	{"rex_field", `index=aws | rex field=userIdentity.arn "role/(?<role>[^/]+)" | stats count by role`},
	{"rex_raw", `index=aws | rex "kms:(?<region>eu-[^:]+):(?<account>\d+)" | stats count by region`},
	{"eval", `index=aws | eval h=strftime(_time, "%H"), risk=if(errorCode="AccessDenied", 10, 1)+len(userAgent)%7 | stats avg(risk) by h`},
	{"multivalue", "index=aws | stats count by resources{}.ARN"},
	{"dedup", "index=aws | dedup userIdentity.userName eventName | table _time userIdentity.userName"},
	{"sort", "index=aws | sort 100 userIdentity.userName -_time | table _time requestID"},
	{"subsearch", "index=aws [search index=aws errorCode=AccessDenied | top limit=20 userIdentity.userName | fields userIdentity.userName] | stats count"},
	{"raw", "index=aws eventName=CreateKey | head 100 | table _raw"},
}

// benchEnv is the world of a benchmark over a store.
func benchEnv(b *testing.B, st store.Store) *exec.Env {
	b.Helper()
	env := &exec.Env{Store: st, Macros: macros.Layer(), Lookups: lookups.New(lookups.MemoryHome()), Now: exampleNow, Zone: time.UTC,
		Range: store.AllTime, DefaultIndexes: []string{"aws"}, Limits: plan.DefaultLimits(), TempDir: b.TempDir()}
	know, err := knowledge.New(knowledge.Config{Lookups: env.Lookups})
	if err != nil {
		b.Fatal(err)
	}
	env.Knowledge = know
	return env
}

// benchRun takes searches from text to rows.
func benchRun(b *testing.B, eng *exec.Engine, env *exec.Env, spl string) {
	b.Helper()
	q, ds := eng.Prepare(context.Background(), lang.NewSource("<search>", spl), env)
	if err := ds.Err(); err != nil {
		b.Fatal(err)
	}
	for _, err := range q.Run(context.Background()) {
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSearch runs searches over a store of segments.
func BenchmarkSearch(b *testing.B) {
	eng, env := exec.New(), benchEnv(b, benchStore(b))
	for _, s := range benchSearches {
		b.Run(s.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				benchRun(b, eng, env, s.spl)
			}
			b.ReportMetric(benchEvents*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// BenchmarkUnitTest runs searches over a hundred events in memory, as tests of detections do: what counts is
// the fixed cost of a search, of which parsing is shown apart.
func BenchmarkUnitTest(b *testing.B) {
	st := store.NewMemory()
	file := filepath.Join(b.TempDir(), "events.ndjson")
	if err := os.WriteFile(file, benchText(100), 0o600); err != nil {
		b.Fatal(err)
	}
	benchLoad(b, file, func(x *column.Batch) error { return st.Append(context.Background(), x) })
	eng, env := exec.New(), benchEnv(b, st)
	env.Workers = 1
	for _, s := range benchSearches {
		b.Run(s.name, func(b *testing.B) {
			b.ReportAllocs()
			var parsing time.Duration
			for b.Loop() {
				t := time.Now()
				if _, ds := eng.Parse(lang.NewSource("<search>", s.spl), env); ds.Err() != nil {
					b.Fatal(ds)
				}
				parsing += time.Since(t)
				benchRun(b, eng, env, s.spl)
			}
			each := func(d time.Duration) float64 { return float64(d.Microseconds()) / float64(b.N) }
			b.ReportMetric(each(parsing), "µs-parsing")
			b.ReportMetric(each(b.Elapsed()-2*parsing), "µs-behind-parsing")
		})
	}
}

// BenchmarkFile searches a file that was not loaded.
func BenchmarkFile(b *testing.B) {
	file := filepath.Join(b.TempDir(), "events.ndjson")
	text := benchText(benchEvents)
	if err := os.WriteFile(file, text, 0o600); err != nil {
		b.Fatal(err)
	}
	know, err := knowledge.New(knowledge.Config{})
	if err != nil {
		b.Fatal(err)
	}
	eng := exec.New()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		st := store.NewReading([]string{"aws"}, func(ctx context.Context, fields column.FieldSet, add func(*column.Batch) error) error {
			o := ingest.Options{Index: "aws", TimeField: "eventTime", Now: exampleNow, Workers: 2, Want: fields.Has}
			_, err := ingest.Load(ctx, []string{file}, o, add)
			return err
		})
		env := &exec.Env{Store: st, Macros: macros.Layer(), Lookups: lookups.New(lookups.MemoryHome()), Knowledge: know, Now: exampleNow,
			Zone: time.UTC, Range: store.AllTime, DefaultIndexes: []string{"aws"}, Limits: plan.DefaultLimits()}
		q, ds := eng.Prepare(context.Background(), lang.NewSource("<search>", benchSearches[0].spl), env)
		if err := ds.Err(); err != nil {
			b.Fatal(err)
		}
		if rows, err := q.Collect(context.Background()); err != nil || rows.N != 42 {
			b.Fatal(rows, err)
		}
	}
}
