package ingest

import "strings"

// Pairs finds the key=value pairs of a text as KV_MODE=auto does and calls f with each key as a field
// name and its value, in the order of the text; a key may come again, the first one counts. escaped
// (KV_MODE=auto_escaped): \" and \\ inside of quotes stand for " and \.
func Pairs(text string, escaped bool, f func(key, value string)) {
	RawPairs(text, escaped, func(key, value string) {
		if key = CleanKey(key); key != "" && value != "" {
			f(key, value)
		}
	})
}

// RawPairs is Pairs with the keys as they are written, and with empty values.
func RawPairs(text string, escaped bool, f func(key, value string)) {
	for i := 0; ; {
		eq := strings.IndexByte(text[i:], '=')
		if eq < 0 {
			return
		}
		eq += i
		start := eq
		for start > i && keyByte[text[start-1]] {
			start--
		}
		i = eq + 1
		if start < eq {
			var value string
			value, i = pairValue(text, eq+1, escaped)
			f(text[start:eq], value)
		}
	}
}

// keyByte are the characters of a key; a colon ends it.
var keyByte = byteSet("_.-ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")

// valueEnd are the characters that end a value without quotes.
var valueEnd = byteSet(" \t\r\n,;|)]}")

func byteSet(s string) (set [256]bool) {
	for i := range len(s) {
		set[s[i]] = true
	}
	return set
}

// pairValue reads the value at i and returns the index behind it.
func pairValue(text string, i int, escaped bool) (string, int) {
	if i < len(text) && text[i] == '"' {
		if escaped {
			return escapedValue(text, i+1)
		}
		if end := strings.IndexByte(text[i+1:], '"'); end >= 0 {
			return strings.Trim(text[i+1:i+1+end], " "), i + end + 2
		}
		return strings.Trim(text[i+1:], " "), len(text)
	}
	end := i
	for end < len(text) && !valueEnd[text[end]] {
		end++
	}
	return text[i:end], end
}

func escapedValue(text string, i int) (string, int) {
	var b strings.Builder
	for ; i < len(text) && text[i] != '"'; i++ {
		if text[i] == '\\' && i+1 < len(text) && (text[i+1] == '"' || text[i+1] == '\\') {
			i++
		}
		b.WriteByte(text[i])
	}
	return strings.Trim(b.String(), " "), min(i+1, len(text))
}

// CleanKey makes a field name of a key (CLEAN_KEYS): what is no ASCII letter or digit becomes an
// underscore, leading underscores and digits go. A key of digits or marks alone gives "".
func CleanKey(key string) string {
	start := 0
	for start < len(key) && !asciiLetter(key[start]) {
		start++
	}
	key = key[start:]
	for i := range len(key) {
		if c := key[i]; !asciiLetter(c) && c-'0' > 9 {
			return cleanFrom(key, i)
		}
	}
	return key
}

func cleanFrom(key string, at int) string {
	b := []byte(key)
	for i := at; i < len(b); i++ {
		if !asciiLetter(b[i]) && b[i]-'0' > 9 {
			b[i] = '_'
		}
	}
	return string(b)
}

func asciiLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
