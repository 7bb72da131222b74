package eval

import (
	"strings"
	"sync"
)

// cacheSize bounds how many patterns that come from fields are kept compiled.
const cacheSize = 1024

// cache keeps what was made from texts that are not known before rows are read: patterns, formats.
type cache[T any] struct {
	mu   sync.Mutex
	m    map[string]T
	make func(string) T
}

func newCache[T any](f func(string) T) *cache[T] { return &cache[T]{m: map[string]T{}, make: f} }

func (c *cache[T]) get(s string) T {
	c.mu.Lock()
	defer c.mu.Unlock()
	if v, ok := c.m[s]; ok {
		return v
	}
	if len(c.m) >= cacheSize {
		clear(c.m)
	}
	s = strings.Clone(s) // the text may be part of an arena, which must not live as long
	v := c.make(s)
	c.m[s] = v
	return v
}
