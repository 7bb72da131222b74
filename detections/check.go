package detections

import (
	"context"
	"runtime"
	"sync"

	"spl/detections/lint"
	"spl/exec"
	"spl/lang"
)

// Checked is a search with what is wrong with it.
type Checked struct {
	Search   Search
	Problems lang.Diagnostics
}

// Failed tells whether the search cannot run.
func (c Checked) Failed() bool { return c.Problems.Err() != nil }

// Check parses and plans searches without running them, each in the Env that envOf gives for its file. A
// lookup that one of them writes is known to all. With rules the findings of the linter are added.
func Check(ctx context.Context, eng *exec.Engine, envOf func(file string) *exec.Env, searches []Search, rules bool) []Checked {
	out := make([]Checked, len(searches))
	found := make([]*exec.Inspection, len(searches))
	writes := make([][]lang.Name, len(searches))
	each(ctx, len(searches), func(i int) { _, writes[i] = eng.Tables(searches[i].Src, envOf(searches[i].File)) })
	known := exec.Known{Tables: map[string]bool{}}
	for _, ws := range writes {
		for _, w := range ws {
			known.Tables[w.Text] = true
		}
	}
	each(ctx, len(searches), func(i int) {
		found[i] = eng.Inspect(ctx, searches[i].Src, envOf(searches[i].File), known)
		out[i] = Checked{Search: searches[i], Problems: found[i].Problems}
		if rules {
			out[i].Problems = append(out[i].Problems, lint.Search(found[i])...)
		}
	})
	if rules && ctx.Err() == nil {
		for i, ds := range lint.Across(found) {
			out[i].Problems = append(out[i].Problems, ds...)
		}
	}
	return out
}

// each calls f for 0 to n-1 from as many goroutines as there are processors, until ctx ends.
func each(ctx context.Context, n int, f func(int)) {
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wg.Go(func() {
			for i := w; i < n && ctx.Err() == nil; i += workers {
				f(i)
			}
		})
	}
	wg.Wait()
}
