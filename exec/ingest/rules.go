package ingest

import (
	"bytes"

	"spl/lang/timefmt"
)

// Props is the index-time half of props.conf.
type Props struct{}

// rules returns what holds for a source.
func (p *Props) rules(sourcetype, source, host string) (*lineRules, error) { return &lineRules{}, nil }

// lineRules is how the text of one source is cut and dated.
type lineRules struct{ format string }

func (r *lineRules) notes() []string                           { return nil }
func (r *lineRules) adjust(in *input, o *Options)              { r.format = o.TimeFormat }
func (r *lineRules) timeFields() []string                      { return timeFields }
func (r *lineRules) cutter(k *clock) cutter                    { return lineCutter{} }
func (r *lineRules) prepare(raw, seen []byte) ([]byte, []byte) { return raw, seen }

func (r *lineRules) time(k *clock, raw []byte) (int64, bool) {
	t := bytes.TrimLeft(raw, blanks)
	if r.format != "" {
		e, ok := timefmt.Strptime(text(t), r.format, k.now, k.zone)
		if ok {
			return e.Micros(), true
		}
	}
	return k.find(text(t), 150)
}
