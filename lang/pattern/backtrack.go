package pattern

import (
	"fmt"
	"sync"
	"time"

	"github.com/dlclark/regexp2/v2"
)

// matchTimeout bounds the time for one text. The engine looks at a coarse clock, so up to twice
// this may pass.
const matchTimeout = 100 * time.Millisecond

// backtracker runs an expression on the backtracking engine, compiled when first needed.
type backtracker struct {
	expr, text string
	once       sync.Once
	re         *regexp2.Regexp
	err        error
}

func (b *backtracker) engine() (*regexp2.Regexp, error) {
	b.once.Do(func() {
		re, err := regexp2.Compile(b.text)
		if err != nil {
			b.err = &CompileError{Expr: b.expr, Msg: fmt.Sprintf("expression cannot be compiled: %v", err)}
			return
		}
		re.MatchTimeout = matchTimeout
		b.re = re
	})
	return b.re, b.err
}

// limit wraps what makes the engine give up: its clock and the size of its stack.
func limit(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrMatchLimit, err)
}

func (b *backtracker) match(s string) (bool, error) {
	re, err := b.engine()
	if err != nil {
		return false, err
	}
	ok, err := re.MatchString(s)
	return ok, limit(err)
}

// find returns the first n matches (all if n < 0) with groups pairs of offsets each.
func (b *backtracker) find(s string, n, groups int) ([][]int, error) {
	re, err := b.engine()
	if err != nil {
		return nil, err
	}
	var all [][]int
	m, err := re.FindStringMatch(s)
	last := -1
	for ; m != nil && err == nil && len(all) != n; m, err = re.FindNextMatch(m) {
		out := make([]int, 2*groups)
		for i := range groups {
			out[2*i], out[2*i+1] = -1, -1
			if g := m.GroupByNumber(i); g != nil && len(g.Captures) > 0 {
				at, size := g.ByteRange()
				out[2*i], out[2*i+1] = at, at+size
			}
		}
		if empty := out[0] == out[1]; empty && out[0] == last {
			continue // as Go counts matches
		}
		last = out[1]
		all = append(all, out)
	}
	return all, limit(err)
}
