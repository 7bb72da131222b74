package lang

import (
	"slices"
	"strings"
)

// lineWidth is how long a formatted line gets where it can be broken.
const lineWidth = 100

// piece is a part of a command's arguments: a word with what is glued to it, a group in parentheses, or a
// subsearch.
type piece struct {
	text  string // of a group: what stands in front of its parenthesis, and the parenthesis
	kids  []*piece
	group bool
	sub   *Subsearch
	gap   bool // a blank stands in front: the line may break there
	comma bool // a comma stands behind
}

// pieces takes the arguments of a stage apart; ok is false when their parentheses do not match up.
func (f *formatter) pieces(st *Stage) (list []*piece, ok bool) {
	p := &piecer{st: st, text: st.Src.Text, pos: st.RawSpan.Start, end: st.RawSpan.End, subs: map[int]*Subsearch{}}
	for _, s := range st.Subsearches() {
		p.subs[s.Start] = s
	}
	list = p.list(nil)
	return list, p.pos >= p.end && !p.open
}

type piecer struct {
	st       *Stage
	text     string
	pos, end int
	subs     map[int]*Subsearch
	open     bool // a group was not closed
	depth    int
}

func (p *piecer) list(in *piece) []*piece {
	var out []*piece
	gap := false
	if p.depth++; p.depth > maxDepth {
		p.open = true
		p.pos = p.end
	}
	for p.pos < p.end {
		switch c := p.text[p.pos]; {
		case isBlank(c):
			p.pos++
			gap = true
		case c == ')' && in != nil:
			p.depth--
			return out
		case c == ',' && len(out) > 0 && !out[len(out)-1].comma:
			p.pos++
			out[len(out)-1].comma = true
			gap = p.spaced(in)
		default:
			out = append(out, p.one(gap))
			gap = false
		}
	}
	p.open = p.open || in != nil
	p.depth--
	return out
}

// spaced tells whether a comma gets a blank behind it: the writing of an aggregation names its column, so it
// stays as it is.
func (p *piecer) spaced(in *piece) bool {
	g := p.st.Grammar
	return in == nil || in.text == "(" || strings.EqualFold(in.text, "in(") || g != nil && (g.Mode == ModeExpr || g.Terms)
}

// one reads the piece at pos.
func (p *piecer) one(gap bool) *piece {
	start := p.pos
	if s := p.subs[start]; s != nil {
		p.pos = s.End
		return &piece{sub: s, gap: gap}
	}
	if p.text[p.pos] == '(' {
		p.pos++
		return p.inside(&piece{text: "(", group: true, gap: gap})
	}
	for first := true; p.pos < p.end; first = false {
		c := p.text[p.pos]
		switch {
		case isBlank(c), c == ',' && !first, c == ')' && !first, p.subs[p.pos] != nil,
			strings.HasPrefix(p.text[p.pos:], comment) && !first:
			return &piece{text: p.text[start:p.pos], gap: gap}
		case strings.HasPrefix(p.text[p.pos:], comment):
			p.pos = min(endOfComment(p.text, p.pos), p.end)
			return &piece{text: p.text[start:p.pos], gap: gap}
		case c == '(':
			p.pos++
			return p.inside(&piece{text: p.text[start:p.pos], group: true, gap: gap})
		case c == '"':
			p.pos = min(endOfString(p.text, p.pos), p.end)
		case c == '`', c == '\'' && (p.st.Grammar == nil || !p.st.Grammar.Terms):
			n := strings.IndexByte(p.text[p.pos+1:p.end], c)
			p.pos += n + 2
			if n < 0 {
				p.pos = p.pos - n - 1
			}
		case c == '\\':
			p.pos = min(p.pos+2, p.end)
		default:
			p.pos++
		}
	}
	return &piece{text: p.text[start:p.pos], gap: gap}
}

func (p *piecer) inside(g *piece) *piece {
	g.kids = p.list(g)
	p.pos++ // the closing parenthesis
	return g
}

// flat writes pieces on one line.
func flat(list []*piece) string {
	var b strings.Builder
	for i, p := range list {
		if i > 0 && p.gap {
			b.WriteByte(' ')
		}
		switch {
		case p.group:
			b.WriteString(p.text + flat(p.kids) + ")")
		case p.sub != nil:
			b.WriteString("[]")
		default:
			b.WriteString(p.text)
		}
		if p.comma {
			b.WriteByte(',')
		}
	}
	return b.String()
}

// units joins the pieces between which no line may break: those without a blank, operators and what they join,
// x AS y.
func units(list []*piece, st *Stage) [][]*piece {
	var out [][]*piece
	glue := false
	for i, p := range list {
		w := ""
		if !p.group && p.sub == nil {
			w = strings.ToUpper(p.text)
		}
		infix := slices.Contains([]string{"AS", "TO", "->", "=", "==", "!=", "<", ">", "<=", ">=", "IN", "LIKE", "WITH"}, w)
		switch {
		case i > 0 && (glue || !p.gap || infix && i+1 < len(list)):
			out[len(out)-1] = append(out[len(out)-1], p)
		default:
			out = append(out, []*piece{p})
		}
		glue = !p.comma && (infix || slices.Contains([]string{"OR", "AND", "NOT", "XOR", "BY", "OVER", "FROM", "WHERE", "OUTPUT", "OUTPUTNEW", "SORTBY", "GROUPBY", "-", "+"}, w) &&
			(st.Grammar == nil || st.Grammar.Mode == ModeExpr || !st.Grammar.Terms || w == "OR" || w == "AND" || w == "NOT"))
	}
	return out
}

