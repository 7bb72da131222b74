package main

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"spl/exec/op"
	"spl/exec/plan"
)

// TestSearchProgress looks at the line of a search that takes longer than a moment.
func TestSearchProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		stats := &plan.Stats{}
		scan := &plan.ScanStats{}
		node := &op.Scan{}
		stats.NoteScan(node, scan)
		stats.Stage(node).Units.Add(8)
		p := &searchProgress{stop: make(chan struct{})}
		p.stopped.Go(func() { p.show(&out, stats, watchDelay) })
		time.Sleep(watchDelay / 2)
		synctest.Wait()
		if out.Len() > 0 {
			t.Errorf("shown too early: %q", out.String())
		}
		scan.Events.Add(12345)
		stats.Stage(node).UnitsDone.Add(4)
		time.Sleep(watchDelay)
		p.done()
		if got := out.String(); !strings.Contains(got, "searching, 12345 events read") || !strings.Contains(got, "50%") {
			t.Errorf("got %q", got)
		}
	})
}
