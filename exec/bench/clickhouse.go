package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// clickhouse is a running server, spoken to over HTTP in one session.
type clickhouse struct{ url string }

// openClickHouse makes the tables and loads them with what DuckDB has: flattening is not what is compared.
func openClickHouse(ctx context.Context, base string, setup []string, from *duck) (*clickhouse, error) {
	ch := &clickhouse{url: base + "/?session_id=spl-bench&session_timeout=3600"}
	for _, stmt := range setup {
		if name, ok := strings.CutPrefix(stmt, "CREATE TABLE "); ok {
			name, _, _ = strings.Cut(name, " ")
			if err := ch.post(ctx, "DROP TABLE IF EXISTS "+name, nil); err != nil {
				return nil, err
			}
		}
		if err := ch.post(ctx, stmt, nil); err != nil {
			return nil, err
		}
	}
	for _, table := range []string{"ct", "sy"} {
		if err := ch.copy(ctx, table, from); err != nil {
			return nil, fmt.Errorf("load ClickHouse: %w", err)
		}
	}
	return ch, nil
}

// copy moves a table by way of a TabSeparated file.
func (ch *clickhouse) copy(ctx context.Context, table string, from *duck) error {
	f, err := os.CreateTemp("", "spl-bench-*.tsv")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	list := "*"
	if table == "ct" {
		list = "* REPLACE ('[' || array_to_string(list_transform(resources_ARN, x -> '''' || x || ''''), ',') || ']' AS resources_ARN)"
	}
	stmt := fmt.Sprintf("COPY (SELECT %s FROM %s) TO '%s' (FORMAT csv, DELIMITER ',', HEADER false, NULL '', TIMESTAMPFORMAT '%%Y-%%m-%%d %%H:%%M:%%S')", list, table, f.Name())
	if _, err := from.exec(ctx, stmt); err != nil {
		return err
	}
	return ch.post(ctx, "INSERT INTO "+table+" FORMAT CSV", f)
}

// time runs all statements of a query and reads the answer of the last one.
func (ch *clickhouse) time(ctx context.Context, q *query) (time.Duration, error) {
	start := time.Now()
	for _, stmt := range q.ClickHouse {
		if err := ch.post(ctx, stmt, nil); err != nil {
			return 0, fmt.Errorf("%s in ClickHouse: %w", q.ID, err)
		}
	}
	return time.Since(start), nil
}

// post sends a statement, with the rows of an INSERT as body.
func (ch *clickhouse) post(ctx context.Context, stmt string, rows io.Reader) error {
	target, body := ch.url, io.Reader(strings.NewReader(stmt))
	if rows != nil {
		target, body = ch.url+"&query="+url.QueryEscape(stmt), rows
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, body)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s", bytes.TrimSpace(text))
	}
	return nil
}
