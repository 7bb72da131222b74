package macros

import (
	_ "embed"
	"sync"

	"spl/lang/conf"
)

//go:embed macros.conf
var builtinConf []byte

// Builtin returns the macros that are always there; it is meant as the first argument of Layer.
var Builtin = sync.OnceValue(func() *Library {
	f, _ := conf.Parse("<built-in>/macros.conf", builtinConf)
	return FromConf(f)
})
