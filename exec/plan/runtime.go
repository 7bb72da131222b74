package plan

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"spl/exec/column"
	"spl/exec/datamodel"
	"spl/exec/knowledge"
	"spl/exec/store"
	"spl/lang"
	"spl/lookups"
	"spl/macros"
)

// Limits are Splunk's limits that change results, with its names' defaults. Reaching one is a warning.
type Limits struct {
	SubsearchRows  int           // [subsearch] maxout
	SubsearchTime  time.Duration // [subsearch] maxtime; 0: none
	SubsearchDepth int           // max_subsearch_depth
	AppendRows     int           // append maxout
	JoinRows       int           // [join] subsearch_maxout
	ResultRows     int           // [searchresults] maxresultrows
	SortRows       int           // sort without a count
	ListValues     int           // [stats] list_maxsize
	StreamWindow   int           // [stats] max_stream_window
	MapSearches    int
	Memory         int64 // bytes a search may hold before it spills or fails
	// SpillAt is how many bytes a search may hold before what can go to the disk goes there; what cannot
	// may still take up to Memory. 0: Memory. Without a TempDir nothing spills, whatever it says.
	SpillAt int64
}

// DefaultLimits returns Splunk's defaults, without its time limits.
func DefaultLimits() Limits {
	return Limits{SubsearchRows: 10000, SubsearchDepth: 8, AppendRows: 50000, JoinRows: 50000, ResultRows: 50000,
		SortRows: 10000, ListValues: 100, StreamWindow: 10000, MapSearches: 10, Memory: 1 << 30}
}

// Env is the world a search runs in. Same Env, same text: same rows, byte for byte.
type Env struct {
	Store          store.Store
	Macros         *macros.Library
	Lookups        *lookups.Library
	Knowledge      *knowledge.Set
	Models         *datamodel.Library // nil: the built-in ones
	Now            time.Time
	Zone           *time.Location
	Range          store.TimeRange // of the call; a time term in the search wins
	DefaultIndexes []string        // where a search without index= looks
	User, App      string
	External       map[string]string // commands that content declares as programs of its own: lower-case name, place of the declaration
	Seed           uint64
	Limits         Limits
	Workers        int    // 0: GOMAXPROCS
	TempDir        string // for spilled state; "" forbids spilling
}

// Message is a warning or a note of a search.
type Message struct {
	Severity lang.Severity
	Text     string
	Src      *lang.Source
	Span     lang.Span
}

// Runtime is what nodes need to run. It is shared by the nodes of one search.
type Runtime struct {
	Env     *Env
	Mem     *Budget
	Workers int
	Stats   *Stats
	// Search runs a search text in the same Env (map); given by the engine.
	Search func(ctx context.Context, src *lang.Source) (column.Stream, error)
	// Run runs a pipeline of Inputs, or one without source on the rows of in (appendpipe); given by the engine.
	Run func(ctx context.Context, p Pipeline, in column.Stream) (column.Stream, error)

	mu       sync.Mutex
	messages []Message
	seen     map[string]bool
}

// Warn records a warning; the same text is kept once.
func (rt *Runtime) Warn(format string, args ...any) {
	rt.Note(Message{Severity: lang.Warning, Text: fmt.Sprintf(format, args...)})
}

// Note records a message; the same text is kept once.
func (rt *Runtime) Note(m Message) {
	rt.mu.Lock()
	defer rt.mu.Unlock()
	if rt.seen[m.Text] {
		return
	}
	if rt.seen == nil {
		rt.seen = map[string]bool{}
	}
	rt.seen[m.Text] = true
	rt.messages = append(rt.messages, m)
}

// Messages returns what was recorded.
func (rt *Runtime) Messages() []Message {
	rt.mu.Lock()
	defer rt.mu.Unlock()
	return append([]Message(nil), rt.messages...)
}

// Budget is the memory of a search. The zero Budget has no limit.
type Budget struct {
	limit   int64
	spillAt int64 // 0: limit
	used    atomic.Int64
	peak    atomic.Int64
}

// NewBudget returns a budget of limit bytes; 0 means none.
func NewBudget(limit int64) *Budget { return &Budget{limit: limit} }

