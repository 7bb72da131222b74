// Package gen makes a deterministic stream of made-up security events as newline-delimited JSON: the
// same arguments give the same bytes on every machine and with any number of workers.
//
//	err := gen.Generate(w, gen.Options{Events: 100000, Seed: 1, Flavour: gen.CloudTrail, Start: day, Span: 24 * time.Hour})
//
// CloudTrail records are nested and about 1.3 KB each; Sysmon records are flat and about 1.1 KB. Every
// byte is made up: names, accounts and addresses belong to nobody.
package gen

import (
	"fmt"
	"io"
	"math/bits"
	"runtime"
	"time"
)

// The kinds of events.
const (
	CloudTrail = "cloudtrail"
	Sysmon     = "sysmon"
)

// Options says what to make.
type Options struct {
	Events  int
	Seed    uint64
	Flavour string
	Start   time.Time
	Span    time.Duration // events are in time order but for a jitter of up to three seconds
	Workers int           // chunks made at once, without effect on the bytes; 0: GOMAXPROCS
}

// chunk is the number of events that share one random stream. Chunks are independent of each other, so
// they can be made in parallel; changing the size changes the output.
const chunk = 2048

type flavour interface {
	// event appends the i-th event, at time t (Unix milliseconds).
	event(b []byte, r *rng, i int, t int64) []byte
}

// Generate writes the events.
func Generate(w io.Writer, o Options) error {
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Events < 0 || o.Span <= 0 || o.Workers < 1 {
		return fmt.Errorf("number of events, span and workers must be positive")
	}
	var f flavour
	switch o.Flavour {
	case CloudTrail:
		f = newCloudTrail(o.Seed)
	case Sysmon:
		f = newSysmon(o.Seed)
	default:
		return fmt.Errorf("unknown flavour %q", o.Flavour)
	}
	chunks := (o.Events + chunk - 1) / chunk
	// One channel per slot keeps the chunks in order while workers run ahead.
	slots := make([]chan []byte, o.Workers)
	free := make(chan []byte, 2*o.Workers)
	stop := make(chan struct{})
	defer close(stop)
	for s := range slots {
		slots[s] = make(chan []byte)
		go func() {
			for c := s; c < chunks; c += o.Workers {
				var b []byte
				select {
				case b = <-free:
				default:
				}
				select {
				case slots[s] <- fill(b[:0], f, c, o):
				case <-stop:
					return
				}
			}
		}()
	}
	for c := range chunks {
		b := <-slots[c%o.Workers]
		if _, err := w.Write(b); err != nil {
			return err
		}
		select {
		case free <- b:
		default:
		}
	}
	return nil
}

func fill(b []byte, f flavour, c int, o Options) []byte {
	from, span := o.Start.UnixMilli(), o.Span.Milliseconds()
	r := newRNG(o.Seed, uint64(c)+1)
	for i := c * chunk; i < min((c+1)*chunk, o.Events); i++ {
		// Events are in time order but for a jitter, as in a collector's spool.
		hi, lo := bits.Mul64(uint64(i), uint64(span))
		q, _ := bits.Div64(hi, lo, uint64(o.Events))
		t := from + int64(q)
		t += int64(r.n(3000))
		if t >= from+span {
			t = from + span - 1
		}
		b = f.event(b, &r, i, t)
		b = append(b, '\n')
	}
	return b
}
