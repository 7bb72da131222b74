package op

import (
	"spl/exec/column"
	"spl/exec/plan"
)

// Chain is one command that is several nodes; the plan holds these in its place.
type Chain struct {
	plan.Base
	Nodes plan.Pipeline
}

// NewChain returns the command of the nodes; the first one makes rows.
func NewChain(nodes ...plan.Node) *Chain {
	return &Chain{Base: plan.Base{C: plan.Generating}, Nodes: nodes}
}

// Needs asks the first node.
func (c *Chain) Needs(out column.FieldSet) column.FieldSet { return c.Nodes.Needs(out) }

// String joins the nodes.
func (c *Chain) String() string { return c.Nodes.String() }

// Unchained returns the nodes of a command.
func Unchained(n plan.Node) plan.Pipeline {
	if c, ok := n.(*Chain); ok {
		return c.Nodes
	}
	return plan.Pipeline{n}
}
