package pattern

import "errors"

// CompileError is a bad regular expression. Its text is PCRE2's.
type CompileError struct {
	Expr   string
	Offset int // byte offset in Expr at which it was noticed
	Msg    string
}

func (e *CompileError) Error() string { return e.Msg }

// ErrMatchLimit says that a text took too much backtracking; whether it matches is not known.
var ErrMatchLimit = errors.New("regular expression exceeded the match limit")

// The texts of PCRE2 that the translator uses.
const (
	msgTrailingEscape  = `\ at end of pattern`
	msgUnknownEscape   = `unrecognized character follows \`
	msgQuantOrder      = "numbers out of order in {} quantifier"
	msgQuantBig        = "number too big in {} quantifier"
	msgClassEnd        = "missing terminating ] for character class"
	msgClassEscape     = "escape sequence is invalid in character class"
	msgClassOrder      = "range out of order in character class"
	msgQuantNothing    = "quantifier does not follow a repeatable item"
	msgGroupChar       = "unrecognized character after (? or (?-"
	msgGroupCharP      = "unrecognized character after (?P"
	msgNoClose         = "missing closing parenthesis"
	msgNoReference     = "reference to non-existent subpattern"
	msgComment         = "missing ) after (?# comment"
	msgNoOpen          = "unmatched closing parenthesis"
	msgPosixName       = "unknown POSIX class name"
	msgPosixCollate    = "POSIX collating elements are not supported"
	msgCodePoint       = `character code point value in \x{} or \o{} is too large`
	msgNameEnd         = "syntax error in subpattern name (missing terminator?)"
	msgNameTwice       = "two named subpatterns have the same name (PCRE2_DUPNAMES not set)"
	msgNameDigit       = "subpattern name must start with a non-digit"
	msgNameExpected    = "subpattern name expected"
	msgNameLong        = "subpattern name is too long (maximum 128 code units)"
	msgProperty        = `unknown property after \P or \p`
	msgPropertyForm    = `malformed \P or \p sequence`
	msgVerb            = "(*VERB) not recognized or malformed"
	msgReferenceForm   = `\k is not followed by a braced, angle-bracketed, or quoted name`
	msgReferenceFormG  = `a numbered reference must not be zero`
	msgConditionForm   = "malformed number or name after (?("
	msgControlChar     = `\c must be followed by a printable ASCII character`
	msgHexDigits       = `non-hex character in \x{} (closing brace missing?)`
	msgRecursion       = "recursion and subroutine calls are not supported"
	msgVerbUnsupported = "backtracking control verbs are not supported"
)
