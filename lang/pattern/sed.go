package pattern

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Sed is a compiled list of sed commands, s/…/…/flags and y/…/…/, applied in order.
type Sed struct{ cmds []sedCommand }

type sedCommand struct {
	re   *Regexp
	tmpl *Template
	nth  int
	all  bool
	y    map[rune]rune // set for y
}

// ParseSed reads sed commands separated by blanks or semicolons. Any character may delimit the
// parts; flags are g, i and a number.
func ParseSed(expr string) (*Sed, error) {
	sed := &Sed{}
	rest := strings.TrimLeft(expr, " \t\r\n;")
	for rest != "" {
		cmd, tail, err := parseSedCommand(rest)
		if err != nil {
			return nil, err
		}
		sed.cmds = append(sed.cmds, cmd)
		rest = strings.TrimLeft(tail, " \t\r\n;")
	}
	if len(sed.cmds) == 0 {
		return nil, fmt.Errorf("sed expression %q is empty", expr)
	}
	return sed, nil
}

func parseSedCommand(s string) (cmd sedCommand, rest string, err error) {
	if s[0] != 's' && s[0] != 'y' || len(s) < 2 {
		return cmd, "", fmt.Errorf("sed expression %q must start with s or y", s)
	}
	delim, n := utf8.DecodeRuneInString(s[1:])
	if delim == '\\' || delim == '\n' {
		return cmd, "", fmt.Errorf("sed expression %q has no valid delimiter", s)
	}
	from, rest, ok1 := cutSed(s[1+n:], delim)
	to, rest, ok2 := cutSed(rest, delim)
	if !ok1 || !ok2 {
		return cmd, "", fmt.Errorf("sed expression %q lacks a closing %q", s, string(delim))
	}
	if s[0] == 'y' {
		cmd.y, err = transliteration(from, to)
		return cmd, rest, err
	}
	end := strings.IndexAny(rest, " \t\r\n;")
	if end < 0 {
		end = len(rest)
	}
	fold, err := cmd.flags(rest[:end])
	if err != nil {
		return cmd, "", err
	}
	if fold {
		from = "(?i)" + from
	}
	cmd.tmpl = CompileTemplate(to)
	cmd.re, err = Compile(from)
	return cmd, rest[end:], err
}

// cutSed cuts at the next delimiter; one after a backslash is part of the text.
func cutSed(s string, delim rune) (part, rest string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == delim:
			return b.String(), s[i+n:], true
		case r == '\\' && i+1 < len(s):
			next, k := utf8.DecodeRuneInString(s[i+1:])
			if next != delim {
				b.WriteByte('\\')
			}
			b.WriteString(s[i+1 : i+1+k])
			i += 1 + k
			continue
		}
		b.WriteString(s[i : i+n])
		i += n
	}
	return "", s, false
}

func (c *sedCommand) flags(text string) (fold bool, err error) {
	c.nth = 1
	for i := 0; i < len(text); i++ {
		switch b := text[i]; {
		case b == 'g':
			c.all = true
		case b == 'i' || b == 'I':
			fold = true
		case b >= '1' && b <= '9':
			end := i
			for end < len(text) && text[end] >= '0' && text[end] <= '9' {
				end++
			}
			if c.nth, err = strconv.Atoi(text[i:end]); err != nil {
				return false, fmt.Errorf("sed flag %q: %w", text, err)
			}
			i = end - 1
		default:
			return false, fmt.Errorf("sed flag %q is not supported", string(b))
		}
	}
	return fold, nil
}

func transliteration(from, to string) (map[rune]rune, error) {
	a, b := []rune(from), []rune(to)
	if len(a) != len(b) {
		return nil, fmt.Errorf("sed y/%s/%s/ needs as many characters on both sides", from, to)
	}
	m := make(map[rune]rune, len(a))
	for i, r := range a {
		if _, ok := m[r]; !ok {
			m[r] = b[i]
		}
	}
	return m, nil
}

// Apply returns s with the commands applied. The error is ErrMatchLimit.
func (sed *Sed) Apply(s string) (string, error) {
	for i := range sed.cmds {
		c := &sed.cmds[i]
		if c.y != nil {
			s = strings.Map(func(r rune) rune {
				if to, ok := c.y[r]; ok {
					return to
				}
				return r
			}, s)
			continue
		}
		var err error
		if s, err = c.re.replace(s, c.tmpl, c.nth, c.all); err != nil {
			return s, err
		}
	}
	return s, nil
}
