package detections

import (
	"embed"
	"strings"
	"sync"
)

//go:embed *.spl
var builtinFiles embed.FS

// builtin reads the shipped searches once. What is embedded cannot fail to be read.
var builtin = sync.OnceValue(func() []Search {
	entries, err := builtinFiles.ReadDir(".")
	if err != nil {
		panic(err)
	}
	out := make([]Search, 0, len(entries))
	for _, e := range entries {
		text, err := builtinFiles.ReadFile(e.Name())
		if err != nil {
			panic(err)
		}
		path := "<built-in>/" + e.Name()
		out = append(out, Search{Name: strings.TrimSuffix(e.Name(), ".spl"), File: path, Src: ReadSPL(path, text)})
	}
	return out
})

// Builtin returns the searches that are always there, by name.
func Builtin() []Search { return append([]Search(nil), builtin()...) }

// BuiltinFile returns the shipped search in a file of this name, such as "new_admin_user.spl".
func BuiltinFile(name string) (Search, bool) {
	for _, s := range builtin() {
		if s.Name+".spl" == name {
			return s, true
		}
	}
	return Search{}, false
}
