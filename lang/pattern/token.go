package pattern

import "strings"

// EachToken calls f with the tokens of a text: what stands between breakers, minor ones too. Behind a
// percent sign, where the code of a breaker may stand, the text behind the code counts as well. Every text
// that a Term matches has its Tokens among these, but for case.
func EachToken(text string, f func(token string)) {
	for i := 0; i < len(text); {
		if breakers[text[i]] != noBreak {
			i++
			continue
		}
		from := i
		for i < len(text) && breakers[text[i]] == noBreak {
			i++
		}
		f(text[from:i])
		if from == 0 || text[from-1] != '%' {
			continue
		}
		for _, c := range percentCodes {
			if n := len(c) - 1; i-from > n && strings.EqualFold(text[from:from+n], c[1:]) {
				f(text[from+n : i])
			}
		}
	}
}

// Tokens returns tokens that every text holds which the term matches, in lower case if the term ignores it:
// those that its text bounds. Ones with characters outside ASCII, whose case has more forms, are left out.
func (t *Term) Tokens() []string {
	var out []string
	for i := range t.parts {
		first, last := i == 0 && !t.open[0], i == len(t.parts)-1 && !t.open[1]
		out = append(out, InnerTokens(t.parts[i].lit, first, last)...)
	}
	return out
}

// ValueTokens returns the tokens that every value holds which is equal to a literal with wildcards.
func ValueTokens(literal string) (out []string) {
	parts := strings.Split(literal, "*")
	for i, p := range parts {
		out = append(out, InnerTokens(p, i == 0, i == len(parts)-1)...)
	}
	return out
}

// InnerTokens returns the tokens of a part of a text: the first and the last one only if the part begins
// and ends where a token can, or with a breaker.
func InnerTokens(part string, begins, ends bool) (out []string) {
	for i := 0; i < len(part); {
		if breakers[part[i]] != noBreak {
			i++
			continue
		}
		from, ascii := i, true
		for i < len(part) && breakers[part[i]] == noBreak {
			ascii = ascii && part[i] < 0x80
			i++
		}
		// A code in front of the token may be one of the text, with which another token begins.
		if ascii && (from > 0 || begins) && (i < len(part) || ends) {
			out = append(out, part[from:i])
		}
	}
	return out
}
