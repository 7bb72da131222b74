package lang

// Query is a parsed pipeline: a whole search, or the inside of one pair of brackets.
type Query struct {
	Span
	Src    *Source
	Stages []*Stage
}

// Stage is one command with its arguments.
type Stage struct {
	Span
	Src      *Source
	Name     string // canonical lower-case name ("bin" for "bucket"), or the name as written if unknown
	NameSpan Span
	Grammar  *Grammar // nil: unknown command
	Args     any      // *A of the command's Syntax[A]; nil while Deferred or unknown
	Raw      string   // the argument text as written
	RawSpan  Span
	// Deferred lists subsearches whose text result must be spliced into Raw before the arguments can
	// be parsed (`head [...]`, `eval x=[...]`, `user=[...]`). Parser.ParseStage does that later.
	Deferred []*Subsearch
	// Subs lists the other bracketed pipelines of the stage, in textual order: those in search terms and
	// those that are arguments. The parser fills it.
	Subs []*Subsearch
	// Macros are calls in backticks that were not expanded. They can stand for any text, so the
	// arguments stay unparsed.
	Macros []Span
}

// Subsearch is a bracketed pipeline. Span covers the brackets, Raw is the text between them
// (foreach and map substitute in it).
type Subsearch struct {
	Span
	Query *Query
	Raw   string
}

// Term is a node of a search expression: *And, *Or, *Not, *Compare, *In, *Word, *TermSub.
// Precedence in the text: parentheses, NOT, OR, AND (implied or written).
type Term interface {
	term()
	Pos() Span
}

// And holds when all of its terms do; no terms: everything.
type And struct {
	Span
	Terms []Term
}

// Or holds when one of its terms does; no terms: nothing (the text `NOT ( )`).
type Or struct {
	Span
	Terms []Term
}

// Not negates.
type Not struct {
	Span
	X Term
}

// CompareOp is an operator between a field and a literal.
type CompareOp string

// The comparison operators; "==" is read as OpEq.
const (
	OpEq CompareOp = "="
	OpNe CompareOp = "!="
	OpLt CompareOp = "<"
	OpLe CompareOp = "<="
	OpGt CompareOp = ">"
	OpGe CompareOp = ">="
)

// Compare is field op literal; field::value reads as OpEq with Indexed set.
type Compare struct {
	Span
	Field   Name
	Op      CompareOp
	Value   Literal
	Indexed bool
}

// In is field IN (literal, …).
type In struct {
	Span
	Field  Name
	Values []Literal
}

// Word is a bare term, a phrase, or TERM(…)/CASE(…).
type Word struct {
	Span
	Value Literal
}

// TermSub is a subsearch in term position; its result is read as a search expression.
type TermSub struct {
	Span
	Sub *Subsearch
}

// Directive wraps a literal of a search expression.
type Directive uint8

// The directives.
const (
	Plain    Directive = iota
	TermWord           // TERM(x): x is one index token
	CaseWord           // CASE(x): compare with case
)

// Literal is a value of a search expression after one level of unescaping. `*` in it is a wildcard,
// quoted or not.
type Literal struct {
	Span
	Text   string
	Quoted bool
	Dir    Directive
}

// Name is a field, lookup or option name; it may hold `*`.
type Name struct {
	Span
	Text   string
	Quoted bool
}

func (*And) term()     {}
func (*Or) term()      {}
func (*Not) term()     {}
func (*Compare) term() {}
func (*In) term()      {}
func (*Word) term()    {}
func (*TermSub) term() {}

// Expr is a node of an eval expression: *Number, *String, *Field, *Call, *Unary, *Binary, *InList.
// Precedence: ( ), unary - +, * / %, + - ., comparisons LIKE IN, NOT, AND, OR, XOR.
type Expr interface {
	expr()
	Pos() Span
}

// Number is a numeric literal with its spelling.
type Number struct {
	Span
	Text string
}

// String is a double-quoted literal, unescaped.
type String struct {
	Span
	Value string
}

// Field is a field reference; Quoted: written in single quotes.
type Field struct {
	Span
	Name   string
	Quoted bool
}

// Call is a function call; Func is lower case, Written as in the text. `x IN (…)` is an *InList,
// `x LIKE y` a *Binary.
type Call struct {
	Span
	Func, Written string
	FuncSpan      Span
	Args          []Expr
}

// Unary is "-", "+" or "NOT" (also written "!").
type Unary struct {
	Span
	Op string
	X  Expr
}

// Binary is one of + - * / % . = == != < > <= >= LIKE AND OR XOR (words in upper case).
type Binary struct {
	Span
	Op     string
	OpSpan Span
	L, R   Expr
}

// InList is x IN (list).
type InList struct {
	Span
	X    Expr
	List []Expr
}

func (*Number) expr() {}
func (*String) expr() {}
func (*Field) expr()  {}
func (*Call) expr()   {}
func (*Unary) expr()  {}
func (*Binary) expr() {}
func (*InList) expr() {}

// Assign is one assignment of eval: Target = Expr. Target may hold {field} parts, which stand for
// the row's value of that field.
type Assign struct {
	Span
	Target Name
	Expr   Expr
}

// Agg is one aggregation of the stats family: count, sum(x), count(eval(x>1)) AS n, sparkline(avg(x),1h).
type Agg struct {
	Span
	Func    string // lower case as written: "perc95", "distinct_count"; commands resolve aliases
	Written string // the term without AS, quotes of a field argument dropped: the default column name
	Field   *Name  // nil: no argument or an eval argument
	Eval    Expr   // nil unless eval(…)
	Args    []*Agg // nested aggregation (sparkline) or further arguments
	HasArgs bool   // parentheses were written
	As      *Name
}
