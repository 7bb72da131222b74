package value

import (
	"math"
	"strconv"
	"testing"
)

func TestFormatNumber(t *testing.T) {
	for _, c := range []struct {
		f    float64
		p    Prec
		want string
	}{
		{4 / 2, Exact, "2"}, {10.0 / 4, Exact, "2.5"}, {10.0 / 3, Exact, "3.3333333333333335"},
		{1.5, Digits(1), "2"}, {1.65, Digits(4), "1.650"}, {-1, Digits(12), "-1.00000000000"},
		{6.25, Digits(2), "6.3"}, {1111, Digits(3), "1111"}, {15, Digits(3), "15.0"},
		{0, Decimals(6), "0.000000"}, {9.99, Decimals(1), "10.0"}, {-0.04, Decimals(1), "0.0"},
		{9007199254740992, Exact, "9007199254740992"}, {2.555, Decimals(2), "2.56"}, {-2.5, Decimals(0), "-3"},
		{1e20, Exact, "100000000000000000000"}, {399.00000000000057 / 100, Exact, "3.9900000000000055"},
	} {
		if got := FormatNumber(c.f, c.p); got != c.want {
			t.Errorf("FormatNumber(%v, %d) = %s, want %s", c.f, c.p, got, c.want)
		}
	}
}

func TestParseNumber(t *testing.T) {
	for _, c := range []struct {
		s  string
		f  float64
		p  Prec
		ok bool
	}{
		{"5", 5, Exact, true}, {"007", 7, Exact, true}, {"-3", -3, Exact, true}, {"0.014", 0.014, Digits(2), true},
		{"0.230", 0.23, Digits(3), true}, {"5.0", 5, Digits(2), true}, {".5", .5, Digits(1), true}, {"0.00", 0, Decimals(2), true},
		{"1e3", 1000, Exact, true}, {"1521467703049000000", 1521467703049000000, Exact, true},
		{"", 0, 0, false}, {" 5", 0, 0, false}, {"0x10", 0, 0, false}, {"inf", 0, 0, false}, {"1.2.3", 0, 0, false}, {"-", 0, 0, false},
		{"1_000", 0, 0, false}, {"1e", 0, 0, false}, {".", 0, 0, false}, {"12a", 0, 0, false},
	} {
		f, p, ok := ParseNumber(c.s)
		if f != c.f || p != c.p || ok != c.ok {
			t.Errorf("ParseNumber(%q) = %v, %d, %v", c.s, f, p, ok)
		}
	}
}

func TestPrecision(t *testing.T) {
	num := func(s string) (float64, Prec) { f, p, _ := ParseNumber(s); return f, p }
	a, pa := num("8.250")
	b, pb := num("0.20")
	if got := FormatNumber(a*b, MulPrec(a, pa, b, pb)); got != "1.7" {
		t.Errorf("8.250*0.20 = %s", got)
	}
	a, pa = num("0.1")
	b, pb = num("0.2")
	if got := FormatNumber(a+b, AddPrec(a, pa, b, pb)); got != "0.3" {
		t.Errorf("0.1+0.2 = %s", got)
	}
	if f, p := Stored(1.5, Digits(1)); f != 2 || p != Exact {
		t.Errorf("stored 3*0.5 = %v, %d", f, p)
	}
}

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"9", "10", -1}, {"a", "10", 1}, {"b", "a", 1}, {"", "a", -1}, {"1", "1.0", -1}, {"Z", "a", -1}} {
		if got := Compare(c.a, c.b); got != c.want {
			t.Errorf("Compare(%q, %q) = %d", c.a, c.b, got)
		}
	}
}

func TestRoundScaled(t *testing.T) {
	for i := range 20000 {
		f := float64(i*7919%100000)/997 - 40
		for d := range 6 {
			fast, ok := roundScaled(f, d)
			if !ok {
				continue
			}
			var buf [64]byte
			if slow, _ := strconv.ParseFloat(string(appendRounded(buf[:0], f, d)), 64); slow != fast {
				t.Fatalf("Round(%v, %d) = %v, want %v", f, d, fast, slow)
			}
		}
	}
	for _, c := range []struct {
		f    float64
		d    int
		want float64
	}{{2.555, 2, 2.56}, {6.25, 1, 6.3}, {-2.5, 0, -3}, {0.005, 2, 0.01}, {1e300, 2, 1e300}, {-0.4, 0, 0}, {123456789.987, 1, 123456790}} {
		if got := Round(c.f, c.d); got != c.want {
			t.Errorf("Round(%v, %d) = %v", c.f, c.d, got)
		}
	}
}

func TestStoredDirect(t *testing.T) {
	for i := range 20000 {
		f := float64(i*7919%100000)/997 - 40
		if i%3 == 0 {
			f /= 1000
		}
		for _, p := range []Prec{Exact, Digits(1), Digits(2), Digits(5), Decimals(0), Decimals(1), Decimals(6)} {
			g, q, ok := storedDirect(f, p)
			if !ok || f == math.Trunc(f) {
				continue
			}
			if wg, wq := storedText(f, p); wg != g || wq != q || FormatNumber(f, p) != FormatNumber(g, q) {
				t.Fatalf("Stored(%v, %d) = %v, %d, want %v, %d", f, p, g, q, wg, wq)
			}
		}
	}
}
