// Package knowledge computes the fields of events at search time from props.conf and transforms.conf
// (and what refers to them), in Splunk's order: EXTRACT, REPORT, automatic extraction, aliases,
// calculated fields, lookups, event types, tags. Only the needed fields are computed.
//
//	set, err := knowledge.New(knowledge.Config{Props: props, Transforms: transforms, Eval: ctx})
//	ex, err := set.Extractor(knowledge.Stream{Sourcetype: "aws:cloudtrail"}, needed)
//	cols := ex.Needs()          // stored columns to read
//	out, err := ex.Apply(batch) // with the needed fields added
//
// The fields that ingest stored are the result of automatic extraction and are used as they are, unless
// KV_MODE asks for another one. Rules that cannot work are left out and reported (Extractor.Problems,
// Set.Check). One Set serves many searches; Set.With gives each its own time and fresh lookup tables.
// Start with New and Set.Extractor.
package knowledge

// Stream is what is known of the events before they are read; "" is unknown.
type Stream struct{ Sourcetype, Source, Host string }
