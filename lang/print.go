package lang

import (
	"bufio"
	"io"
	"strings"
)

// Print writes the query so that parsing it yields the same query, positions aside: one line, the
// arguments of each command as they were written.
func Print(w io.Writer, q *Query) error {
	b := bufio.NewWriter(w)
	for i, st := range q.Stages {
		switch {
		case i > 0:
			b.WriteString(" | ")
		case st.Name != "search":
			b.WriteString("| ")
		}
		b.WriteString(st.text(st.Raw))
	}
	return b.Flush()
}

// text joins the name of the command and an argument text.
func (st *Stage) text(args string) string {
	if st.Name == "" || args == "" {
		return st.Name + args
	}
	return st.Name + " " + args
}

// TermString writes a search expression so that ParseTerm yields it again, positions aside.
func TermString(t Term) string {
	var b strings.Builder
	printTerm(&b, t, termTop)
	return b.String()
}

// The levels at which a search expression can stand without parentheses.
const (
	termTop  = iota // anything
	termAnd         // an operand of AND
	termOr          // an operand of OR
	termUnit        // the operand of NOT
)

func printTerm(b *strings.Builder, t Term, level int) {
	switch t := t.(type) {
	case *And:
		if len(t.Terms) == 0 {
			b.WriteString("( )")
			return
		}
		printTerms(b, t.Terms, " ", level > termTop || len(t.Terms) == 1, termAnd)
	case *Or:
		if len(t.Terms) == 0 {
			b.WriteString("NOT ( )")
			return
		}
		printTerms(b, t.Terms, " OR ", level > termAnd || len(t.Terms) == 1, termOr)
	case *Not:
		b.WriteString("NOT ")
		printTerm(b, t.X, termUnit)
	case *Compare:
		printCompare(b, t)
	case *In:
		printName(b, t.Field)
		b.WriteString(" IN (")
		for i, v := range t.Values {
			if i > 0 {
				b.WriteString(", ")
			}
			if t := v.Text; !v.Quoted && (t == "AND" || t == "OR" || t == "NOT") {
				b.WriteString(t) // no operators inside the list
				continue
			}
			printLiteral(b, v)
		}
		b.WriteByte(')')
	case *Word:
		printLiteral(b, t.Value)
	case *TermSub:
		b.WriteString("[" + t.Sub.Raw + "]")
	}
}

func printTerms(b *strings.Builder, ts []Term, sep string, paren bool, level int) {
	if paren {
		b.WriteByte('(')
	}
	for i, t := range ts {
		if i > 0 {
			b.WriteString(sep)
		}
		printTerm(b, t, level)
	}
	if paren {
		b.WriteByte(')')
	}
}

func printCompare(b *strings.Builder, c *Compare) {
	if c.Indexed {
		b.WriteString(escapeBare(c.Field.Text) + "::")
		if c.Value.Quoted {
			b.WriteString(Quote(c.Value.Text))
		} else {
			b.WriteString(escapeBare(c.Value.Text))
		}
		return
	}
	printName(b, c.Field)
	if strings.HasSuffix(c.Field.Text, "!") {
		b.WriteByte(' ') // keep it from the operator
	}
	b.WriteString(string(c.Op))
	printLiteral(b, c.Value)
}

func printName(b *strings.Builder, n Name) {
	if w, ok := bareWord(n.Text); ok && !n.Quoted {
		b.WriteString(w)
		return
	}
	b.WriteString(Quote(n.Text))
}

func printLiteral(b *strings.Builder, l Literal) {
	text := Quote(l.Text)
	if _, ok := bareWord(l.Text); !l.Quoted && (ok || l.Dir != Plain) {
		text = escapeBare(l.Text)
	}
	switch l.Dir {
	case TermWord:
		text = "TERM(" + text + ")"
	case CaseWord:
		text = "CASE(" + text + ")"
	}
	b.WriteString(text)
}

// ExprString writes an eval expression so that ParseExpr yields it again, positions aside.
func ExprString(x Expr) string {
	var b strings.Builder
	printExpr(&b, x, 0)
	return b.String()
}

// The binding strength of the operators of eval.
var strength = map[string]int{
	"XOR": 1, "OR": 2, "AND": 3,
	"=": 5, "==": 5, "!=": 5, "<": 5, "<=": 5, ">": 5, ">=": 5, "LIKE": 5,
	"+": 6, "-": 6, ".": 6, "*": 7, "/": 7, "%": 7,
}

const (
	strengthNot  = 4
	strengthIn   = 5
	strengthSign = 8
)

// printExpr writes x, in parentheses if it binds weaker than min.
func printExpr(b *strings.Builder, x Expr, min int) {
	switch x := x.(type) {
	case *Number:
		b.WriteString(x.Text)
	case *String:
		b.WriteString(quoteExpr(x.Value))
	case *Field:
		if x.Quoted {
			b.WriteString("'" + x.Name + "'")
		} else {
			b.WriteString(x.Name)
		}
	case *Call:
		b.WriteString(x.Written)
		printList(b, x.Args)
	case *Unary:
		own := strengthSign
		if x.Op == "NOT" {
			own = strengthNot
		}
		printParen(b, own < min, func() {
			b.WriteString(x.Op)
			if x.Op == "NOT" {
				b.WriteByte(' ')
			}
			printExpr(b, x.X, own)
		})
	case *Binary:
		printBinary(b, x, min)
	case *InList:
		printParen(b, strengthIn < min, func() {
			printExpr(b, x.X, strengthIn+1)
			b.WriteString(" IN ")
			printList(b, x.List)
		})
	}
}

// printBinary writes a chain of operators; its left spine may be long, so it is walked, not recursed into.
func printBinary(b *strings.Builder, x *Binary, min int) {
	own := strength[x.Op]
	spine := []*Binary{x}
	if own != strengthIn { // comparisons do not chain
		for l, ok := x.L.(*Binary); ok && strength[l.Op] == own; l, ok = l.L.(*Binary) {
			spine = append(spine, l)
		}
	}
	printParen(b, own < min, func() {
		left := own
		if own == strengthIn {
			left++
		}
		printExpr(b, spine[len(spine)-1].L, left)
		for i := len(spine) - 1; i >= 0; i-- {
			b.WriteString(" " + spine[i].Op + " ")
			printExpr(b, spine[i].R, own+1)
		}
	})
}

func printParen(b *strings.Builder, paren bool, inside func()) {
	if paren {
		b.WriteByte('(')
	}
	inside()
	if paren {
		b.WriteByte(')')
	}
}

func printList(b *strings.Builder, xs []Expr) {
	b.WriteByte('(')
	for i, x := range xs {
		if i > 0 {
			b.WriteString(", ")
		}
		printExpr(b, x, 0)
	}
	b.WriteByte(')')
}

func quoteExpr(s string) string { return strings.ReplaceAll(Quote(s), "\t", `\t`) }
