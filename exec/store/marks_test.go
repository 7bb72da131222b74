package store

import (
	"context"
	"testing"
)

func TestMarksOutliveTheStore(t *testing.T) {
	dir := t.TempDir()
	ctx := context.Background()
	l, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := l.Bulk()
	if err != nil {
		t.Fatal(err)
	}
	b.Mark("a")
	if l.Marked("a") {
		t.Error("marked before the commit")
	}
	if err := b.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	if err := l.cat.checkpoint(); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if l, err = Open(dir, Options{ReadOnly: true}); err != nil {
		t.Fatal(err)
	}
	if !l.Marked("a") || l.Marked("b") {
		t.Error("marks of the catalogue are not those committed")
	}
}
