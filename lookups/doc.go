// Package lookups keeps lookup tables: CSV files and KV collections, their definitions
// (transforms.conf, YAML of detection repositories), matching, and atomic writes. It hides where a
// table comes from (home, a content folder, the binary, memory) and how rows are found in it.
//
//	lib := lookups.New(lookups.DiskHome(dir), content)
//	lk, err := lib.Open("users")                            // definition and table
//	m, err := lk.Matcher([]string{"user"}, []string{"dept"})
//	res, err := m.Match([]column.Vec{batch.Col("user")}, batch.N)
//	_, err = lib.Write(ctx, "users", rows, lookups.Mode{Append: true})
//
// Start with Library. A Table is immutable: who opened it keeps what it was, whoever writes.
package lookups
