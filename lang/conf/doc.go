// Package conf reads Splunk configuration files: stanzas and settings in their order, each with its
// file and line, `\` continuations, [default], repeated keys and stanzas, and the layering of
// default over local and of app over app. It hides the rules that ini readers get wrong: values are
// verbatim (quotes, `;`, `#` and `=` belong to them) and only a line that starts with # is a comment.
//
//	f, problems := conf.Parse("default/macros.conf", text)
//	all := conf.Layer(f, local)             // later files win
//	v, ok := all.Stanza("auth(1)").Get("definition")
//	fmt.Println(v.Text, v.File, v.Line)
//	src := v.Source()                       // a lang.Source: offsets locate in the file
//
// Start with Parse and Layer.
package conf
