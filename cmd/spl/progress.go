package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"spl/exec"
	"spl/exec/ingest"
	"spl/exec/plan"
)

// progress is one line on a terminal that shows how far reading files is; elsewhere it shows nothing.
type progress struct {
	bar   *progressbar.ProgressBar
	sizes map[string]int64
	past  int64 // bytes of the files that are done
	file  string
}

func newProgress(w io.Writer, files []string) *progress {
	p := &progress{sizes: map[string]int64{}}
	if !isTerminal(w) {
		return p
	}
	var total int64
	for _, f := range files {
		if info, err := os.Stat(f); err == nil {
			p.sizes[f] = info.Size()
			total += info.Size()
		}
	}
	if total < 8<<20 { // read before a line could be seen
		return p
	}
	p.bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(w), progressbar.OptionShowBytes(true),
		progressbar.OptionClearOnFinish(), progressbar.OptionSetDescription("reading"), progressbar.OptionSetPredictTime(true))
	return p
}

func (p *progress) update(u ingest.Progress) {
	if p.bar == nil {
		return
	}
	if u.File != p.file {
		p.past += p.sizes[p.file]
		p.file = u.File
	}
	_ = p.bar.Set64(p.past + u.Bytes)
}

func (p *progress) done() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}

// watchDelay is how long a search runs before it tells how far it is.
const watchDelay = time.Second

// searchProgress is one line on a terminal that shows how much of the events a search has gone through,
// until its first rows come; elsewhere it shows nothing.
type searchProgress struct {
	stop    chan struct{}
	stopped sync.WaitGroup
	once    sync.Once
}

func watchSearch(w io.Writer, q *exec.Query) *searchProgress {
	p := &searchProgress{stop: make(chan struct{})}
	if isTerminal(w) {
		p.stopped.Go(func() { p.show(w, q.Report().Stats, watchDelay) })
	}
	return p
}

func (p *searchProgress) show(w io.Writer, stats *plan.Stats, delay time.Duration) {
	select {
	case <-p.stop:
		return
	case <-time.After(delay):
	}
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	bar := progressbar.NewOptions64(1, progressbar.OptionSetWriter(w), progressbar.OptionClearOnFinish(),
		progressbar.OptionSetDescription("searching"), progressbar.OptionSetPredictTime(true))
	for {
		events, _, units, done := stats.Total()
		bar.Describe(fmt.Sprintf("searching, %d events read", events))
		bar.ChangeMax64(max(units, done+1)) // the last step is that of the results
		_ = bar.Set64(done)
		select {
		case <-p.stop:
			_ = bar.Finish()
			return
		case <-tick.C:
		}
	}
}

// done clears the line.
func (p *searchProgress) done() {
	p.once.Do(func() { close(p.stop) })
	p.stopped.Wait()
}

func workers() int { return runtime.GOMAXPROCS(0) }
