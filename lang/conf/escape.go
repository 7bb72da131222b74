package conf

import "strings"

// Unescape decodes the %XX escapes of a stanza name. What is no escape stays as it is.
func Unescape(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			hi, lo := hex(s[i+1]), hex(s[i+2])
			if hi >= 0 && lo >= 0 {
				b.WriteByte(byte(hi<<4 | lo))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// FieldValue splits the stanza name `field=value` of tags.conf and decodes both.
func FieldValue(stanza string) (field, value string, ok bool) {
	field, value, ok = strings.Cut(stanza, "=")
	if !ok || field == "" {
		return "", "", false
	}
	return Unescape(field), Unescape(value), true
}

func hex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
