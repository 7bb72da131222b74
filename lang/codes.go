package lang

// The stable codes of the diagnostics of this package. Codes holds a line about each.
const (
	CodeUnknownCommand    = "unknown-command"
	CodeEmptyCommand      = "empty-command"
	CodeNotFirst          = "not-first"
	CodeUnbalancedQuotes  = "unbalanced-quotes"
	CodeUnbalancedComment = "unbalanced-comment"
	CodeUnbalancedMacro   = "unbalanced-macro"
	CodeUnbalancedParens  = "unbalanced-parens"
	CodeUnbalancedBracket = "unbalanced-brackets"
	CodeMisplacedSub      = "misplaced-subsearch"
	CodeTooDeep           = "too-deep"
	CodeTooLong           = "too-long"
	CodeBadTerm           = "bad-term"
	CodeBadExpr           = "bad-expression"
	CodeBadAssign         = "bad-assignment"
	CodeBadArgument       = "bad-argument"
	CodeUnknownOption     = "unknown-option"
	CodeBadOption         = "bad-option-value"
	CodeDoubleOption      = "double-option"
	CodeUnexpandedMacro   = "unexpanded-macro"
	CodeInternal          = "internal"
)

// CodeDoc describes one diagnostic code.
type CodeDoc struct {
	Code string
	Doc  string // one line
	Page string // what it means and what to do
	Bad  string // a search that has the problem, if a search alone can
	Good string // the same, mended
}
