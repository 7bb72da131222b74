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
type CodeDoc struct{ Code, Doc string }

// Codes lists every code of this package, sorted.
var Codes = []CodeDoc{
	{CodeBadArgument, "an argument does not fit the command"},
	{CodeBadAssign, "eval wants name = expression"},
	{CodeBadExpr, "an eval expression cannot be read"},
	{CodeBadOption, "the value of an option has the wrong type or is out of range"},
	{CodeBadTerm, "a search expression cannot be read"},
	{CodeDoubleOption, "an option is given twice"},
	{CodeEmptyCommand, "nothing stands between two pipes"},
	{CodeInternal, "the parser itself failed"},
	{CodeMisplacedSub, "a subsearch stands where a command name should"},
	{CodeNotFirst, "a generating command is not the first of its pipeline"},
	{CodeTooDeep, "parentheses, brackets or operators are nested too deeply"},
	{CodeTooLong, "the arguments of a command have too many words"},
	{CodeUnbalancedBracket, "a bracket has no partner"},
	{CodeUnbalancedComment, "a comment is not closed"},
	{CodeUnbalancedMacro, "a backtick has no partner"},
	{CodeUnbalancedParens, "a parenthesis has no partner"},
	{CodeUnbalancedQuotes, "a double quote has no partner"},
	{CodeUnexpandedMacro, "a macro call is left in text that must be complete"},
	{CodeUnknownCommand, "no such command"},
	{CodeUnknownOption, "the command has no such option"},
}
