// Package lang reads the text of Splunk searches: sources that remember where each byte came from,
// a modal scanner, one grammar per command, search terms, eval expressions, a printer, and
// diagnostics with their place. It imports nothing else of this module and runs nothing.
//
//	p := lang.NewParser(grammars...)
//	q, ds := p.Parse(lang.Implied(lang.NewSource("<search>", "index=main | stats count by user")))
//	for _, st := range q.Stages { fmt.Println(st.Name, st.Args) }
//
// Start with Parser.Parse; Syntax declares a command's arguments.
package lang
