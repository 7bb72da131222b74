package store_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/exec/column"
	"spl/exec/store"
	"spl/exec/store/storetest"
)

func TestReading(t *testing.T) {
	ctx := context.Background()
	var asked []string
	st := store.NewReading([]string{"main"}, func(_ context.Context, fields column.FieldSet, add func(*column.Batch) error) error {
		asked = append(asked, fields.String())
		return add(storetest.Events("main", "a", storetest.E(1, "f=a", "g=x"), storetest.E(2, "f=b", "g=y")))
	})
	scan := func(names ...string) []string {
		return storetest.Scan(t, st, store.Scan{Indexes: []string{"main"}, Time: store.AllTime, Fields: column.Fields(names...), Ordered: true})
	}
	for _, names := range [][]string{{"f"}, {"f"}, {"g"}, {"f", "g"}, {"f*"}, {"f*", "g"}} {
		scan(names...)
	}
	want := []string{"f", "f g", "f g f*"}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("fields read: %s", diff)
	}
	if diff := cmp.Diff([]string{"f=b", "f=a"}, scan("f")); diff != "" {
		t.Error(diff)
	}
	names, err := st.IndexNames(ctx)
	if diff := cmp.Diff([]string{"main"}, names); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if fields, err := st.Fields(ctx, []string{"main"}); err != nil || len(fields) < 2 || asked[len(asked)-1] != "*all*" {
		t.Errorf("fields %v, error %v, read %v", fields, err, asked)
	}
	if st.Append(ctx, column.NewBatch(1)) == nil || st.Delete(ctx, "main", store.AllTime) == nil {
		t.Error("files were changed")
	}
}
