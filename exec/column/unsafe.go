package column

import "unsafe"

// unsafeString views bytes as a string for the length of a call.
func unsafeString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
