package gen

// Appending helpers. None of them allocates once the buffer is large enough.

const hexDigits = "0123456789abcdef"

func appendUint(b []byte, v uint64, width int) []byte {
	var d [20]byte
	i := len(d)
	for v > 0 || i == len(d) {
		i--
		d[i] = byte('0' + v%10)
		v /= 10
	}
	for len(d)-i < width {
		i--
		d[i] = '0'
	}
	return append(b, d[i:]...)
}

func appendInt(b []byte, v int) []byte { return appendUint(b, uint64(v), 1) }

func appendHex(b []byte, v uint64, digits int) []byte {
	for i := digits - 1; i >= 0; i-- {
		b = append(b, hexDigits[v>>(4*uint(i))&15])
	}
	return b
}

func appendHexUpper(b []byte, v uint64, digits int) []byte {
	for i := digits - 1; i >= 0; i-- {
		b = append(b, "0123456789ABCDEF"[v>>(4*uint(i))&15])
	}
	return b
}

func appendUUID(b []byte, r *rng) []byte {
	x, y := r.u64(), r.u64()
	b = append(appendHex(b, x>>32, 8), '-')
	b = append(appendHex(b, x>>16&0xffff, 4), '-', '4')
	b = append(appendHex(b, x&0xfff, 3), '-')
	b = append(appendHex(b, y>>48&0x3fff|0x8000, 4), '-')
	return appendHex(b, y&0xffffffffffff, 12)
}

const base32Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

func appendID(b []byte, v uint64, n int) []byte {
	v = mix(v)
	for i := range n {
		if i == 12 {
			v = mix(v)
		}
		b = append(b, base32Upper[v&31])
		v >>= 5
	}
	return b
}

// civil splits Unix milliseconds into a UTC date and time.
func civil(ms int64) (y, mo, d, h, mi, s, milli int) {
	days := ms / 86400000
	rest := int(ms % 86400000)
	if rest < 0 {
		rest += 86400000
		days--
	}
	// Howard Hinnant's days-to-civil algorithm.
	z := days + 719468
	era := z / 146097
	if z < 0 {
		era = (z - 146096) / 146097
	}
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	d = int(doy - (153*mp+2)/5 + 1)
	mo = int(mp + 3)
	if mo > 12 {
		mo -= 12
	}
	y = int(yoe + era*400)
	if mo <= 2 {
		y++
	}
	return y, mo, d, rest / 3600000, rest / 60000 % 60, rest / 1000 % 60, rest % 1000
}

func appendTime(b []byte, ms int64, sep byte, withMillis bool) []byte {
	y, mo, d, h, mi, s, milli := civil(ms)
	b = append(appendUint(b, uint64(y), 4), '-')
	b = append(appendUint(b, uint64(mo), 2), '-')
	b = append(appendUint(b, uint64(d), 2), sep)
	b = append(appendUint(b, uint64(h), 2), ':')
	b = append(appendUint(b, uint64(mi), 2), ':')
	b = appendUint(b, uint64(s), 2)
	if withMillis {
		b = appendUint(append(b, '.'), uint64(milli), 3)
	}
	return b
}
