package main

import (
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/pflag"

	"spl/detections"
	"spl/exec"
	"spl/exec/plan"
	"spl/exec/store"
	"spl/lang/timefmt"
)

// world is what most commands need: where things are and what time it is.
type world struct {
	home    string
	content []string
	now     string
	tz      string
}

func (w *world) flags(fs *pflag.FlagSet) {
	home := os.Getenv("SPL_HOME")
	if home == "" {
		home = ".spl"
	}
	fs.StringVar(&w.home, "home", home, "folder that spl writes to: the event store and tables written by searches ($SPL_HOME)")
	fs.StringArrayVar(&w.content, "content", nil, "folder of macros, lookups and field extractions to read: a Splunk app, a detection repository, or plain files (repeatable)")
	fs.StringVar(&w.now, "now", "", "what now() returns: RFC 3339, epoch seconds or a time modifier (default: the clock)")
	fs.StringVar(&w.tz, "tz", "UTC", "time zone for snapping and for showing times")
}

func (w *world) zone() (*time.Location, error) {
	loc, err := time.LoadLocation(w.tz)
	if err != nil {
		return nil, usage("--tz: unknown time zone %q: use a name such as Europe/Berlin", w.tz)
	}
	return loc, nil
}

// load reads the content folders.
func (w *world) load(errOut io.Writer) (*detections.Content, error) {
	c, err := detections.Load(detections.Config{Home: w.home, Content: w.content})
	if err != nil {
		return nil, usage("%v", err)
	}
	printDiagnostics(errOut, c.Problems)
	return c, nil
}

// env loads the content and puts the Env of a search together; the store is the caller's to set.
func (w *world) env(errOut io.Writer) (*exec.Env, *detections.Content, error) {
	now, zone, err := w.clock()
	if err != nil {
		return nil, nil, err
	}
	c, err := w.load(errOut)
	if err != nil {
		return nil, nil, err
	}
	env := &exec.Env{Macros: c.Macros, Lookups: c.Lookups, Knowledge: c.Knowledge, Models: c.Models, External: c.External, Now: now, Zone: zone,
		Range: store.AllTime, DefaultIndexes: []string{"main"}, Limits: plan.DefaultLimits(),
		TempDir: filepath.Join(w.home, "tmp"), Seed: uint64(now.UnixNano())}
	return env, c, nil
}

// clock returns what --now and --tz say.
func (w *world) clock() (time.Time, *time.Location, error) {
	zone, err := w.zone()
	if err != nil {
		return time.Time{}, nil, err
	}
	now, err := w.time("--now", w.now, time.Now(), zone)
	return now, zone, err
}

// time reads a time in one of the forms flags take; "" is now.
func (w *world) time(flag, text string, now time.Time, zone *time.Location) (time.Time, error) {
	if text == "" {
		return now, nil
	}
	m, err := timefmt.ParseModifier(text)
	if err != nil {
		return time.Time{}, usage("%s: %v", flag, err)
	}
	return m.Apply(now, zone), nil
}

// bounds reads --earliest and --latest.
func (w *world) bounds(earliest, latest string, env *exec.Env) error {
	if earliest != "" {
		t, err := w.time("--earliest", earliest, env.Now, env.Zone)
		if err != nil {
			return err
		}
		env.Range.Earliest = t.UnixMicro()
	}
	if latest != "" {
		t, err := w.time("--latest", latest, env.Now, env.Zone)
		if err != nil {
			return err
		}
		env.Range.Latest = t.UnixMicro()
	}
	if env.Range.Earliest > env.Range.Latest {
		return usage("--earliest %s is later than --latest %s", earliest, latest)
	}
	return nil
}

// storeDir is where the indexes are.
func (w *world) storeDir() string { return filepath.Join(w.home, "store") }
