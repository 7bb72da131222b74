package eval

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
)

func init() {
	register("cryptographic",
		digest("md5", "5d41402abc4b2a76b9719d911017c592", func(b []byte) []byte { h := md5.Sum(b); return h[:] }),
		digest("sha1", "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d", func(b []byte) []byte { h := sha1.Sum(b); return h[:] }),
		digest("sha256", "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", func(b []byte) []byte { h := sha256.Sum256(b); return h[:] }),
		digest("sha512", "9b71d224bd62f3785d96d46ad3ea3d73319bfbc2890caadae2dff72519673ca72323c3d99ba5c11d7c7acc6e14b8c5da0c4663475c2e5c3adef46f73bcdec043",
			func(b []byte) []byte { h := sha512.Sum512(b); return h[:] }),
	)
}

func digest(name, hello string, sum func([]byte) []byte) *Func {
	return &Func{Name: name, Min: 1, Max: 1, Usage: name + "(<text>)", Pure: true, result: Str, args: []argKind{textArg},
		Doc: "The " + name + " digest of the text as hexadecimal digits.", Examples: []Example{{name + `("hello")`, hello}},
		new: always(text1(func(s string) (string, bool) { return hex.EncodeToString(sum([]byte(s))), true }))}
}
