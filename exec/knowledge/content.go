package knowledge

import (
	"embed"
	"io/fs"
	"path"
	"sync"

	"spl/lang"
	"spl/lang/conf"
)

// content holds the rules that are part of the program, a folder a source of events.
//
//go:embed content
var content embed.FS

type builtinFiles struct {
	props, transforms, eventtypes, tags *conf.File
	problems                            lang.Diagnostics
}

// builtin reads the content once; what is wrong with it is for Set.Check to tell.
var builtin = sync.OnceValue(func() *builtinFiles {
	out := &builtinFiles{}
	files := map[string]**conf.File{"props.conf": &out.props, "transforms.conf": &out.transforms, "eventtypes.conf": &out.eventtypes, "tags.conf": &out.tags}
	names, err := fs.Glob(content, "content/*/*.conf")
	if err != nil {
		panic(err) // the pattern is fixed
	}
	for _, name := range names {
		text, err := content.ReadFile(name)
		if err != nil {
			panic(err) // it is part of the program
		}
		f, ds := conf.Parse("built-in "+name[len("content/"):], text)
		out.problems = append(out.problems, ds...)
		to := files[path.Base(name)]
		*to = conf.Layer(*to, f)
	}
	return out
})
