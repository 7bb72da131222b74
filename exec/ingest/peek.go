package ingest

import (
	"bytes"
	"io"
	"slices"
	"strings"
)

// OneIndex reports whether all events of the files are sure to go to the index of the options: none of
// them is packed or holds rows that a search exported, which name their own. A file that cannot be read
// has no events.
func OneIndex(files []string) bool {
	return !slices.ContainsFunc(files, func(name string) bool {
		f, _, err := openFile(name)
		if err != nil {
			return false
		}
		defer f.Close()
		head := make([]byte, headSize)
		n, err := io.ReadFull(f, head)
		head = head[:n]
		return bytes.ContainsFunc(head, control) || detect(name, head, err != nil).format == Exported
	})
}

// control tells characters that texts do not hold.
func control(r rune) bool { return r < ' ' && !strings.ContainsRune("\t\n\v\f\r\x1b", r) }
