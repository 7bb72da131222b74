// Package pattern hides how text is compared with patterns: the `*` wildcards of searches and field
// lists, LIKE, CIDR networks, bare search terms with their segmentation rules, sed expressions, and
// PCRE. A regular expression is translated once and runs on the cheapest engine that is exact for
// it: literal search, a lazy DFA, Go's regexp, or a backtracking engine with a limit.
//
//	w := pattern.CompileWildcard(`*\system32\*`, true)
//	w.Match(`C:\Windows\System32\cmd.exe`) // true
//	re, err := pattern.Compile(`user=(?<who>\w+)(?! port)`)
//	m, err := re.FindSubmatchIndex(text)   // err: the match limit was hit
//	who := text[m[2]:m[3]]
//
// Start with Compile, CompileWildcard and CompileTerm.
package pattern
