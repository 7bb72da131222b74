package ingest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"spl/exec/column"
)

// Load reads files and hands their events to emit, batch by batch in the order of the files, from one
// goroutine. What is wrong with a file is in the report; the error is that of emit or ctx.
func Load(ctx context.Context, files []string, o Options, emit func(*column.Batch) error) (*Report, error) {
	l := &loader{o: o.withDefaults(), emit: emit, rep: &Report{}}
	for _, name := range files {
		if err := l.file(ctx, name); err != nil {
			return l.rep, err
		}
	}
	return l.rep, nil
}

// LoadReader reads one text, such as standard input; name stands for it in messages and as source.
func LoadReader(ctx context.Context, name string, r io.Reader, o Options, emit func(*column.Batch) error) (*Report, error) {
	l := &loader{o: o.withDefaults(), emit: emit, rep: &Report{}}
	l.undated = l.o.Now.UnixMicro()
	return l.rep, l.unpack(ctx, name, r, nil, -1)
}

type loader struct {
	o       Options
	emit    func(*column.Batch) error
	rep     *Report
	stored  *counter // the file being read
	size    int64
	path    string
	undated int64 // _time of events before any time is known
}

// stopped marks an error that ends Load, not only the file.
type stopped struct{ error }

func (s stopped) Unwrap() error { return s.error }

func (l *loader) file(ctx context.Context, name string) error {
	f, size, err := openFile(name)
	if err != nil {
		l.fail(name, err)
		return nil
	}
	defer f.Close()
	l.undated = l.o.Now.UnixMicro()
	if st, err := f.Stat(); err == nil && st.Mode().IsRegular() {
		l.undated = st.ModTime().UnixMicro()
	}
	return l.unpack(ctx, name, f, f, size)
}

func (l *loader) unpack(ctx context.Context, name string, r io.Reader, at io.ReaderAt, size int64) error {
	l.stored, l.size, l.path = &counter{r: r}, size, name
	var stop error
	u := &unpacker{file: at, size: size, fail: func(n string, err error) {
		var s stopped
		if errors.As(err, &s) {
			stop = s.error
			return
		}
		l.fail(n, err)
	}}
	u.text = func(n string, br *bufio.Reader) error {
		if stop != nil {
			return stopped{stop}
		}
		return l.text(ctx, n, br)
	}
	if err := u.walk(name, l.stored, 0); err != nil {
		u.fail(name, err)
	}
	return stop
}

func (l *loader) fail(name string, err error) {
	l.rep.Files = append(l.rep.Files, &FileReport{Path: name, Err: err})
}

// text reads one unpacked text.
func (l *loader) text(ctx context.Context, name string, br *bufio.Reader) error {
	head, err := br.Peek(headSize)
	in, err := l.input(name, head, err == io.EOF)
	if err != nil {
		return err
	}
	fr := &FileReport{Path: name, Format: in.shape.format, Sourcetype: in.sourcetype, Notes: in.rules.notes()}
	l.rep.Files = append(l.rep.Files, fr)
	skip := 0
	if bytes.HasPrefix(head, []byte("\ufeff")) {
		skip = len("\ufeff")
	}
	lines := 0
	if in.shape.format == CSV {
		n, err := in.readHeader(head[skip:])
		if err != nil {
			fr.Err = fmt.Errorf("%s: %w", name, err)
			return nil
		}
		lines = bytes.Count(head[:skip+n], []byte{'\n'})
		skip += n
	}
	if _, err := br.Discard(skip); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	p := newPieces(name, br, in.cutter(), l.o.ChunkBytes, l.o.MaxEvent)
	p.line += lines
	err = l.run(ctx, in, p, fr)
	fr.Bytes = p.bytes
	if err != nil {
		return stopped{err}
	}
	switch {
	case p.err != nil:
		fr.Err = p.err
	case fr.Events == 0 && fr.Rejects == 0:
		fr.Err = fmt.Errorf("%s: no events: %w", name, ErrEmpty)
	}
	if in.shape.format == CSV && fr.Events == 0 && fr.Rejects == 0 {
		fr.Err = nil // a header alone is a table without rows
	}
	return nil
}

