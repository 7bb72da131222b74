package lookups

import (
	"embed"
	"sync"

	"spl/lang/conf"
)

//go:embed transforms.conf *.csv
var builtinFiles embed.FS

// builtin returns the lookups that are always there, below every content folder.
var builtin = sync.OnceValue(func() *Content {
	c := NewContent()
	entries, err := builtinFiles.ReadDir(".")
	if err != nil {
		panic(err)
	}
	for _, e := range entries {
		text, err := builtinFiles.ReadFile(e.Name())
		if err != nil {
			panic(err)
		}
		if isCSV(e.Name()) {
			c.AddText(e.Name(), string(text))
			continue
		}
		f, _ := conf.Parse("<built-in>/"+e.Name(), text)
		c.AddTransforms(f)
	}
	return c
})
