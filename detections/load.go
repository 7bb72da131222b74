package detections

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"spl/exec/column"
	"spl/exec/datamodel"
	"spl/exec/eval"
	"spl/exec/ingest"
	"spl/exec/knowledge"
	"spl/lang"
	"spl/lang/conf"
	"spl/lookups"
	"spl/macros"
)

// Config says where content comes from.
type Config struct {
	Home    string   // where searches write tables; "": in memory
	Content []string // folders, later ones winning
}

// Content is what the user wrote around searches, ready for an Env. Built-in content comes below it.
type Content struct {
	Macros    *macros.Library
	Lookups   *lookups.Library
	Knowledge *knowledge.Set
	Models    *datamodel.Library
	Props     *ingest.Props
	External  map[string]string // commands that commands.conf declares, with the place where
	Problems  lang.Diagnostics  // of the files read; the rest of them counts

	layer layer
}

// layer is content as read, before it is bound to a home.
type layer struct {
	macros   []*macros.Library
	lookups  []*lookups.Content
	conf     map[string][]conf.App // by file name: "props.conf"
	models   []*datamodel.Model
	problems lang.Diagnostics
}

// confFiles are the configuration files that mean something here.
var confFiles = []string{"macros.conf", "transforms.conf", "props.conf", "eventtypes.conf", "tags.conf", "collections.conf", "commands.conf"}

// Load reads the content folders. Each is a Splunk app (default/, local/, lookups/), a folder of apps, a
// detection repository (macros/*.yml, lookups/*.yml), or plain folders macros/ and lookups/ with .conf,
// .yml and .csv files; a folder may be several of these at once.
func Load(c Config) (*Content, error) {
	l := layer{conf: map[string][]conf.App{}}
	for _, dir := range c.Content {
		info, err := os.Stat(dir)
		if err != nil {
			return nil, plainError(err)
		}
		if !info.IsDir() {
			return nil, fmt.Errorf("%s: content must be a folder", dir)
		}
		before := l.size()
		if err := l.folder(dir, true); err != nil {
			return nil, err
		}
		if l.size() == before && !isDir(filepath.Join(dir, "lookups")) && !hasSearches(dir) {
			return nil, fmt.Errorf("%s: no content found: expected an app (default/*.conf), macros/, lookups/ or detections/", dir)
		}
	}
	home := lookups.MemoryHome()
	if c.Home != "" {
		home = lookups.DiskHome(filepath.Join(c.Home, "lookups"))
	}
	return l.bind(home)
}

// With returns the content with another layer above it and another home: the world of a test.
func (c *Content) With(o Overlay, home lookups.Home) (*Content, error) {
	l := c.layer
	l.problems = nil
	l.macros = append(slices.Clone(l.macros), o.Macros...)
	l.lookups = append(slices.Clone(l.lookups), o.Lookups...)
	l.conf = map[string][]conf.App{}
	for name, apps := range c.layer.conf {
		l.conf[name] = slices.Clone(apps)
	}
	for name, f := range o.Conf {
		if !slices.Contains(confFiles, name) {
			return nil, fmt.Errorf("%s: not a configuration file that is read here: known are %s", name, strings.Join(confFiles, ", "))
		}
		l.addConf(name, conf.App{Default: f})
	}
	return l.bind(home)
}

// Overlay is content that is given instead of read from a folder.
type Overlay struct {
	Macros  []*macros.Library
	Lookups []*lookups.Content
	Conf    map[string]*conf.File
}

func (l *layer) size() int { return len(l.macros) + len(l.conf) + len(l.models) }

// folder reads one content folder; nested lets it be a folder of apps.
func (l *layer) folder(dir string, nested bool) error {
	lk := lookups.NewContent()
	if err := lk.AddFolder(filepath.Join(dir, "lookups")); err != nil {
		return err
	}
	lib := macros.NewLibrary()
	if err := l.yaml(dir, lib, lk); err != nil {
		return err
	}
	if err := l.json(dir, lib, lk); err != nil {
		return err
	}
	for _, name := range confFiles {
		app := conf.App{}
		for _, sub := range []string{"", "macros", "lookups", "default"} {
			f, err := l.read(filepath.Join(dir, sub, name))
			if err != nil {
				return err
			}
			if f != nil {
				app.Default = conf.Layer(app.Default, f)
			}
		}
		f, err := l.read(filepath.Join(dir, "local", name))
		if err != nil {
			return err
		}
		app.Local = f
		if app.Default != nil || app.Local != nil {
			l.addConf(name, app)
		}
	}
	for _, sub := range []string{"default", "local"} {
		if err := l.readModels(filepath.Join(dir, sub, "data", "models")); err != nil {
			return err
		}
	}
	if lib.Len() > 0 {
		l.macros = append(l.macros, lib)
	}
	l.lookups = append(l.lookups, lk)
	if !nested {
		return nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return plainError(err)
	}
	for _, e := range entries {
		sub := filepath.Join(dir, e.Name())
		if e.IsDir() && (isDir(filepath.Join(sub, "default")) || isDir(filepath.Join(sub, "local"))) {
			if err := l.folder(sub, false); err != nil {
				return err
			}
		}
	}
	return nil
}

