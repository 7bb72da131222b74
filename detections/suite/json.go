package suite

import "spl/exec/output"

func quoteJSON(s string) string { return string(output.AppendJSON(nil, s)) }
