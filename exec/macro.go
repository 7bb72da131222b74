package exec

import (
	"spl/exec/column"
	"spl/exec/value"
	"spl/macros"
)

// macroResult reads what a macro's expression came to.
func macroResult(v column.Vec) macros.Result {
	x := v.At(0)
	switch x.Kind() {
	case value.Null:
		return macros.Result{Kind: macros.Null}
	case value.Bool:
		if x.True() {
			return macros.Result{Kind: macros.True}
		}
		return macros.Result{Kind: macros.False}
	case value.Number:
		return macros.Result{Kind: macros.Number}
	}
	return macros.Result{Kind: macros.Text, Text: x.Text()}
}
