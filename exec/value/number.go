package value

import (
	"math"
	"strconv"
)

// Prec is how many digits of a number count when it is printed. Splunk derives it from the way the
// operands were written: 8.250*0.20 prints two digits. Zero is Exact.
type Prec int16

// Exact numbers print in full: integers without a point, others in the shortest text that reads
// back to the same double.
const Exact Prec = 0

// Digits limits to n significant digits (n ≥ 1); integer digits are never rounded away.
func Digits(n int) Prec { return Prec(max(n, 1)) }

// Decimals fixes n digits after the point.
func Decimals(n int) Prec { return Prec(-n - 1) }

// Fixed returns the fixed number of decimals, if p fixes one.
func (p Prec) Fixed() (n int, ok bool) { return int(-p) - 1, p < 0 }

// decimals returns how many digits after the point v shows under p; p must not be Exact.
func (p Prec) decimals(v float64) int {
	if p < 0 {
		return int(-p) - 1
	}
	if v == 0 {
		return int(p)
	}
	return max(0, int(p)-1-exponent(v))
}

// digits returns how many significant digits v shows under p; p must not be Exact.
func (p Prec) digits(v float64) int {
	if p > 0 {
		return int(p)
	}
	if v == 0 {
		return max(1, int(-p)-1)
	}
	return max(1, int(-p)+exponent(v))
}

// exponent is floor(log10|v|), exact at powers of ten.
func exponent(v float64) int {
	v = math.Abs(v)
	e := int(math.Floor(math.Log10(v)))
	switch {
	case math.Pow10(e) > v:
		e--
	case math.Pow10(e+1) <= v:
		e++
	}
	return e
}

// AddPrec is the precision of a+b and a-b: the smaller number of decimals.
func AddPrec(a float64, pa Prec, b float64, pb Prec) Prec {
	switch {
	case pa == Exact && pb == Exact:
		return Exact
	case pa == Exact:
		return Decimals(pb.decimals(b))
	case pb == Exact:
		return Decimals(pa.decimals(a))
	}
	return Decimals(min(pa.decimals(a), pb.decimals(b)))
}

// MulPrec is the precision of a*b, a/b, pow(a,b): the smaller number of significant digits.
func MulPrec(a float64, pa Prec, b float64, pb Prec) Prec {
	switch {
	case pa == Exact && pb == Exact:
		return Exact
	case pa == Exact:
		return Digits(pb.digits(b))
	case pb == Exact:
		return Digits(pa.digits(a))
	}
	return Digits(min(pa.digits(a), pb.digits(b)))
}

// FuncPrec is the precision of a function of one number: that of its argument, as significant digits.
func FuncPrec(a float64, pa Prec) Prec {
	if pa == Exact {
		return Exact
	}
	return Digits(pa.digits(a))
}

// ParseNumber reads a whole text as a decimal number: optional sign, digits with an optional point,
// optional exponent. Blanks, hex, inf and nan are not numbers. The precision is that of the spelling:
// Exact without a point, else the significant digits written.
func ParseNumber(s string) (f float64, p Prec, ok bool) {
	if len(s) == 0 || len(s) > 400 {
		return 0, 0, false
	}
	i := 0
	if s[0] == '-' || s[0] == '+' {
		i = 1
	}
	digits, point, sig, frac := 0, false, 0, 0
	var n uint64
	for ; i < len(s); i++ {
		c := s[i]
		if c-'0' <= 9 {
			digits++
			if sig > 0 || c != '0' {
				sig++
			}
			if point {
				frac++
			}
			n = n*10 + uint64(c-'0')
			continue
		}
		if c != '.' || point {
			break
		}
		point = true
	}
	if digits == 0 {
		return 0, 0, false
	}
	if i < len(s) && !exponentAt(s[i:]) {
		return 0, 0, false
	}
	if !point && i == len(s) && digits <= 15 {
		f = float64(n)
		if s[0] == '-' {
			f = -f
		}
		return f, Exact, true
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, 0, false
	}
	switch {
	case !point:
		return f, Exact, true
	case sig == 0:
		return f, Decimals(frac), true
	}
	return f, Digits(sig), true
}

// exponentAt reports whether s is e[+-]digits.
func exponentAt(s string) bool {
	if s[0] != 'e' && s[0] != 'E' {
		return false
	}
	s = s[1:]
	if s != "" && (s[0] == '-' || s[0] == '+') {
		s = s[1:]
	}
	if s == "" || len(s) > 4 {
		return false
	}
	for i := range len(s) {
		if s[i]-'0' > 9 {
			return false
		}
	}
	return true
}

// AppendNumber appends the text of f under p. Ties round away from zero on the shortest decimal text
// of the double, so 6.25 to two digits is 6.3.
func AppendNumber(dst []byte, f float64, p Prec) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, "nan"...)
	case math.IsInf(f, 1):
		return append(dst, "inf"...)
	case math.IsInf(f, -1):
		return append(dst, "-inf"...)
	case p == Exact:
		return appendExact(dst, f)
	}
	return appendRounded(dst, f, p.decimals(f))
}

