package detections

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"spl/detections/lint"
	"spl/exec"
	"spl/lang"
)

// ProblemFormats are the forms in which WriteProblems writes.
var ProblemFormats = []string{"text", "json", "sarif", "github"}

// WriteProblems writes what Check found in one of ProblemFormats. A format that is no such is an error.
func WriteProblems(w io.Writer, format string, checked []Checked) error {
	b := bufio.NewWriter(w)
	var err error
	switch format {
	case "text":
		writeText(b, checked)
	case "json":
		err = writeJSON(b, checked)
	case "sarif":
		err = writeSARIF(b, checked)
	case "github":
		writeGitHub(b, checked)
	default:
		return fmt.Errorf("there is no format %q: use %s", format, strings.Join(ProblemFormats, ", "))
	}
	if err != nil {
		return fmt.Errorf("write problems: %w", err)
	}
	return b.Flush()
}

// problem is one line of the JSON form.
type problem struct {
	Path     string `json:"path"`
	Line     int    `json:"line,omitempty"`
	Col      int    `json:"col,omitempty"`
	Name     string `json:"name"`
	Severity string `json:"severity"`
	Code     string `json:"code"`
	Message  string `json:"message"`
	Hint     string `json:"hint,omitempty"`
	Usage    string `json:"usage,omitempty"`
}

// problems lists everything, each with its place in the file that was checked: for text out of a macro that
// is where the macro is called.
func problems(checked []Checked) []problem {
	var out []problem
	for _, c := range checked {
		for _, d := range c.Problems {
			p := problem{Path: c.Search.File, Name: c.Search.Name, Severity: d.Severity.String(), Code: d.Code,
				Message: strings.Join(strings.Fields(d.Msg), " "), Hint: d.Hint, Usage: d.Usage}
			if d.Src != nil {
				loc := d.Location()
				for _, via := range loc.Via {
					if loc.Name != c.Search.File {
						loc = via
					}
				}
				if loc.Name == c.Search.File {
					p.Line, p.Col = loc.Line, loc.Col
				}
			}
			out = append(out, p)
		}
	}
	return out
}

func writeText(b *bufio.Writer, checked []Checked) {
	for _, p := range problems(checked) {
		place, label := p.Path, ""
		if p.Line > 0 {
			place = fmt.Sprintf("%s:%d:%d", p.Path, p.Line, p.Col)
		}
		if p.Severity != lang.Error.String() {
			label = p.Severity + ": "
		}
		fmt.Fprintf(b, "%s: %s: %s%s", place, p.Name, label, p.Message)
		switch {
		case p.Hint != "":
			fmt.Fprintf(b, " (%s)", p.Hint)
		case p.Code == "bad-arguments" && p.Usage != "":
			fmt.Fprintf(b, " (usage: %s)", p.Usage)
		}
		if label != "" {
			fmt.Fprintf(b, " [%s]", p.Code)
		}
		fmt.Fprintln(b)
	}
	failed := 0
	for _, c := range checked {
		if c.Failed() {
			failed++
		}
	}
	fmt.Fprintf(b, "%d passed, %d failed\n", len(checked)-failed, failed)
}

func writeJSON(b *bufio.Writer, checked []Checked) error {
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	for _, p := range problems(checked) {
		if err := enc.Encode(p); err != nil {
			return err
		}
	}
	return nil
}

// writeGitHub writes the commands by which a workflow marks lines of a change.
func writeGitHub(b *bufio.Writer, checked []Checked) {
	level := map[string]string{"error": "error", "warning": "warning", "info": "notice"}
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	prop := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	for _, p := range problems(checked) {
		text := p.Name + ": " + p.Message
		if p.Hint != "" {
			text += " (" + p.Hint + ")"
		}
		fmt.Fprintf(b, "::%s file=%s", level[p.Severity], prop.Replace(p.Path))
		if p.Line > 0 {
			fmt.Fprintf(b, ",line=%d,col=%d", p.Line, p.Col)
		}
		fmt.Fprintf(b, ",title=%s::%s\n", prop.Replace(p.Code), data.Replace(text))
	}
}

// The parts of SARIF 2.1.0 that are used.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool    sarifTool     `json:"tool"`
		Results []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name  string      `json:"name"`
		Rules []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID    string    `json:"id"`
		Short sarifText `json:"shortDescription"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifLocation struct {
		Physical sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		Line int `json:"startLine"`
		Col  int `json:"startColumn"`
	}
)

func writeSARIF(b *bufio.Writer, checked []Checked) error {
	level := map[string]string{"error": "error", "warning": "warning", "info": "note"}
	run := sarifRun{Tool: sarifTool{sarifDriver{Name: "spl", Rules: []sarifRule{}}}, Results: []sarifResult{}}
	var used []string
	for _, p := range problems(checked) {
		if !slices.Contains(used, p.Code) {
			used = append(used, p.Code)
		}
		text := p.Name + ": " + p.Message
		if p.Hint != "" {
			text += " (" + p.Hint + ")"
		}
		at := sarifPhysical{Artifact: sarifArtifact{filepath.ToSlash(p.Path)}}
		if p.Line > 0 {
			at.Region = &sarifRegion{p.Line, p.Col}
		}
		run.Results = append(run.Results, sarifResult{RuleID: p.Code, Level: level[p.Severity], Message: sarifText{text}, Locations: []sarifLocation{{at}}})
	}
	slices.Sort(used)
	for _, id := range used {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{id, sarifText{codeDoc(id)}})
	}
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}})
}

// codeDoc describes a code of a message or the name of a lint rule.
func codeDoc(id string) string {
	if c, ok := exec.Code(id); ok {
		return c.Doc
	}
	for _, r := range append([]*lint.Rule{lint.Tables}, lint.Rules...) {
		if r.ID == id {
			return r.Doc
		}
	}
	return id
}
