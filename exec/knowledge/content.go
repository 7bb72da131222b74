package knowledge

import (
	_ "embed"
	"sync"

	"spl/lang/conf"
)

//go:embed content/props.conf
var builtinProps []byte

//go:embed content/transforms.conf
var builtinTransforms []byte

type builtinFiles struct{ props, transforms *conf.File }

// builtin reads the content that is part of the program. It is checked by the tests.
var builtin = sync.OnceValue(func() builtinFiles {
	p, _ := conf.Parse("built-in props.conf", builtinProps)
	t, _ := conf.Parse("built-in transforms.conf", builtinTransforms)
	return builtinFiles{p, t}
})
