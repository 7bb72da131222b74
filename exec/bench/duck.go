package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"strings"
	"time"

	_ "github.com/duckdb/duckdb-go/v2" // the driver

	"spl/exec/bench/gen"
)

// duck is DuckDB with its own tables in its own file.
type duck struct{ conn *sql.Conn }

// openDuck loads the events unless the file has them.
func openDuck(ctx context.Context, d *dataset, setup []string, threads int) (*duck, error) {
	_, err := os.Stat(d.duckdb())
	loaded := err == nil
	path := d.duckdb()
	if !loaded {
		path += ".part"
		os.Remove(path) // of a load that was cut off; if it stays, opening fails
	}
	db, err := connect(ctx, path, threads)
	if err != nil {
		return nil, err
	}
	if loaded {
		return db, nil
	}
	for _, stmt := range append(setup, "CHECKPOINT") {
		if _, err := db.exec(ctx, d.paths(stmt)); err != nil {
			return nil, fmt.Errorf("load DuckDB: %w", err)
		}
	}
	if err := db.conn.Close(); err != nil {
		return nil, err
	}
	if err := os.Rename(path, d.duckdb()); err != nil {
		return nil, err
	}
	return connect(ctx, d.duckdb(), threads)
}

// paths puts the names of the files into a statement.
func (d *dataset) paths(stmt string) string {
	return strings.NewReplacer("'ct.ndjson'", "'"+d.file(gen.CloudTrail)+"'", "'sy.ndjson'", "'"+d.file(gen.Sysmon)+"'").Replace(stmt)
}

func connect(ctx context.Context, path string, threads int) (*duck, error) {
	pool, err := sql.Open("duckdb", path)
	if err != nil {
		return nil, err
	}
	pool.SetMaxIdleConns(0) // closing the connection closes the file
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	db := &duck{conn}
	_, err = db.exec(ctx, fmt.Sprintf("SET threads=%d", threads))
	return db, err
}

// exec runs a statement to its last row, without handing rows over the language border.
func (db *duck) exec(ctx context.Context, stmt string) (time.Duration, error) {
	start := time.Now()
	_, err := db.conn.ExecContext(ctx, stmt)
	return time.Since(start), err
}

// time runs all statements of a query.
func (db *duck) time(ctx context.Context, q *query) (time.Duration, error) {
	var total time.Duration
	for _, stmt := range q.DuckDB {
		t, err := db.exec(ctx, stmt)
		if err != nil {
			return 0, fmt.Errorf("%s in DuckDB: %w", q.ID, err)
		}
		total += t
	}
	return total, nil
}

// result runs a query and fetches its rows.
func (db *duck) result(ctx context.Context, q *query) (*result, error) {
	last := len(q.DuckDB) - 1
	for _, stmt := range q.DuckDB[:last] {
		if _, err := db.exec(ctx, stmt); err != nil {
			return nil, err
		}
	}
	rows, err := db.conn.QueryContext(ctx, q.DuckDB[last])
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	r := &result{}
	vals, ptrs := make([]any, len(names)), make([]any, len(names))
	for i := range vals {
		ptrs[i] = &vals[i]
	}
	for rows.Next() {
		if err := rows.Scan(ptrs...); err != nil {
			return nil, err
		}
		row := make([]string, len(vals))
		for i, v := range vals {
			row[i] = cell(v)
		}
		r.rows = append(r.rows, row)
	}
	return r, rows.Err()
}

func (db *duck) close() error { return db.conn.Close() }
