// Package storetest is the kit that every store must pass.
//
//	func TestMemory(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) store.Store { return store.NewMemory() })
//	}
//
// Start with Run; Events makes batches from a compact notation.
package storetest