// Budget returns the memory of one search in e.
func (e *Env) Budget() *Budget {
	b := NewBudget(e.Limits.Memory)
	if e.TempDir != "" {
		b.spillAt = e.Limits.SpillAt
	}
	return b
}

// MemoryError is the failure of a search that needs more memory than it may have.
type MemoryError struct{ Limit, Wanted int64 }

func (e *MemoryError) Error() string {
	return fmt.Sprintf("the search needs more memory than the %s for its rows and tables", BytesText(e.Limit))
}

// BytesText writes a number of bytes for people.
func BytesText(n int64) string {
	switch {
	case n >= 10<<20:
		return fmt.Sprintf("%d MB", n>>20)
	case n >= 10<<10:
		return fmt.Sprintf("%d KB", n>>10)
	}
	return fmt.Sprintf("%d bytes", n)
}

// Reserve takes n bytes (or gives them back, n < 0). It fails, taking nothing, when that passes the limit:
// the caller spills or passes the error on.
func (b *Budget) Reserve(n int64) error { return b.reserve(n, b.limit) }

// ReserveSpillable is Reserve for what the caller writes to the disk when it fails: it also fails when the
// memory in use would pass Limits.SpillAt.
func (b *Budget) ReserveSpillable(n int64) error { return b.reserve(n, b.SpillLimit()) }

func (b *Budget) reserve(n, limit int64) error {
	u := b.used.Add(n)
	if n > 0 && limit > 0 && u > limit {
		b.used.Add(-n)
		return &MemoryError{Limit: limit, Wanted: u}
	}
	for p := b.peak.Load(); u > p && !b.peak.CompareAndSwap(p, u); p = b.peak.Load() {
	}
	return nil
}

// Release gives n bytes back.
func (b *Budget) Release(n int64) { b.used.Add(-n) }

// Used returns the bytes taken, Peak the most there were.
func (b *Budget) Used() int64 { return b.used.Load() }

// Peak returns the most bytes that were taken at once.
func (b *Budget) Peak() int64 { return b.peak.Load() }

// Limit returns the limit in bytes, 0 for none.
func (b *Budget) Limit() int64 { return b.limit }

// SpillLimit returns how many bytes may be in use before ReserveSpillable fails, 0 for any number.
func (b *Budget) SpillLimit() int64 {
	if b.spillAt > 0 && (b.limit == 0 || b.spillAt < b.limit) {
		return b.spillAt
	}
	return b.limit
}

// StageStats is what one node did: the rows and batches it gave, and its own time, which for a node that
// workers run side by side is the sum of theirs.
type StageStats struct {
	Rows, Batches, Nanos atomic.Int64
	Units, UnitsDone     atomic.Int64 // of a source
	Scan                 *ScanStats   // of a scan that ran
}

// ScanStats is what a scan of events read.
type ScanStats struct {
	Events atomic.Int64
	Bytes  atomic.Int64 // from files; what the cache held is not read
	Pruned store.Pruned
}

// Stats is what a search did. It is safe for concurrent use; the nil Stats counts nothing.
type Stats struct {
	mu     sync.Mutex
	stages map[Node]*StageStats
}

// Stage returns the figures of a node, nil when nothing is counted.
func (s *Stats) Stage(n Node) *StageStats {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.stages[n]
	if st == nil {
		if s.stages == nil {
			s.stages = map[Node]*StageStats{}
		}
		st = &StageStats{}
		s.stages[n] = st
	}
	return st
}

// NoteScan sets the figures of a scan, which it goes on to count in.
func (s *Stats) NoteScan(n Node, scan *ScanStats) {
	if st := s.Stage(n); st != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		st.Scan = scan
	}
}

// Total sums up what all scans read, and the units of all sources.
func (s *Stats) Total() (events, bytes, units, done int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, st := range s.stages {
		units, done = units+st.Units.Load(), done+st.UnitsDone.Load()
		if st.Scan != nil {
			events, bytes = events+st.Scan.Events.Load(), bytes+st.Scan.Bytes.Load()
		}
	}
	return events, bytes, units, done
}
