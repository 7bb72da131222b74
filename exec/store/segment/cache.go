package segment

import (
	"container/list"
	"sync"

	"spl/exec/column"
)

// Cache keeps columns as they were read, those used last, up to a number of bytes: a search and its
// subsearch often read the same ones, and so does the next search. The nil Cache keeps nothing. It is
// safe for concurrent use.
type Cache struct {
	mu    sync.Mutex
	limit int64
	used  int64
	byKey map[cacheKey]*list.Element
	order *list.List // of *cached, used last in front
}

type cacheKey struct {
	file       *File
	group, col int
}

// cached is a column, or only its dictionary where the codes were not needed.
type cached struct {
	key   cacheKey
	vec   column.Vec
	dict  []byte
	bytes int64
}

// NewCache returns a cache of limit bytes.
func NewCache(limit int64) *Cache {
	return &Cache{limit: limit, byKey: map[cacheKey]*list.Element{}, order: list.New()}
}

// get returns what is known of a column.
func (c *Cache) get(key cacheKey) (vec column.Vec, dict []byte) {
	if c == nil {
		return nil, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.byKey[key]
	if e == nil {
		return nil, nil
	}
	c.order.MoveToFront(e)
	x := e.Value.(*cached)
	return x.vec, x.dict
}

// put keeps a column, or the texts of its dictionary, and forgets what was not used for longest.
func (c *Cache) put(key cacheKey, vec column.Vec, dict []byte) {
	size := vecBytes(vec) + int64(len(dict))
	if c == nil || size > c.limit/4 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.byKey[key]; e != nil {
		c.drop(e)
	}
	c.byKey[key] = c.order.PushFront(&cached{key, vec, dict, size})
	for c.used += size; c.used > c.limit; {
		c.drop(c.order.Back())
	}
}

func (c *Cache) drop(e *list.Element) {
	x := c.order.Remove(e).(*cached)
	delete(c.byKey, x.key)
	c.used -= x.bytes
}

// Forget drops all columns of a file.
func (c *Cache) Forget(f *File) {
	if c == nil || f == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, e := range c.byKey {
		if key.file == f {
			c.drop(e)
		}
	}
}

// vecBytes is the memory of a column as read.
func vecBytes(v column.Vec) int64 {
	const head = 100
	switch v := v.(type) {
	case *column.Dict:
		return head + 4*int64(len(v.Codes)) + v.D.Bytes()
	case *column.List:
		return head + 4*int64(len(v.Offsets)) + vecBytes(v.Inner)
	case *column.Time:
		return head + 8*int64(len(v.V))
	}
	return head
}
