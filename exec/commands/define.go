// Package commands holds the SPL commands, one file each: grammar, help, examples, plan and node.
// The table All is what the parser, the help, the docs and the tests are made from.
//
//	p := lang.NewParser(commands.Grammars()...)
//	cmd, ok := commands.Lookup("stats")
//
// To add a command copy the nearest file and add a line to all.go.
package commands

import (
	"fmt"

	"spl/exec/plan"
	"spl/lang"
)

// Spec declares a command whose arguments parse into *A.
type Spec[A any] struct {
	Grammar  lang.Grammar
	Short    string // one line for lists
	Doc      string // what it does, its surprises; our own words
	Examples []Example
	// Plan makes the node. Nil: the command parses, and is refused as not built yet when it is planned.
	Plan func(b *plan.Builder, a *A) (plan.Node, error)
}

// Example is run by the tests and printed by help and docs. In and Out are CSV with a header.
type Example struct{ Search, In, Out string }

// Command is one entry of the table.
type Command struct {
	Grammar    lang.Grammar
	Short, Doc string
	Examples   []Example
	plan       func(b *plan.Builder, args any) (plan.Node, error)
}

func define[A any](s Spec[A]) *Command {
	c := &Command{Grammar: lang.Syntax[A](s.Grammar), Short: s.Short, Doc: s.Doc, Examples: s.Examples}
	if s.Plan != nil {
		c.plan = func(b *plan.Builder, args any) (plan.Node, error) {
			a, ok := args.(*A)
			if !ok {
				return nil, fmt.Errorf("arguments of %s are %T", s.Grammar.Name, args)
			}
			return s.Plan(b, a)
		}
	}
	return c
}

// Built reports whether the command can run.
func (c *Command) Built() bool { return c.plan != nil }

// Plan makes the node of a parsed stage.
func (c *Command) Plan(b *plan.Builder, st *lang.Stage) (plan.Node, error) {
	if c.plan == nil {
		return nil, lang.Errorf(st, st.NameSpan, "not-built",
			"the '%s' command is not built yet: it parses, but cannot run", st.Name)
	}
	return c.plan(b, st.Args)
}

// Grammars returns the grammars of all commands.
func Grammars() []lang.Grammar {
	out := make([]lang.Grammar, len(All))
	for i, c := range All {
		out[i] = c.Grammar
	}
	return out
}

// Lookup returns a command by its canonical name.
func Lookup(name string) (*Command, bool) {
	for _, c := range All {
		if c.Grammar.Name == name {
			return c, true
		}
	}
	return nil, false
}
