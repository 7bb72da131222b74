package lint

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"spl/exec"
	"spl/exec/commands"
	"spl/lang"
)

// cimTable lists the datasets of the common data models: model, path of the dataset, its own fields.
//
//go:embed cim.txt
var cimTable string

// cim returns the fields of each dataset by its path, and the paths of each model.
var cim = sync.OnceValues(func() (fields map[string][]string, models map[string][]string) {
	fields, models = map[string][]string{}, map[string][]string{}
	for line := range strings.Lines(cimTable) {
		w := strings.Fields(line)
		models[w[0]] = append(models[w[0]], w[1])
		fields[w[0]+"|"+w[1]] = w[2:]
	}
	return fields, models
})

// dataModelField finds fields and datasets that the data model does not have.
var dataModelField = &Rule{ID: "data-model-field", Doc: "a data model has no such field or dataset", Severity: lang.Warning, check: func(p *pass) {
	fields, models := cim()
	p.steps(func(s *exec.Step, _ []*exec.Step) {
		m, ok := commands.DataModel(s.Stage)
		if !ok {
			return
		}
		model, _, _ := strings.Cut(m.Name, ".")
		paths := models[model]
		if paths == nil {
			return // a model of one's own
		}
		for _, n := range m.Fields {
			i := strings.LastIndexByte(n.Text, '.')
			if i < 0 || strings.Contains(n.Text, "*") || viaMacro(s.Stage, n.Start) {
				continue
			}
			path, field := n.Text[:i], n.Text[i+1:]
			switch {
			case !slices.Contains(paths, path):
				hint := "datasets are " + strings.Join(paths[:min(len(paths), 6)], ", ")
				if near := lang.Suggest(path, slices.Values(paths)); near != "" {
					hint = "did you mean " + quote(near+"."+field) + "?"
				}
				p.report(s.Stage, n.Span, "The data model "+model+" has no dataset "+path+", so "+n.Text+" is always null.", hint)
			case !slices.Contains(fields[model+"|"+path], field):
				hint := ""
				if near := lang.Suggest(field, slices.Values(fields[model+"|"+path])); near != "" {
					hint = "did you mean " + quote(path+"."+near) + "?"
				}
				p.report(s.Stage, n.Span, "The dataset "+path+" of the data model "+model+" has no field "+field+", so it is always null.", hint)
			}
		}
	})
}}
