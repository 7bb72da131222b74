package lang

// Mode selects how a command's arguments are scanned.
type Mode uint8

// The scanner modes.
const (
	ModeTerms Mode = iota // words, strings, options: search terms and most argument lists
	ModeExpr              // eval expressions
	ModeText              // options, then the rest of the stage verbatim
)

// SubUse says what a bracketed subsearch among a command's arguments means.
type SubUse uint8

// The uses of a subsearch.
const (
	SubText     SubUse = iota // its text result replaces the brackets before the arguments are parsed
	SubTerms                  // a term of a search expression (other positions: text)
	SubRows                   // an argument of its own: append, join, union, multisearch, set
	SubPipeline               // a pipeline without generating command: appendpipe, foreach
	SubTemplate               // text to substitute in before it is a pipeline (map): only Raw is filled
)

// OptType is the type of an option's value.
type OptType uint8

// The option types.
const (
	Text OptType = iota
	Bool
	Int // non-negative integer
	SignedInt
	Num
	Enum
	SpanLen // 5m, 1d@d, 10, log2
	FieldName
	Time // time modifier
)

// Opt describes one option of a command.
type Opt struct {
	Name    string
	Type    OptType
	Default string
	Values  []string // Enum
	Max     int      // Int: largest value, 0: any
	Doc     string
}

// Grammar is what the parser and the help must know about a command.
type Grammar struct {
	Name    string
	Aliases []string
	Mode    Mode
	Paren   Mode // mode inside ( ): ModeTerms, but ModeExpr for head
	Sub     SubUse
	Usage   string
	Options []Opt
	// Generating commands must be the first of their pipeline. Leave it false for a command that may also
	// stand later, such as search or inputlookup append=t, which checks that itself.
	Generating bool
	// Clauses are the words that end a list in this command's arguments and start another: by, as, over,
	// output. The scanner makes Keyword tokens of them, unless they are quoted or followed by "=", so that
	// a list of names stops there by itself.
	Clauses []string
	// Terms says that the arguments are a search expression from the start; where in Clauses starts one later.
	Terms bool
	// AnyOption admits options that Options does not list (rangemap low=0-10, return alias=field).
	AnyOption bool
	// BadArg is the text for an argument that does not fit, with one %s for it; default: Invalid argument: '%s'
	BadArg string

	syntax func() *syntax // built on first use; nil: the arguments stay raw
	assign bool           // the arguments start with assignments, so names left of = are taken raw
}

// Parses tells whether the arguments are parsed; those of a grammar without Syntax stay raw text.
func (g *Grammar) Parses() bool { return g.syntax != nil }
