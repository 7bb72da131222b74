package store_test

import (
	"testing"

	"spl/exec/store"
	"spl/exec/store/storetest"
)

func TestMemory(t *testing.T) {
	storetest.Run(t, func(*testing.T) store.Store { return store.NewMemory() })
}

func TestMemoryTiny(t *testing.T) {
	for _, rows := range []int{1, 7} {
		storetest.Run(t, func(*testing.T) store.Store { return store.NewMemoryBlocks(rows) })
	}
}
