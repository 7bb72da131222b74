package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

var kills = flag.Int("kills", 20, "how often TestKill kills spl")

// killing is a home whose changes are killed at random.
type killing struct {
	*testing.T
	dir   string
	r     *rand.Rand
	began map[int]bool // files whose ingest began: their events are there all or none
	done  map[int]bool // and was confirmed: all
	gone  map[int]bool // whose deletion began: all or none
	table int          // round of the last table that was confirmed
	tried int          // and of the last that was begun
}

const killEvents, killRows = 400, 2000

// spl runs spl and kills it after life; 0 lets it live. It reports whether it came to its end.
func (k *killing) spl(life time.Duration, args ...string) (string, bool) {
	k.Helper()
	ctx := context.Background()
	if life > 0 {
		var cancel func()
		ctx, cancel = context.WithTimeout(ctx, life)
		defer cancel()
	}
	cmd := exec.CommandContext(ctx, "spl", args...)
	cmd.Dir = k.dir
	var errOut bytes.Buffer
	cmd.Stderr = &errOut
	out, err := cmd.Output()
	if err != nil && (life == 0 || ctx.Err() == nil) {
		k.Fatalf("spl %s: %v\n%s", strings.Join(args, " "), err, errOut.String())
	}
	return string(out), err == nil
}

// count runs a search that counts by a field.
func (k *killing) count(search, field string) map[int]int {
	k.Helper()
	out, _ := k.spl(0, "run", "--home", "home", "-o", "ndjson", search)
	got := map[int]int{}
	for line := range strings.Lines(out) {
		row := map[string]string{}
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			k.Fatal(err)
		}
		round, err := strconv.Atoi(row[field])
		n, err2 := strconv.Atoi(row["count"])
		if err != nil || err2 != nil {
			k.Fatal(line)
		}
		got[round] = n
	}
	return got
}

func (k *killing) change(round int) {
	life := time.Duration(5+k.r.IntN(120)) * time.Millisecond
	switch k.r.IntN(6) {
	case 0:
		k.spl(life, "index", "compact", "--home", "home")
	case 1:
		at := k.r.IntN(round + 1)
		k.gone[at] = true
		day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, at)
		k.spl(life, "index", "delete", "main", "--home", "home", "--earliest", day.Format(time.RFC3339), "--latest", day.AddDate(0, 0, 1).Format(time.RFC3339))
	case 2, 3:
		k.tried = round
		if _, done := k.spl(life, "run", "--home", "home", fmt.Sprintf("| makeresults count=%d | eval round=%d | outputlookup t.csv", killRows, round)); done {
			k.table = round
		}
	default:
		var text strings.Builder
		for i := range killEvents {
			fmt.Fprintf(&text, "{\"_time\":\"%s\",\"round\":%d,\"n\":%d}\n",
				time.Date(2026, 1, 1+round, 0, 0, i, 0, time.UTC).Format(time.RFC3339), round, i)
		}
		file := filepath.Join(k.dir, "ev.json")
		if err := os.WriteFile(file, []byte(text.String()), 0o644); err != nil {
			k.Fatal(err)
		}
		k.began[round] = true
		if _, done := k.spl(life, "ingest", "--home", "home", file); done {
			k.done[round] = true
		}
	}
}

func (k *killing) verify() {
	k.Helper()
	got := k.count("index=main | stats count by round", "round")
	for r, n := range got {
		if n != killEvents || !k.began[r] {
			k.Errorf("%d events of file %d", n, r)
		}
	}
	for r := range k.done {
		if got[r] == 0 && !k.gone[r] {
			k.Errorf("file %d was confirmed and is not there", r)
		}
	}
	k.spl(0, "index", "verify", "--home", "home")
	if k.table == 0 && k.tried == 0 {
		return
	}
	if _, err := os.Stat(filepath.Join(k.dir, "home", "lookups", "t.csv")); err != nil && k.table == 0 {
		return
	}
	rounds := k.count("| inputlookup t.csv | stats count by round", "round")
	for r, n := range rounds {
		if n != killRows || r != k.table && r != k.tried {
			k.Errorf("%d rows of table %d, want %d of %d", n, r, killRows, k.table)
		}
	}
	if len(rounds) != 1 {
		k.Errorf("rows of tables %v", rounds)
	}
	for r := range rounds {
		k.table, k.tried = r, r
	}
}

// TestKill kills ingest, compact, delete and outputlookup: what was confirmed is there, nothing is there
// by half, and the next change clears away what was left lying about.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	k := &killing{T: t, dir: t.TempDir(), r: rand.New(rand.NewPCG(3, 4)), began: map[int]bool{}, done: map[int]bool{}, gone: map[int]bool{}}
	if err := os.Mkdir(filepath.Join(k.dir, "home"), 0o755); err != nil {
		t.Fatal(err)
	}
	for round := 1; round <= *kills && !t.Failed(); round++ {
		k.change(round)
		k.verify()
	}
	k.spl(0, "index", "compact", "--home", "home")
	k.verify()
	var left []string
	segments := 0
	err := filepath.WalkDir(filepath.Join(k.dir, "home", "store"), func(path string, d fs.DirEntry, err error) error {
		switch filepath.Ext(path) {
		case ".parquet":
			segments++
		case ".tmp", ".deleted":
			left = append(left, path)
		}
		return err
	})
	days := len(k.count("index=main | stats count by round", "round"))
	if err != nil || len(left) > 0 || segments != days {
		t.Errorf("%d segments for %d days, left over %v, %v", segments, days, left, err)
	}
}
