package timefmt

import (
	"math"
	"strconv"
	"strings"
)

// AppendDuration appends seconds as [D+]HH:MM:SS, with six decimals when there is a fraction. False
// for what is no finite number.
func AppendDuration(dst []byte, seconds float64) ([]byte, bool) {
	if math.IsNaN(seconds) || math.Abs(seconds) >= 1<<53 {
		return dst, false
	}
	if seconds < 0 {
		dst = append(dst, '-')
		seconds = -seconds
	}
	whole := math.Floor(seconds)
	us := int64(math.Round((seconds - whole) * 1e6))
	n := int64(whole)
	if us == 1e6 {
		n, us = n+1, 0
	}
	if days := n / 86400; days > 0 {
		dst = append(strconv.AppendInt(dst, days, 10), '+')
	}
	dst = append(appendPadded(dst, n/3600%24, 2, '0'), ':')
	dst = append(appendPadded(dst, n/60%60, 2, '0'), ':')
	dst = appendPadded(dst, n%60, 2, '0')
	if us > 0 {
		dst = appendPadded(append(dst, '.'), us, 6, '0')
	}
	return dst, true
}

// ParseDuration reads [D+]HH:MM:SS[.fff], with an optional sign, as seconds.
func ParseDuration(s string) (seconds float64, ok bool) {
	s = strings.TrimSpace(s)
	body := strings.TrimPrefix(s, "-")
	days, clock, hasDays := strings.Cut(body, "+")
	if !hasDays {
		days, clock = "0", body
	}
	parts := strings.Split(clock, ":")
	if len(parts) != 3 || !digitsOnly(days) || !digitsOnly(parts[0]) || !digitsOnly(parts[1]) {
		return 0, false
	}
	sec, ok := plainSeconds(parts[2])
	if !ok {
		return 0, false
	}
	seconds = float64(number(days))*86400 + float64(number(parts[0]))*3600 + float64(number(parts[1]))*60 + sec
	if body != s {
		seconds = -seconds
	}
	return seconds, true
}

// ParseMinutes reads [MM:]SS[.fff] as seconds.
func ParseMinutes(s string) (seconds float64, ok bool) {
	s = strings.TrimSpace(s)
	min, sec, hasMin := strings.Cut(s, ":")
	if !hasMin {
		return plainSeconds(s)
	}
	if !digitsOnly(min) {
		return 0, false
	}
	seconds, ok = plainSeconds(sec)
	return float64(number(min))*60 + seconds, ok
}

func plainSeconds(s string) (float64, bool) {
	whole, frac, _ := strings.Cut(s, ".")
	if !digitsOnly(whole) || !allDigits(frac) {
		return 0, false
	}
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil
}

// digitsOnly reports whether s is a count of at most 12 digits.
func digitsOnly(s string) bool { return s != "" && len(s) <= 12 && allDigits(s) }
