package suite

import (
	"strings"
	"sync"

	"spl/detections"
)

// contents keeps what content folders hold while a run lasts: many test files share them.
var contents struct {
	sync.Mutex
	byDirs map[string]*detections.Content
}

// loadContent reads content folders, again only when a file in them changed.
func loadContent(dirs []string) (*detections.Content, error) {
	print, err := Fingerprint(dirs...)
	if err != nil {
		return nil, err
	}
	key := strings.Join(dirs, "\x00") + "\x00" + print
	contents.Lock()
	defer contents.Unlock()
	if c, ok := contents.byDirs[key]; ok {
		return c, nil
	}
	c, err := detections.Load(detections.Config{Content: dirs})
	if err != nil {
		return nil, err
	}
	if contents.byDirs == nil {
		contents.byDirs = map[string]*detections.Content{}
	}
	contents.byDirs[key] = c
	return c, nil
}
