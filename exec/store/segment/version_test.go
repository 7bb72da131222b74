package segment

import "testing"

// TestVersions: files say the lowest version that knows their columns, and no later one is read.
func TestVersions(t *testing.T) {
	for _, c := range []struct {
		typ  Type
		want byte
	}{{Text, 1}, {Integer, 1}, {Time, 1}, {UUID, 2}} {
		m := &Meta{Columns: []Column{{Name: "a", Type: c.typ}}}
		b := m.encode()
		if got, err := decodeMeta(b); b[0] != c.want || err != nil || got.Columns[0] != m.Columns[0] {
			t.Errorf("type %d: version %d, %v", c.typ, b[0], err)
		}
	}
	for _, version := range []byte{0, 3} {
		b := (&Meta{}).encode()
		b[0] = version
		if _, err := decodeMeta(b); err == nil {
			t.Errorf("version %d is read", version)
		}
	}
	if _, err := decodeMeta((&Meta{Columns: []Column{{Name: "a", Type: undecided}}}).encode()); err == nil {
		t.Error("a type of later versions is read")
	}
}
