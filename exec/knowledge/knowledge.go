// Package knowledge computes the fields of events at search time from props.conf and transforms.conf
// (and what refers to them), in Splunk's order: EXTRACT, REPORT, automatic extraction, aliases,
// calculated fields, lookups, event types, tags. Only the needed fields are computed.
//
//	ex, err := set.Extractor(knowledge.Stream{Sourcetype: "aws:cloudtrail"}, needed)
//	cols := ex.Needs()          // stored columns to read
//	out, err := ex.Apply(batch) // with the needed fields added
//
// Start with Set and Extractor.
package knowledge

// Stream is what stanzas are chosen by.
type Stream struct{ Sourcetype, Source, Host string }

// Set is the knowledge of all content.
type Set struct{}
