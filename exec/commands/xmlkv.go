package commands

import (
	"strings"

	"spl/exec/column"
	"spl/exec/plan"
	"spl/lang"
	"spl/lang/pattern"
)

var xmlkv = define(Spec[optsListArgs]{
	Grammar: lang.Grammar{Name: "xmlkv", Usage: "xmlkv [<field>] [maxinputs=<int>]",
		Options: []lang.Opt{{Name: "maxinputs", Type: lang.Int, Default: "50000", Doc: "No effect: there is no limit."}}},
	Short:    "Make fields of XML elements.",
	Doc:      `Each element with text directly inside sets the field of its name; of repeated ones the last counts. Attributes are passed over. Reads _raw unless a field is named.`,
	Examples: []Example{{Search: `xmlkv x | fields - x`, In: "x\n<a><user>al</user><port n='1'>22</port></a>", Out: "user,port\nal,22"}},
	Plan: func(b *plan.Builder, a *optsListArgs) (plan.Node, error) {
		field := "_raw"
		if len(a.List) > 0 {
			var err error
			if field, err = oneField(b, a.List); err != nil {
				return nil, err
			}
		}
		return rowLocal(b, needAlso(field), func(b *column.Batch) (*column.Batch, error) {
			extractFields(b, field, false, xmlPairs)
			return b, nil
		}), nil
	},
})

var xmlOpen = must(pattern.Compile(`<([A-Za-z_][\w.:-]*)(?:\s[^<>]*)?>([^<]+)</([A-Za-z_][\w.:-]*)\s*>`))

func must(re *pattern.Regexp, err error) *pattern.Regexp {
	if err != nil {
		panic(err)
	}
	return re
}

// xmlPairs finds the elements that hold text only. The last of several counts.
func xmlPairs(s string, sh *sheet) {
	all, err := xmlOpen.FindAllSubmatchIndex(s, 0)
	if err != nil {
		return
	}
	last := map[string]int{}
	for i, m := range all {
		if s[m[2]:m[3]] == s[m[6]:m[7]] && strings.TrimSpace(s[m[4]:m[5]]) != "" {
			last[s[m[2]:m[3]]] = i
		}
	}
	for i, m := range all {
		name := s[m[2]:m[3]]
		if at, ok := last[name]; ok && at == i {
			sh.first(name, s[m[4]:m[5]])
		}
	}
}
