package lint

import (
	"spl/exec"
	"spl/lang"
)

// Tables is the rule over many searches: what is written and never read, or read and never filled.
var Tables = &Rule{ID: "unused-lookup", Doc: "a lookup is written and no search reads it", Severity: lang.Info}

// Across looks at many searches together; the findings are those of the searches at the same places.
func Across(searches []*exec.Inspection) []lang.Diagnostics {
	reads := map[string]bool{}
	for _, in := range searches {
		for _, n := range in.Reads {
			reads[n.Text] = true
		}
	}
	out := make([]lang.Diagnostics, len(searches))
	for i, in := range searches {
		for _, n := range in.Writes {
			if !reads[n.Text] {
				out[i] = append(out[i], lang.Diagnostic{Src: in.Query.Src, Span: n.Span, Severity: Tables.Severity, Code: Tables.ID,
					Msg: "The lookup " + n.Text + " is written here, and no search that was checked reads it."})
			}
		}
	}
	return out
}
