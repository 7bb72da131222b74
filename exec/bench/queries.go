package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"time"
)

//go:embed queries.json
var queriesJSON []byte

// suite is the searches with the statements that mean the same to other engines.
type suite struct {
	Now     time.Time           `json:"now"`
	Setup   map[string][]string `json:"setup"`
	Queries []query             `json:"queries"`
}

// query is one search. Of a list of statements only the last returns rows.
type query struct {
	ID         string   `json:"id"`
	Flavour    string   `json:"flavour"`
	SPL        string   `json:"spl"`
	DuckDB     []string `json:"duckdb"`
	ClickHouse []string `json:"clickhouse"`
	// Compare names the columns of ours that equal those of the SQL, by position; "" is one that is not
	// compared, because ties or another shape make it differ. Unset, all columns are compared.
	Compare []string `json:"compare"`
	// Pivot: ours has a row per time and a column per series where SQL has a row for both.
	Pivot  bool              `json:"pivot"`
	Expect map[string]expect `json:"expect"`
}

// expect is the known outcome for a size of data.
type expect struct {
	Rows int   `json:"rows"`
	Sum  int64 `json:"sum_of_count"` // of the column count
}

func loadSuite(only string) (*suite, error) {
	s := &suite{}
	if err := json.Unmarshal(queriesJSON, s); err != nil {
		return nil, fmt.Errorf("queries.json: %w", err)
	}
	if only == "" {
		return s, nil
	}
	re, err := regexp.Compile(only)
	if err != nil {
		return nil, fmt.Errorf("-only: %w", err)
	}
	var kept []query
	for _, q := range s.Queries {
		if re.MatchString(q.ID) {
			kept = append(kept, q)
		}
	}
	s.Queries = kept
	return s, nil
}

// sizeName is the key of expect for a number of events.
func sizeName(n int) string {
	switch {
	case n%1_000_000 == 0:
		return fmt.Sprintf("%dm", n/1_000_000)
	case n%1000 == 0:
		return fmt.Sprintf("%dk", n/1000)
	}
	return fmt.Sprint(n)
}
