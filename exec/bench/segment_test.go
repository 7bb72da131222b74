package main

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"spl/exec/bench/gen"
	"spl/exec/value"
)

// TestDuckDBReadsSegments: another engine reads our segment files as Parquet and finds the same events.
func TestDuckDBReadsSegments(t *testing.T) {
	ctx := context.Background()
	d, err := openDataset(t.TempDir(), 3000)
	if err != nil {
		t.Fatal(err)
	}
	eng, err := openEngine(ctx, d, day.AddDate(0, 0, 1), 1)
	if err != nil {
		t.Fatal(err)
	}
	defer eng.st.Close()
	db, err := connect(ctx, "", 1)
	if err != nil {
		t.Fatal(err)
	}
	defer db.conn.Close()
	for _, c := range []struct{ flavour, spl, sql string }{
		{gen.CloudTrail, `index=aws | stats count dc(eventName) as names dc(requestID) as ids min(_time) as first max(_time) as last`,
			`SELECT count(*), count(DISTINCT "eventName"), count(DISTINCT "requestID"), epoch(min(_time)), epoch(max(_time)) FROM %s`},
		{gen.CloudTrail, `index=aws errorCode=success | stats count dc("userIdentity.arn") as arns dc(awsRegion) as regions`,
			`SELECT count(*), count(DISTINCT "userIdentity.arn"), count(DISTINCT "awsRegion") FROM %s WHERE "errorCode" = 'success'`},
		{gen.CloudTrail, `index=aws | stats min(eventID) as low max(eventID) as high dc(eventID) as ids | table low high ids`,
			`SELECT min("eventID")::VARCHAR, max("eventID")::VARCHAR, count(DISTINCT "eventID") FROM (SELECT "eventID"::UUID AS "eventID" FROM %s WHERE typeof("eventID") = 'UUID')`},
		{gen.Sysmon, `index=win | stats count dc(Image) as images sum(ProcessId) as pids`,
			`SELECT count(*), count(DISTINCT "Image"), sum("ProcessId") FROM %s`},
	} {
		rows, _, err := eng.run(ctx, c.spl, true)
		if err != nil {
			t.Fatalf("%s: %v", c.spl, err)
		}
		files := filepath.Join(d.store(), map[string]string{gen.CloudTrail: "aws", gen.Sysmon: "win"}[c.flavour], "*", "*.parquet")
		cells := make([]any, len(rows.Names))
		into := make([]any, len(cells))
		for i := range cells {
			into[i] = &cells[i]
		}
		query := fmt.Sprintf(c.sql, "read_parquet('"+files+"')")
		if err := db.conn.QueryRowContext(ctx, query).Scan(into...); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		for i, name := range rows.Names {
			want, got := rows.Col(name).At(0).Text(), duckText(cells[i])
			if want != got {
				t.Errorf("%s of %s: DuckDB reads %s, we %s", name, c.spl, got, want)
			}
		}
	}
}

// duckText writes a value of DuckDB as SPL does.
func duckText(v any) string {
	if f, ok := v.(float64); ok {
		return value.FormatNumber(f, value.Exact)
	}
	return fmt.Sprint(v)
}
