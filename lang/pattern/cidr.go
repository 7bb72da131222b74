package pattern

import (
	"net/netip"
	"strings"
)

// CIDR is a network; an address without length is a network of one.
type CIDR struct{ prefix netip.Prefix }

// ParseCIDR reads "10.0.0.0/8" or "2001:db8::/32"; bits after the length are ignored.
func ParseCIDR(text string) (CIDR, bool) {
	text = strings.TrimSpace(text)
	if !strings.Contains(text, "/") {
		a, err := netip.ParseAddr(text)
		if err != nil || a.Zone() != "" {
			return CIDR{}, false
		}
		return CIDR{netip.PrefixFrom(a, a.BitLen())}, true
	}
	p, err := netip.ParsePrefix(text)
	return CIDR{p.Masked()}, err == nil
}

// Prefix returns the network.
func (c CIDR) Prefix() netip.Prefix { return c.prefix }

// Match reports whether s is an address of the same family inside the network.
func (c CIDR) Match(s string) bool {
	// The longest address text has 45 bytes; a cheap look spares the parser ordinary words.
	if len(s) < 2 || len(s) > 45 || strings.IndexByte("0123456789abcdefABCDEF:", s[0]) < 0 {
		return false
	}
	a, err := netip.ParseAddr(s)
	return err == nil && c.prefix.Contains(a)
}

// MatchBytes is Match for bytes.
func (c CIDR) MatchBytes(b []byte) bool { return c.Match(text(b)) }