// page is where pieces are laid out.
type page struct {
	b    strings.Builder
	col  int
	line int  // where the current line starts
	bare bool // nothing stands in front on the first line
	f    *formatter
	st   *Stage
}

func (g *page) write(s string) {
	g.b.WriteString(s)
	if i := strings.LastIndexByte(s, '\n'); i >= 0 {
		g.col = len(s) - i - 1
	} else {
		g.col += len(s)
	}
}

func (g *page) newline(indent int) {
	g.line = indent
	g.write("\n" + strings.Repeat(" ", indent))
}

// lay writes units from the current column, breaking lines to indent. sub is where subsearches are indented to.
func (g *page) lay(us [][]*piece, indent, sub int, breaks func(i int) bool) {
	hang := 0 // what goes on behind a clause hangs below it
	for i, u := range us {
		w := firstLine(flat(u))
		switch {
		case i == 0:
		case breaks != nil && breaks(i):
			g.newline(indent)
			hang = 4
		case g.col+1+w > lineWidth && g.col > indent:
			g.newline(indent + hang)
		case u[0].sub != nil && g.subOnOwnLine(u[0].sub, sub):
		default:
			g.write(" ")
		}
		for j, p := range u {
			if j > 0 && p.gap {
				g.write(" ")
			}
			g.piece(p, sub)
		}
	}
}

// firstLine is the width up to the first line break of a text that cannot be broken.
func firstLine(s string) int {
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		return i
	}
	return len(s)
}

func (g *page) piece(p *piece, sub int) {
	switch {
	case p.sub != nil:
		text := g.f.sub(p.sub, sub)
		if text[0] == '\n' && (g.b.Len() == 0 && g.bare || !p.gap && g.b.Len() > 0) {
			text = strings.TrimLeft(text, "\n ")
		}
		g.write(text)
	case p.group:
		g.group(p, sub)
	default:
		g.write(p.text)
	}
	if p.comma {
		g.write(",")
	}
}

// group writes parentheses: on this line if they fit, else with the inside broken and indented.
func (g *page) group(p *piece, sub int) {
	g.write(p.text)
	us := units(p.kids, g.st)
	if g.col+len(flat(p.kids))+1 <= lineWidth || len(us) < 2 && !slices.ContainsFunc(p.kids, func(k *piece) bool { return k.group }) {
		g.lay(us, g.line, sub, nil)
		g.write(")")
		return
	}
	inner := g.line + 4
	var breaks func(int) bool
	if g.st.Grammar != nil && g.st.Grammar.Mode == ModeExpr && slices.ContainsFunc(us[:len(us)-1], endsArgument) {
		every := 1
		if w := strings.ToLower(p.text); strings.HasSuffix(w, "case(") || strings.HasSuffix(w, "validate(") {
			every = 2 // condition and value
		}
		breaks = func(i int) bool { return endsArgument(us[i-1]) && arguments(us[:i])%every == 0 }
	}
	if p.text == "(" && g.col-g.line <= 24 {
		inner = g.col
	} else {
		g.newline(inner)
	}
	g.lay(us, inner, sub, breaks)
	g.write(")")
}

func endsArgument(u []*piece) bool { return u[len(u)-1].comma }

func arguments(us [][]*piece) int {
	n := 0
	for _, u := range us {
		if endsArgument(u) {
			n++
		}
	}
	return n
}

// clauseBreaks says where the lines of a stage that is too long for one line break in any case: in front of
// clauses, and behind each assignment of eval.
func clauseBreaks(st *Stage, us [][]*piece) func(int) bool {
	switch {
	case st.Grammar == nil:
		return nil
	case st.Grammar.assign:
		return func(i int) bool { return endsArgument(us[i-1]) }
	case st.Grammar.Mode == ModeExpr && !st.Grammar.Terms:
		return func(i int) bool { // at AND and OR of the outermost level
			w := strings.ToUpper(us[i][0].text)
			return !us[i][0].group && (w == "AND" || w == "OR")
		}
	}
	return func(i int) bool {
		p := us[i][0]
		return !p.group && p.sub == nil && !strings.EqualFold(p.text, "as") && !strings.EqualFold(p.text, "with") && !strings.EqualFold(p.text, "in") &&
			slices.ContainsFunc(st.Grammar.Clauses, func(c string) bool { return strings.EqualFold(c, p.text) })
	}
}

// laidOut returns a stage's arguments broken into lines. col is where they start, indent the pipeline's.
func (f *formatter) laidOut(st *Stage, col, indent int) (string, bool) {
	list, ok := f.pieces(st)
	if !ok {
		return "", false
	}
	g := &page{col: col, f: f, st: st, bare: col == indent+3}
	us := units(list, st)
	at := indent + 4
	if n := col - indent; n > 4 && n <= 14 {
		at = col
	}
	var breaks func(int) bool
	if col+firstLine(flat(list)) > lineWidth {
		breaks = clauseBreaks(st, us)
	}
	g.line = at
	g.lay(us, at, indent, breaks)
	return g.b.String(), true
}

// subOnOwnLine tells whether a subsearch is too long for the line of its command; its text then starts with a
// line break.
func (g *page) subOnOwnLine(s *Subsearch, indent int) bool { return g.f.sub(s, indent)[0] == '\n' }