// FormatNumber is AppendNumber as a string.
func FormatNumber(f float64, p Prec) string {
	var buf [32]byte
	return string(AppendNumber(buf[:0], f, p))
}

func appendExact(dst []byte, f float64) []byte {
	if f == math.Trunc(f) && math.Abs(f) < 1e18 {
		return strconv.AppendInt(dst, int64(f), 10)
	}
	if a := math.Abs(f); a >= 1e21 || a < 1e-12 {
		return strconv.AppendFloat(dst, f, 'g', -1, 64)
	}
	return strconv.AppendFloat(dst, f, 'f', -1, 64)
}

// appendRounded prints f with exactly d decimals.
func appendRounded(dst []byte, f float64, d int) []byte {
	var buf [64]byte
	s := strconv.AppendFloat(buf[:0], math.Abs(f), 'f', -1, 64)
	point := len(s)
	for i, c := range s {
		if c == '.' {
			point = i
			break
		}
	}
	have := max(0, len(s)-point-1)
	up := false
	if have > d {
		up = s[point+1+d] >= '5'
		s = s[:point+1+d]
		if d == 0 {
			s = s[:point]
		}
	} else if d > 0 {
		if have == 0 {
			s = append(s, '.')
		}
		for ; have < d; have++ {
			s = append(s, '0')
		}
	}
	carry := up && increment(s)
	negative := math.Signbit(f) && (carry || hasDigit(s))
	if negative {
		dst = append(dst, '-')
	}
	if carry {
		dst = append(dst, '1')
	}
	return append(dst, s...)
}

// increment adds one to the last digit and reports a carry out of the first.
func increment(s []byte) bool {
	for i := len(s) - 1; i >= 0; i-- {
		switch s[i] {
		case '.':
		case '9':
			s[i] = '0'
		default:
			s[i]++
			return false
		}
	}
	return true
}

func hasDigit(s []byte) bool {
	for _, c := range s {
		if c >= '1' && c <= '9' {
			return true
		}
	}
	return false
}

// Round rounds f to d decimals, half away from zero on its shortest decimal text.
func Round(f float64, d int) float64 {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return f
	}
	if r, ok := roundScaled(f, d); ok {
		return r
	}
	var buf [64]byte
	r, err := strconv.ParseFloat(string(appendRounded(buf[:0], f, d)), 64)
	if err != nil {
		return f
	}
	return r
}

// roundScaled rounds without going through text where that cannot differ: far from a tie, and with a
// scaled value that a double holds exactly, so that the quotient is the double nearest to the decimals.
func roundScaled(f float64, d int) (float64, bool) {
	if d < 0 || d > 15 {
		return 0, false
	}
	unit := math.Pow10(d)
	scaled := math.Abs(f) * unit
	if scaled > 1<<50 {
		return 0, false
	}
	whole := math.Floor(scaled)
	frac := scaled - whole
	if math.Abs(frac-0.5) < 1e-3 || math.Abs(frac-0.5)*(1<<50) < scaled*8 {
		return 0, false
	}
	if frac > 0.5 {
		whole++
	}
	if whole == 0 {
		return 0, true
	}
	return math.Copysign(whole/unit, f), true
}

// Stored is what a later command reads after a number was assigned to a field: its text, read again.
// The double loses what the text does not show (3*0.5 is stored as 2).
func Stored(f float64, p Prec) (float64, Prec) {
	if p == Exact && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return f, p
	}
	if g, q, ok := storedDirect(f, p); ok {
		return g, q
	}
	return storedText(f, p)
}

func storedText(f float64, p Prec) (float64, Prec) {
	var buf [32]byte
	g, q, ok := ParseNumber(string(AppendNumber(buf[:0], f, p)))
	if !ok {
		return f, p
	}
	return g, q
}

// storedDirect is storedText for ordinary numbers without making the text.
func storedDirect(f float64, p Prec) (float64, Prec, bool) {
	if a := math.Abs(f); !(a >= 1e-6 && a < 1e15) {
		return 0, 0, false
	}
	if p == Exact {
		var buf [32]byte
		digits := 0
		for _, c := range strconv.AppendFloat(buf[:0], f, 'e', -1, 64) {
			if c == 'e' {
				break
			}
			if c >= '0' && c <= '9' {
				digits++
			}
		}
		return f, Digits(digits), true
	}
	d := p.decimals(f)
	g, ok := roundScaled(f, d)
	switch {
	case !ok:
		return 0, 0, false
	case d == 0:
		return g, Exact, true
	case g == 0:
		return 0, Decimals(d), true
	}
	return g, Digits(exponent(g) + 1 + d), true
}

// Significant rounds f to the digits that count under p, those before the point included.
func Significant(f float64, p Prec) (float64, Prec) {
	if p == Exact || f == 0 || math.IsNaN(f) || math.IsInf(f, 0) {
		return f, p
	}
	drop := exponent(f) + 1 - p.digits(f)
	if drop <= 0 {
		return Round(f, p.decimals(f)), p
	}
	unit := math.Pow10(drop)
	return Round(f/unit, 0) * unit, p
}
