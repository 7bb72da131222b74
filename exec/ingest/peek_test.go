package ingest

import (
	"os"
	"path/filepath"
	"testing"
)

func TestOneIndex(t *testing.T) {
	for text, want := range map[string]bool{
		`{"a":1}` + "\n": true, "plain text\n": true, "": true, "\x1f\x8b\x08\x00": false, "a,b\n1,2\n": true,
		`{"_time":"1","_raw":"x","index":"other","host":"h"}` + "\n": false,
	} {
		path := filepath.Join(t.TempDir(), "f")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := OneIndex([]string{path, path + "missing"}); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