func isDir(p string) bool {
	info, err := os.Stat(p)
	return err == nil && info.IsDir()
}

func hasSearches(dir string) bool {
	found, err := Find(dir)
	return err == nil && len(found) > 0
}

// read parses a .conf file; nil if there is none.
func (l *layer) read(path string) (*conf.File, error) {
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, plainError(err)
	}
	f, ds := conf.Parse(path, text)
	l.problems = append(l.problems, ds...)
	return f, nil
}

// readModels reads the data models of a folder.
func (l *layer) readModels(dir string) error {
	paths, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return err
	}
	for _, p := range paths {
		text, err := os.ReadFile(p)
		if err != nil {
			return plainError(err)
		}
		m, err := datamodel.Parse(text)
		if err != nil {
			l.problems = append(l.problems, lang.Diagnostic{Severity: lang.Warning, Code: "content", Msg: fmt.Sprintf("%s: %s", p, err)})
			continue
		}
		l.models = append(l.models, m)
	}
	return nil
}

func (l *layer) addConf(name string, app conf.App) { l.conf[name] = append(l.conf[name], app) }

// yaml reads macros/*.yml and lookups/*.yml.
func (l *layer) yaml(dir string, lib *macros.Library, lk *lookups.Content) error {
	for _, kind := range []string{"macros", "lookups"} {
		paths, err := filepath.Glob(filepath.Join(dir, kind, "*.yml"))
		if err != nil {
			return err
		}
		for _, p := range paths {
			text, err := os.ReadFile(p)
			if err != nil {
				return plainError(err)
			}
			if kind == "lookups" {
				err = lk.AddYAML(p, text)
			} else if d, derr := macros.FromYAML(p, text); derr == nil {
				lib.Add(d)
			} else {
				err = derr
			}
			if err != nil { // one broken file does not take the others away
				l.warn(err)
			}
		}
	}
	return nil
}

// layered returns a configuration file over all folders, nil if none has it.
func (l *layer) layered(name string) *conf.File {
	if len(l.conf[name]) == 0 {
		return nil
	}
	return conf.LayerApps(l.conf[name]...)
}

// bind puts the layers together.
func (l layer) bind(home lookups.Home) (*Content, error) {
	c := &Content{layer: l, Problems: l.problems, Models: datamodel.Builtin().With(l.models...)}
	libs := append([]*macros.Library{macros.Builtin()}, l.macros...)
	if f := l.layered("macros.conf"); f != nil {
		libs = append(libs, macros.FromConf(f))
	}
	c.Macros = macros.Layer(libs...)
	tables := slices.Clone(l.lookups)
	if f := l.layered("transforms.conf"); f != nil {
		lk := lookups.NewContent()
		lk.AddTransforms(f)
		tables = append(tables, lk)
		c.Problems = append(c.Problems, lk.Problems...)
	}
	c.Lookups = lookups.New(home, tables...)
	c.Lookups.Filter = filterRows
	set, err := knowledge.New(knowledge.Config{
		Props: l.layered("props.conf"), Transforms: l.layered("transforms.conf"),
		Eventtypes: l.layered("eventtypes.conf"), Tags: l.layered("tags.conf"), Lookups: c.Lookups,
	})
	if err != nil {
		return nil, err
	}
	c.Knowledge = set
	c.External = externals(l.layered("commands.conf"))
	c.Props, err = ingest.NewProps(l.layered("props.conf"), l.layered("transforms.conf"))
	if err != nil {
		return nil, err
	}
	return c, nil
}

// filterRows answers the filter of a lookup definition, which is a search expression over its rows.
func filterRows(expr string, rows *column.Batch) (column.Bitmap, error) {
	src := lang.NewSource("lookup filter", expr)
	term, ds := lang.NewParser().ParseTerm(src)
	if err := ds.Err(); err != nil {
		return nil, err
	}
	f, ds := eval.CompileSearch(term, &eval.Ctx{Src: src, Zone: time.UTC})
	if err := ds.Err(); err != nil {
		return nil, err
	}
	out := rows.Copy()
	out.Sel = column.FullBitmap(out.N)
	if err := f.Apply(out); err != nil {
		return nil, err
	}
	return out.Sel, nil
}

// externals lists the commands of commands.conf, which are programs of other apps.
func externals(f *conf.File) map[string]string {
	if f == nil {
		return nil
	}
	out := map[string]string{}
	for _, s := range f.Stanzas {
		if s.Name != "" && s.Name != "default" {
			out[strings.ToLower(s.Name)] = fmt.Sprintf("%s:%d", s.File, s.Line)
		}
	}
	return out
}
