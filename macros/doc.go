// Package macros holds the search macros of a content folder and expands their calls. It hides where
// a macro was written (macros.conf, a YAML file, a test file) and how text is put together so that
// every byte of the expanded search still knows its file and line.
//
//	f, _ := conf.Parse("macros.conf", text)
//	lib := macros.Layer(macros.Builtin(), macros.FromConf(f))
//	src := lang.NewSource("<search>", "search `auth(\"alice\")` | stats count")
//	out, ds := macros.Expand(src, lib, macros.Options{Eval: evaluate})
//	fmt.Println(out.Text)
//
// Start with Expand; Calls finds the calls of a text without expanding them.
package macros
