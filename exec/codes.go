package exec

import (
	"slices"
	"strings"

	"spl/lang"
)

// Codes returns the documentation of every diagnostic code, by name. Codes are stable: scripts may test
// for them.
func Codes() []lang.CodeDoc {
	out := slices.Concat(textCodes, exprCodes, planCodes, contentCodes, runCodes)
	slices.SortFunc(out, func(a, b lang.CodeDoc) int { return strings.Compare(a.Code, b.Code) })
	return out
}

// Code returns the documentation of one code.
func Code(name string) (lang.CodeDoc, bool) {
	for _, c := range Codes() {
		if c.Code == strings.ToLower(name) {
			return c, true
		}
	}
	return lang.CodeDoc{}, false
}

// textCodes are about the text of a search.
var textCodes = []lang.CodeDoc{
	{Code: lang.CodeUnknownCommand, Doc: "there is no such command", Bad: "index=main | stat count", Good: "index=main | stats count",
		Page: `The word behind a pipe, or the first word in brackets, must be a command. The nearest known name is
suggested. Commands that apps bring are not known here: declare them in a commands.conf of a content folder,
then they parse as text, and the message says where they are declared.`},
	{Code: lang.CodeEmptyCommand, Doc: "nothing stands between two pipes, or behind the last one", Bad: "index=main | | stats count", Good: "index=main | stats count",
		Page: "Remove one of the pipes. The usual cause is a macro that expands to nothing."},
	{Code: lang.CodeNotFirst, Doc: "a generating command is not the first of its pipeline", Bad: "index=main | makeresults", Good: "| makeresults",
		Page: `Commands such as makeresults, tstats or inputlookup make rows of their own. They stand first, behind a
leading pipe. To add their rows to others put them in the brackets of append; inputlookup takes append=t.`},
	{Code: "needs-input", Doc: "the first command needs rows and there are none", Bad: "| where x=1", Good: "| makeresults | where x=1",
		Page: "A pipeline starts with a search or with a generating command. Inside brackets the first word is a command: write search in front of terms."},
	{Code: lang.CodeUnbalancedQuotes, Doc: "a double quote has no partner", Bad: `index=main user="bob | stats count`, Good: `index=main user="bob" | stats count`,
		Page: `A quote runs to the next quote that has no backslash in front, over line ends. The place shown is where it
opens. A backslash right before the closing quote escapes it: write "C:\\temp\\" with two.`},
	{Code: lang.CodeUnbalancedComment, Doc: "a comment is not closed", Bad: "index=main ```note | stats count", Good: "index=main ```note``` | stats count",
		Page: "Comments start and end with three backticks and do not nest."},
	{Code: lang.CodeUnbalancedMacro, Doc: "a backtick has no partner", Bad: "index=main `events | stats count", Good: "index=main events | stats count",
		Page: "A macro call stands between two backticks. Inside double quotes a backtick is plain text."},
	{Code: lang.CodeUnbalancedParens, Doc: "a parenthesis has no partner", Bad: "index=main (a=1 OR b=2 | stats count", Good: "index=main (a=1 OR b=2) | stats count",
		Page: "Count the parentheses of the command that is named; they do not reach over a pipe."},
	{Code: lang.CodeUnbalancedBracket, Doc: "a bracket has no partner", Bad: "index=main [ search a=1 | fields b", Good: "index=main [ search a=1 | fields b ]",
		Page: "Brackets hold subsearches. A bracket that is text, as in a regular expression, belongs in double quotes."},
	{Code: lang.CodeMisplacedSub, Doc: "a subsearch stands where a command name should", Bad: "index=main | [ search a=1 ]", Good: "index=main | append [ search a=1 ]",
		Page: "A subsearch is an argument of a command: of search, append, join and so on."},
	{Code: lang.CodeTooDeep, Doc: "parentheses, brackets or operators are nested too deeply",
		Page: "Expressions may be nested 250 levels deep. Texts that are deeper are made by programs: use IN lists or a lookup instead."},
	{Code: lang.CodeTooLong, Doc: "the arguments of a command have too many words",
		Page: "A command takes a million words. Put long lists of values in a lookup table."},
	{Code: lang.CodeBadTerm, Doc: "a search expression cannot be read", Bad: "index=main user= | stats count", Good: `index=main user="" | stats count`,
		Page: `Search expressions are made of words, "phrases", field=value and field IN (a, b), joined by AND, OR and NOT in
capitals. Values with blanks or one of =<>()|[], need double quotes.`},
	{Code: lang.CodeBadExpr, Doc: "an eval expression cannot be read", Bad: "| makeresults | eval x=1+", Good: "| makeresults | eval x=1+1",
		Page: `In expressions text stands in double quotes and field names with blanks, points or other special characters in
single quotes: 'user.name'. The message quotes the text from where it could not go on.`},
	{Code: lang.CodeBadAssign, Doc: "eval wants name = expression", Bad: "| makeresults | eval 5", Good: "| makeresults | eval x=5",
		Page: "Every assignment has a field, an equals sign and an expression; several are separated by commas."},
	{Code: lang.CodeBadArgument, Doc: "an argument does not fit the command", Bad: "index=main | stats cuont(x)", Good: "index=main | stats count(x)",
		Page: "The word that is quoted is none of the command's arguments. The usage line shows what it takes."},
	{Code: lang.CodeUnknownOption, Doc: "the command has no such option", Bad: "index=main | dedup user keepevent=t", Good: "index=main | dedup user keepevents=t",
		Page: "Options are written name=value. The nearest option of the command is suggested; spl help with the command's name lists all."},
	{Code: lang.CodeBadOption, Doc: "the value of an option has the wrong type or is out of range", Bad: "index=main | head limit=many", Good: "index=main | head limit=5",
		Page: "Booleans are true, t, 1, yes or false, f, 0, no. Numbers are whole unless the command says otherwise."},
	{Code: lang.CodeDoubleOption, Doc: "an option is given twice", Bad: "index=main | head limit=5 limit=6", Good: "index=main | head limit=6",
		Page: "Keep one of them. A macro may have brought the other."},
	{Code: lang.CodeUnexpandedMacro, Doc: "a macro call is left in text that must be complete",
		Page: "The call was not expanded, for example because it came out of a subsearch. Write what it stands for."},
	{Code: lang.CodeInternal, Doc: "the parser itself failed",
		Page: "This is a mistake in spl, not in the search. Please report it with the search."},
}

