// Package segment writes and reads the Parquet files that hold a store's events: one index and one
// sourcetype a file, row groups of up to 131072 events, every column a dictionary with codes. It hides
// the format: other engines see plain Parquet, this package finds its own index (where the column
// chunks are and what occurs in them) in front of the footer and never parses the footer.
//
//	group, err := segment.Prepare(batch, segment.Options{}) // ascending by _time
//	meta, err := segment.Write(file, []*segment.Prepared{group})
//	f, err := segment.Open(path)
//	b, err := f.Read(0, func(name string) bool { return name == "user" })
//	err = f.Verify()
//
// Columns come back as *column.Dict or *column.List with the file's dictionary and codes, times as
// *column.Time. Every page carries a checksum, which each read compares. Start with Write and File.
package segment
