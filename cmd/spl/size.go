package main

import (
	"fmt"
	"strings"
)

// size reads a size such as 512MB, 2G or 1048576.
func size(text string) (int64, error) {
	var n float64
	var unit string
	if _, err := fmt.Sscanf(strings.TrimSpace(text), "%f%s", &n, &unit); err != nil && unit == "" && n == 0 {
		return 0, fmt.Errorf("cannot read the size %q: write it as 512MB or 2G", text)
	}
	shift, ok := map[string]uint{"": 0, "b": 0, "k": 10, "kb": 10, "m": 20, "mb": 20, "g": 30, "gb": 30, "t": 40, "tb": 40}[strings.ToLower(unit)]
	if !ok || n <= 0 {
		return 0, fmt.Errorf("cannot read the size %q: write it as 512MB or 2G", text)
	}
	return int64(n * float64(int64(1)<<shift)), nil
}