// exprCodes are about eval expressions, patterns and times.
var exprCodes = []lang.CodeDoc{
	{Code: "unknown-function", Doc: "there is no such eval function", Bad: "| makeresults | eval x=uper(\"a\")", Good: "| makeresults | eval x=upper(\"a\")",
		Page: "Function names come in any case. Functions of stats, such as dc, are not known to eval: use eventstats first."},
	{Code: "bad-arguments", Doc: "a function gets the wrong number or kind of arguments", Bad: "| makeresults | eval x=len(\"a\", 2)", Good: "| makeresults | eval x=len(\"a\")",
		Page: "The usage line shows what the function takes. Literals are checked before anything runs; a field of the wrong kind gives null in its row."},
	{Code: "type-check", Doc: "an operator gets operands of types it cannot take", Bad: "| makeresults | eval x=\"7\"*2", Good: "| makeresults | eval x=7*2",
		Page: "Only what is certain from the text is refused. Text that reads as a number is one when it comes from a field, not when it is a literal: use tonumber()."},
	{Code: "boolean-result", Doc: "a field cannot hold a Boolean", Bad: "| makeresults | eval x=(1==1)", Good: "| makeresults | eval x=if(1==1, \"yes\", \"no\")",
		Page: "Comparisons are for where, if and case. To keep the answer turn it into a value."},
	{Code: "bad-regex", Doc: "a regular expression cannot be compiled", Bad: "index=main | rex \"(?<user>[a-z\"", Good: "index=main | rex \"(?<user>[a-z]+)\"",
		Page: `Patterns are PCRE. Inside double quotes a backslash before a quote or another backslash is taken away first,
so a literal backslash of the pattern is written with four. [ and ] belong in quotes, or they are subsearches.`},
	{Code: "bad-time", Doc: "a time term cannot be read, or time bounds are the wrong way round", Bad: "index=main earliest=yesterday", Good: "index=main earliest=-1d@d latest=@d",
		Page: "Times are relative (-24h, -1d@d, @w1), epoch seconds, now, or MM/DD/YYYY:HH:MM:SS. earliest must not lie behind latest."},
	{Code: "wildcard-mismatch", Doc: "two names have different numbers of wildcards", Bad: "index=main | rename a*b* AS c*", Good: "index=main | rename a*b* AS c*d*",
		Page: "Each * of the new name stands for what the * at its place in the old one took."},
}
