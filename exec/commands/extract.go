package commands

import (
	"strings"

	"spl/exec/column"
	"spl/exec/ingest"
	"spl/exec/plan"
	"spl/lang"
)

var extract = define(Spec[optsListArgs]{
	Grammar: lang.Grammar{Name: "extract", Aliases: []string{"kv"},
		Usage: `extract [pairdelim="<chars>" kvdelim="<chars>"] [limit=<int>] [maxchars=<int>] [mv_add=<bool>] [clean_keys=<bool>] [keep_empty_vals=<bool>]`,
		Options: []lang.Opt{
			{Name: "pairdelim", Type: lang.Text, Doc: "Characters that separate pairs."},
			{Name: "kvdelim", Type: lang.Text, Doc: "Characters that separate key and value."},
			{Name: "limit", Type: lang.Int, Default: "50", Doc: "Pairs to take; 0: all."},
			{Name: "maxchars", Type: lang.Int, Default: "10240", Doc: "Characters to look at; 0: all."},
			{Name: "mv_add", Type: lang.Bool, Default: "false", Doc: "Repeated keys make a multivalue; else the first counts."},
			{Name: "clean_keys", Type: lang.Bool, Default: "true", Doc: "Make field names of the keys."},
			{Name: "keep_empty_vals", Type: lang.Bool, Default: "false", Doc: "Keep empty values."},
			{Name: "auto", Type: lang.Bool, Default: "true", Doc: "Find key=value pairs when no delimiters are given."},
			{Name: "segment", Type: lang.Bool, Default: "false", Doc: "No effect: display only."},
			{Name: "reload", Type: lang.Bool, Default: "false", Doc: "No effect: settings are read with each search."},
		}},
	Short: "Extract pairs of keys and values from _raw.",
	Doc: `Without delimiters it finds key=value and key="a value". With them, pairdelim and kvdelim are sets of
characters; values in double quotes may hold them. Fields that are there are overwritten.`,
	Examples: []Example{
		{Search: `extract pairdelim=";" kvdelim=":" | fields - _raw`, In: "_raw\na:1;b:2", Out: "a,b\n1,2"},
		{Search: `extract | fields - _raw`, In: "_raw\n\"user=al msg=\"\"x y\"\"\"", Out: "user,msg\nal,x y"},
	},
	Plan: func(b *plan.Builder, a *optsListArgs) (plan.Node, error) {
		if len(a.List) > 0 {
			return nil, lang.Errorf(b.Stage, a.List[0].Span, "not-built", "Extracting by the transforms stanza '%s' is not built yet; use REPORT in props.conf, or rex.", a.List[0].Text)
		}
		x := &extraction{pair: a.Opts.Text("pairdelim", ""), kv: a.Opts.Text("kvdelim", ""), limit: a.Opts.Int("limit", 50),
			chars: a.Opts.Int("maxchars", 10240), multi: a.Opts.Bool("mv_add", false), clean: a.Opts.Bool("clean_keys", true),
			empty: a.Opts.Bool("keep_empty_vals", false)}
		if (x.pair == "") != (x.kv == "") {
			return nil, lang.Errorf(b.Stage, lang.Span{}, lang.CodeBadArgument, "pairdelim and kvdelim must be given together.")
		}
		if x.pair == "" && !a.Opts.Bool("auto", true) {
			return passThrough(b), nil
		}
		return rowLocal(b, needAlso("_raw"), func(b *column.Batch) (*column.Batch, error) {
			extractFields(b, "_raw", false, x.text)
			return b, nil
		}), nil
	},
})

// extraction is how extract reads pairs.
type extraction struct {
	pair, kv            string
	limit, chars        int
	multi, clean, empty bool
}

func (x *extraction) text(s string, sh *sheet) {
	if x.chars > 0 && len(s) > x.chars {
		s = strings.ToValidUTF8(s[:x.chars], "")
	}
	n := 0
	put := func(key, v string) {
		if x.clean {
			key = ingest.CleanKey(key)
		}
		if key == "" || v == "" && !x.empty || x.limit > 0 && n >= x.limit {
			return
		}
		n++
		if x.multi {
			sh.more(key, v)
		} else {
			sh.first(key, v)
		}
	}
	if x.pair == "" {
		if t := strings.TrimSpace(s); strings.HasPrefix(t, "{") || strings.HasPrefix(t, "[") {
			walkJSON(t, func(path, v string) { sh.more(path, v) })
			return
		}
		ingest.RawPairs(s, false, put)
		return
	}
	for s != "" {
		var part string
		part, s = cutUnquoted(s, x.pair)
		key, v := cutUnquoted(part, x.kv)
		if len(key) == len(part) {
			continue
		}
		key, v = strings.TrimSpace(key), strings.TrimSpace(v)
		if len(v) >= 2 && v[0] == '"' && v[len(v)-1] == '"' {
			v = v[1 : len(v)-1]
		}
		put(key, v)
	}
}

// cutUnquoted cuts s at the first of the characters that is not inside double quotes.
func cutUnquoted(s, chars string) (before, after string) {
	quoted := false
	for i := range len(s) {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case !quoted && strings.IndexByte(chars, s[i]) >= 0:
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}
