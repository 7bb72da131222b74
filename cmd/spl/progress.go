package main

import (
	"io"
	"os"
	"runtime"

	"github.com/schollz/progressbar/v3"

	"spl/exec/ingest"
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

func workers() int { return runtime.GOMAXPROCS(0) }