// input decides what a text is.
func (l *loader) input(name string, head []byte, whole bool) (*input, error) {
	in := &input{name: name, o: &l.o, clock: clock{zone: l.o.Zone, now: l.o.Now}}
	in.shape = detect(name, head, whole)
	in.sourcetype, in.source, in.host = in.shape.sourcetype, name, l.o.Host
	if l.o.Sourcetype != "" {
		in.sourcetype = l.o.Sourcetype
	}
	if l.o.Source != "" {
		in.source = l.o.Source
	}
	rules, err := l.o.Props.rules(in.sourcetype, in.source, in.host)
	if err != nil {
		return nil, err
	}
	in.rules = rules
	rules.adjust(in)
	windows := in.shape.format == XMLEvents || in.shape.windows
	if windows && l.o.Source == "" {
		in.source = ""
	}
	if in.host == "" && !windows && in.sourcetype != "syslog" {
		in.host = defaultHost
	}
	return in, nil
}

func (in *input) cutter() cutter {
	switch in.shape.format {
	case JSONStream, JSONArray:
		return &jsonCutter{}
	case JSONRecords:
		return &jsonCutter{records: true}
	case XMLEvents:
		return xmlCutter{}
	case CSV:
		return csvCutter{in.shape.csvMarks}
	case Text:
		return in.rules.cutter(&in.clock)
	}
	return lineCutter{}
}

// readHeader reads the names of a CSV text and returns where its rows start.
func (in *input) readHeader(head []byte) (int, error) {
	var r record
	set := &in.rules.csv
	pos := 0
	for line := 1; ; line++ {
		if len(set.names) > 0 && set.headerLine == 0 && set.preamble == nil {
			in.header = set.names
			return 0, nil
		}
		n, ok := r.parse(head, pos, in.shape.csvMarks)
		if !ok && (len(head) >= headSize-3 || line < set.headerLine) {
			return 0, fmt.Errorf("no CSV header within %d bytes", headSize)
		}
		row := head[pos:n]
		pos = n
		if line < set.headerLine || ok && matches(set.preamble, bytes.TrimRight(row, "\r\n")) {
			continue
		}
		if in.header = set.names; len(set.names) == 0 {
			in.header = columnNames(&r)
		} else if set.headerLine == 0 {
			pos -= len(row) // no header line, only a preamble
		}
		return pos, nil
	}
}

// job is a chunk on its way.
type job struct {
	c    *chunk
	done chan *result
}

// run cuts, parses and emits: one goroutine reads, several parse, this one emits in order.
func (l *loader) run(ctx context.Context, in *input, p *pieces, fr *FileReport) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	work := make(chan job)
	order := make(chan job, l.o.Workers)
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(work)
		defer close(order)
		for c := p.next(); c != nil; c = p.next() {
			j := job{c, make(chan *result, 1)}
			for _, to := range []chan job{order, work} {
				select {
				case to <- j:
				case <-ctx.Done():
					return
				}
			}
		}
	})
	for range l.o.Workers {
		wg.Go(func() {
			parser := newParser(in)
			for j := range work {
				j.done <- parser.parse(j.c)
			}
		})
	}
	err := l.collect(ctx, order, fr)
	cancel()
	wg.Wait()
	return err
}

func (l *loader) collect(ctx context.Context, order chan job, fr *FileReport) error {
	last := l.undated
	var surplus int64
	for {
		var res *result
		select {
		case j, ok := <-order:
			if !ok {
				if surplus > 0 {
					fr.Notes = append(fr.Notes, fmt.Sprintf("%d cells beyond the header were dropped", surplus))
				}
				return ctx.Err()
			}
			select {
			case res = <-j.done:
			case <-ctx.Done():
				return ctx.Err()
			}
		case <-ctx.Done():
			return ctx.Err()
		}
		surplus += res.surplus
		fr.Rejects += int64(len(res.rejects))
		for _, r := range res.rejects {
			if l.o.Reject != nil {
				l.o.Reject(r)
			}
		}
		for _, b := range res.batches {
			last = undated(b, last)
			fr.Events += int64(b.N)
			if err := l.emit(b); err != nil {
				return err
			}
		}
		if l.o.Progress != nil {
			l.o.Progress(Progress{File: l.path, Bytes: l.stored.n.Load(), Size: l.size, Events: l.rep.Events(), Rejects: l.rep.Rejects()})
		}
	}
}
