// Package ingest turns files into event batches: it opens what is packed (gzip, zstd, bzip2, zip, tar) or
// binary (Windows event logs, Parquet), tells the format by the content, cuts the text into events,
// finds their times and extracts the fields that Splunk extracts on its own (JSON, key=value, Windows
// event XML, CSV). A bad event is reported and never stops the rest.
//
//	files, err := ingest.Files("logs/", "aws/*.json.gz")
//	rep, err := ingest.Load(ctx, files, ingest.Options{Index: "main", Now: now}, func(b *column.Batch) error {
//		return st.Append(ctx, b) // one index and sourcetype a batch, in the order of the files
//	})
//	for _, f := range rep.Files { fmt.Println(f.Path, f.Format, f.Events, f.Rejects, f.Err) }
//
// Start with Load and Options; FromMaps makes events of field lists.
//
// Every batch has _time, _indextime, index, host, source, sourcetype, _raw, _reader (which extraction
// made the other columns, see ReaderJSON) and the extracted fields. Fields of the text that bear the
// name of a default field give way to it.
package ingest
