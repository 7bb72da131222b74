package knowledge

import (
	"slices"
	"strings"

	"spl/exec/column"
	"spl/exec/ingest"
	"spl/exec/ingest/props"
	"spl/exec/store"
)

// kvMode is what automatic extraction does.
type kvMode uint8

const (
	kvDefault kvMode = iota // auto: what ingest extracted
	kvNone
	kvJSON
	kvXML
	kvEscaped
)

// automatic adds the step of KV_MODE.
func (r *rules) automatic(st *props.Settings) {
	v, _ := st.Get("KV_MODE")
	mode, arg, _ := strings.Cut(strings.ToLower(v.Text), ":")
	switch mode {
	case "", "auto":
		r.mode = kvDefault
	case "none":
		r.mode = kvNone
	case "json":
		r.mode = kvJSON
	case "xml":
		r.mode = kvXML
	case "auto_escaped":
		r.mode = kvEscaped
	case "multi":
		r.mode = kvNone // without a stanza multi extracts nothing
		if arg != "" {
			r.problem(v, "kv-mode", "KV_MODE=multi with a stanza is not supported: no fields are extracted")
		}
	default:
		r.problem(v, "kv-mode", "unknown KV_MODE %q, auto is used", v.Text)
	}
	if t, ok := st.Get("KV_TRIM_SPACES"); ok && !st.Bool("KV_TRIM_SPACES", true) {
		r.problem(t, "kv-trim", "KV_TRIM_SPACES=false is not supported: blanks around values are trimmed")
	}
	s := &step{phase: atAutomatic, dynamic: true, run: func(w *work) error { return w.merge() }}
	if r.mode != kvDefault || r.noJSON {
		s.ins = []string{ingest.FieldReader}
	}
	switch r.mode {
	case kvXML:
		s.ins = append(s.ins, store.FieldRaw)
		s.run = func(w *work) error { w.auto = nil; return w.extract(store.FieldRaw, xmlFields) }
	case kvEscaped:
		s.ins = append(s.ins, store.FieldRaw)
		s.run = (*work).escaped
	case kvNone:
		s.run = func(w *work) error { w.auto = nil; return nil }
	case kvJSON:
		s.run = func(w *work) error { w.keep(ingest.ReaderJSON, true); return w.merge() }
	case kvDefault:
		if r.noJSON {
			s.run = func(w *work) error { w.keep(ingest.ReaderJSON, false); return w.merge() }
		}
	}
	r.steps = append(r.steps, s)
}

// merge puts the stored fields below those that were extracted before.
func (w *work) merge() error {
	if w.auto == nil {
		return nil
	}
	for i, n := range w.auto.Names {
		w.put(n, firstOf(w.col(n), w.auto.Cols[i]))
	}
	w.auto = nil
	return nil
}

// keep leaves the stored fields only in the rows that a reader made (or did not make).
func (w *work) keep(reader string, is bool) {
	if w.auto == nil {
		return
	}
	readers := w.col(ingest.FieldReader)
	if c, ok := readers.(*column.Const); ok {
		if !(c.V.Text() == reader) == is {
			w.auto = nil
		}
		return
	}
	if d, ok := readers.(*column.Dict); ok && is && d.D.Len() == 1 && d.D.Text(0) == reader && !slices.Contains(d.Codes, 0) {
		return
	}
	rows := column.NewBitmap(w.b.N)
	n := 0
	for i := range w.b.N {
		if !readers.Null(i) && (readers.At(i).Text() == reader) == is {
			rows.Set(i)
			n++
		}
	}
	switch n {
	case w.b.N:
	case 0:
		w.auto = nil
	default:
		for i, c := range w.auto.Cols {
			w.auto.Cols[i] = only(c, rows)
		}
	}
}

// escaped reads pairs anew, with \" inside of quotes; JSON events keep their fields.
func (w *work) escaped() error {
	w.keep(ingest.ReaderPairs, false)
	readers := w.col(ingest.FieldReader)
	sh, codes, err := w.sheet(store.FieldRaw, func(text string, sh *sheet) error {
		if t := strings.TrimLeft(text, " \t\r\n"); t == "" || t[0] != '{' && t[0] != '[' && t[0] != '<' {
			ingest.Pairs(text, true, sh.first)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if sh != nil && !allNull(readers) {
		for i, n := range sh.names {
			w.put(n, firstOf(w.col(n), column.Spread(sh.cols[i].Build(), codes)))
		}
	}
	return w.merge()
}

// xmlFields names the leaves of an XML text by their path (`rec.who`) and attributes by path{@attr}.
func xmlFields(text string, sh *sheet) error {
	ingest.WalkXML(text, func(path, value string) {
		if value != "" {
			sh.more(path, value)
		}
	})
	return nil
}
