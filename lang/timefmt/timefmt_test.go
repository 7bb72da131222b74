package timefmt

import (
	"testing"
	"time"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Skip(err)
	}
	return loc
}

func TestStrftime(t *testing.T) {
	ny := zone(t, "America/New_York")
	e, ok := ParseSeconds("1767621846.078912")
	if !ok {
		t.Fatal("epoch")
	}
	for _, c := range [][2]string{
		{"%Y %y %C", "2026 26 20"}, {"%m %d %e %j", "01 05  5 005"}, {"%b %h %B %a %A", "Jan Jan January Mon Monday"},
		{"%H %I %k %l", "09 09  9  9"}, {"%M %S %p %P", "04 06 AM am"}, {"%s", "1767621846"},
		{"%N %3N %6N %9N %2N", "078912000 078 078912 078912000 07"}, {"%Q %3Q %6Q %9Q %7Q", "078 078 078912 078912000 0789120"},
		{"%f %3f %6f", "078912 078 078912"}, {"%z %:z %::z %:::z", "-0500 -05:00 -05:00:00 -05"}, {"%Z %:Z", "EST GMT-0500"},
		{"%Ez", "-300"}, {"%T %R %r %X", "09:04:06 09:04 09:04:06 AM 09:04:06"}, {"%F %D %x %v", "2026-01-05 01/05/26 01/05/26  5-Jan-2026"},
		{"%c", "Mon Jan  5 09:04:06 2026"}, {"%+", "Mon Jan  5 09:04:06 EST 2026"}, {"%w %u", "1 1"},
		{"%U %W %V %G %g", "01 01 02 2026 26"}, {"a%n%t%%", "a\n\t%"}, {"%-d %_d %0e %-H", "5  5 05 9"}, {"%^a %^B", "MON JANUARY"},
		{"%!x 50% %", "%!x 50% %"}, {"%5", "%5"}, {"%Od é", "05 é"},
	} {
		if got := Strftime(e, c[0], ny); got != c[1] {
			t.Errorf("%s: got %q, want %q", c[0], got, c[1])
		}
	}
	for _, c := range []struct {
		f            float64
		format, want string
	}{
		{1768473296.789, "%S.%Q", "56.789"}, {1521467703.25, "%H:%M:%S.%3N", "13:55:03.250"}, {1768473296789, "%Y", "58010"},
		{-1, "%F %T", "1969-12-31 23:59:59"}, {-0.25, "%T.%3N", "23:59:59.750"}, {0, "%F", "1970-01-01"}, {1.123456789, "%9N", "123456789"},
	} {
		e, ok := FromSeconds(c.f)
		if got := Strftime(e, c.format, nil); !ok || got != c.want {
			t.Errorf("%v %s: got %q, want %q", c.f, c.format, got, c.want)
		}
	}
}

func TestAgainstTimePackage(t *testing.T) {
	ny := zone(t, "America/New_York")
	z := NewZone(ny)
	l := Compile("%Y-%m-%d %H:%M:%S %z %Z %j")
	g := Compile("%G-%V")
	for sec := int64(-3e9); sec < 6e9; sec += 9876543 {
		tm := time.Unix(sec, 0).In(ny)
		if got, want := string(l.Append(nil, Epoch{Sec: sec}, z)), tm.Format("2006-01-02 15:04:05 -0700 MST 002"); got != want {
			t.Fatalf("%d: got %s, want %s", sec, got, want)
		}
		y, w := tm.ISOWeek()
		if got, want := string(g.Append(nil, Epoch{Sec: sec}, z)), time.Date(y, 1, 1, 0, 0, 0, 0, ny).Format("2006-")+string([]byte{byte('0' + w/10), byte('0' + w%10)}); got != want {
			t.Fatalf("%d: got %s, want %s", sec, got, want)
		}
	}
}

func TestStrptime(t *testing.T) {
	ny := zone(t, "America/New_York")
	now := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		s, format, want string // want: "" no match
		loc             *time.Location
	}{
		{"2026-01-15T10:34:56-0500", "%Y-%m-%dT%H:%M:%S%z", "1768491296.000000", nil},
		{"2026-01-15T10:34:56-05:00", "%Y-%m-%dT%H:%M:%S%z", "1768491296.000000", ny},
		{"2026-01-15T10:34:56Z", "%Y-%m-%dT%H:%M:%S%z", "1768473296.000000", ny},
		{"15/Jan/2026:10:34:56 +0000", "%d/%b/%Y:%H:%M:%S %z", "1768473296.000000", nil},
		{"2026-01-15 10:34:56.500", "%Y-%m-%d %H:%M:%S.%3N", "1768473296.500000", nil},
		{"2026-01-15 10:34:56.5", "%Y-%m-%d %H:%M:%S.%6N", "1768473296.500000", nil},
		{"1768473296", "%s", "1768473296.000000", nil}, {"1768473296.789", "%s.%3N", "1768473296.789000", nil},
		{"1768473296789", "%s%3N", "1768473296.789000", nil}, {"-5", "%s", "-5.000000", nil},
		{"2026-01-15", "%Y-%m-%d", "1768435200.000000", nil}, {"2026-1-5", "%Y-%m-%d", "1767571200.000000", nil},
		{"15 JANUARY 2026 12:00:00", "%d %b %Y %H:%M:%S", "1768478400.000000", nil},
		{"2026-01-15 05:34:56", "%F %T", "1768473296.000000", ny}, {"2026-01-15 10:34:56 and more", "%F %T", "1768473296.000000", nil},
		{"2026-01-15   10:34:56", "%F %T", "1768473296.000000", nil}, {"10:34:56 PM", "%I:%M:%S %p", "1768516496.000000", nil},
		{"12:00:00 am", "%I:%M:%S %p", "1768435200.000000", nil}, {"10:34", "%H:%M", "1768473240.000000", nil},
		{"2026-01", "%Y-%m", "", nil}, {"2026", "%Y", "", nil}, {"2026-02-30", "%F", "", nil}, {"2026-13-01", "%F", "", nil}, {"x", "%F", "", nil},
		{"", "%F", "", nil}, {"15.01.70", "%d.%m.%y", "1209600.000000", nil}, {"2026 015", "%Y %j", "1768435200.000000", nil}, {"2025 366", "%Y %j", "", nil},
		{"2026-W03-4", "%G-W%V-%u", "1768435200.000000", nil}, {"2026 02 4", "%Y %U %w", "1768435200.000000", nil}, {"2026 02 4", "%Y %W %w", "1768435200.000000", nil},
		{"2023 01 0", "%Y %U %w", "1672531200.000000", nil},
		{"2026-01-15 10:34:56 EST", "%F %T %Z", "1768491296.000000", nil}, {"2026-01-15 10:34:56 GMT-0500", "%F %T %Z", "1768491296.000000", nil},
		{"2026-01-15 10:34:56 XYZ", "%F %T %Z", "", nil}, {"2026-01-15 10:34:56 -300", "%F %T %Ez", "1768491296.000000", nil},
		{"Thu Jan 15 10:34:56 2026", "%c", "1768473296.000000", nil}, {"2026-01-15 24:00:00", "%F %T", "1768521600.000000", nil}, {"100%", "100%%", "1768435200.000000", nil},
	} {
		e, ok := Strptime(c.s, c.format, now, c.loc)
		got := ""
		if ok {
			got = Strftime(e, "%s.%6N", nil)
		}
		if got != c.want {
			t.Errorf("%q %s: got %q, want %q", c.s, c.format, got, c.want)
		}
	}
}

func TestModifier(t *testing.T) {
	ny := zone(t, "America/New_York")
	now := time.Date(2026, 5, 20, 15, 34, 56, 250e6, time.UTC)
	march := time.Date(2026, 3, 8, 16, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		spec, want string
		now        time.Time
		loc        *time.Location
	}{
		{"@d", "2026-05-20 00:00:00", now, nil}, {"-1h@h", "2026-05-20 14:00:00", now, nil}, {"-60m", "2026-05-20 14:34:56.25", now, nil},
		{"@w", "2026-05-17 00:00:00", now, nil}, {"@w0", "2026-05-17 00:00:00", now, nil}, {"@w7", "2026-05-17 00:00:00", now, nil},
		{"@w1", "2026-05-18 00:00:00", now, nil}, {"@w3", "2026-05-20 00:00:00", now, nil}, {"@w5", "2026-05-15 00:00:00", now, nil}, {"-5d@w1", "2026-05-11 00:00:00", now, nil},
		{"-6mon@mon", "2025-11-01 00:00:00", now, nil}, {"-1q@q", "2026-01-01 00:00:00", now, nil}, {"@quarter", "2026-04-01 00:00:00", now, nil}, {"-1y@y", "2025-01-01 00:00:00", now, nil},
		{"-1d@d+2h", "2026-05-19 02:00:00", now, nil}, {"-1mon@mon-1s", "2026-03-31 23:59:59", now, nil}, {"-mon@mon", "2026-04-01 00:00:00", now, nil}, {"+30d", "2026-06-19 15:34:56.25", now, nil},
		{"-2weeks@s", "2026-05-06 15:34:56", now, nil}, {"2d@d", "2026-05-18 00:00:00", now, nil}, {"+0s", "2026-05-20 15:34:56.25", now, nil}, {"now()", "2026-05-20 15:34:56.25", now, nil},
		{"-1D@D", "2026-05-19 00:00:00", now, nil}, {"0", "1970-01-01 00:00:00", now, nil}, {"1779282000.5", "2026-05-20 13:00:00.5", now, nil},
		{"05/19/2026:00:00:00", "2026-05-19 00:00:00", now, nil}, {"10/3/2011:0:0:0", "2011-10-03 00:00:00", now, ny}, {"2026-01-02T03:04:05.5Z", "2026-01-01 22:04:05.5", now, ny}, {"2026-01-02T03:04:05", "2026-01-02 03:04:05", now, ny},
		{"-1d@d", "2026-03-07 00:00:00", march, ny}, {"-24h", "2026-03-07 11:00:00", march, ny}, {"-1d", "2026-03-07 12:00:00", march, ny}, {"@mon", "2026-03-01 00:00:00", march, ny},
		{"-1mon", "2026-03-03 00:00:00", time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC), nil}, {"-500y@y", "1526-01-01 00:00:00", now, nil},
		{"notatime", "error", now, nil}, {"rt-5m", "error", now, nil}, {"", "error", now, nil}, {"5m", "error", now, nil}, {"-5x", "error", now, nil}, {"@", "error", now, nil}, {"-1ms", "error", now, nil}, {"-99999999999999999999d", "error", now, nil},
	} {
		m, err := ParseModifier(c.spec)
		got := "error"
		if err == nil {
			got = m.Apply(c.now, c.loc).Format("2006-01-02 15:04:05.999")
		}
		if got != c.want {
			t.Errorf("%q: got %s (%v), want %s", c.spec, got, err, c.want)
		}
	}
}

func TestSpan(t *testing.T) {
	ny := zone(t, "America/New_York")
	kolkata := zone(t, "Asia/Kolkata")
	for _, c := range []struct {
		span, at, start, next string
		loc                   *time.Location
	}{
		{"5m", "2026-01-15 11:07:31.5", "2026-01-15 11:05:00", "2026-01-15 11:10:00", time.UTC}, {"m", "2026-01-15 11:07:31", "2026-01-15 11:07:00", "2026-01-15 11:08:00", time.UTC},
		{"10", "2026-01-15 11:07:31", "2026-01-15 11:07:30", "2026-01-15 11:07:40", time.UTC}, {"0.5", "2026-01-15 11:07:31.7", "2026-01-15 11:07:31.5", "2026-01-15 11:07:32", time.UTC},
		{"100ms", "2026-01-15 11:07:31.77", "2026-01-15 11:07:31.7", "2026-01-15 11:07:31.8", time.UTC}, {"1d", "2026-03-08 12:00:00", "2026-03-08 00:00:00", "2026-03-09 00:00:00", ny},
		{"1h", "2026-01-15 11:07:31", "2026-01-15 10:30:00", "2026-01-15 11:30:00", kolkata}, {"4h", "2026-01-15 11:07:31", "2026-01-15 11:00:00", "2026-01-15 15:00:00", ny},
		{"1mon", "2026-05-20 15:00:00", "2026-05-01 00:00:00", "2026-06-01 00:00:00", ny}, {"q", "2026-12-20 15:00:00", "2026-10-01 00:00:00", "2027-01-01 00:00:00", ny}, {"2y", "2027-12-20 15:00:00", "2026-01-01 00:00:00", "2028-01-01 00:00:00", ny},
		{"1w", "2026-05-20 15:00:00", "2026-05-14 00:00:00", "2026-05-21 00:00:00", ny}, {"w@w", "2026-05-20 15:00:00", "2026-05-17 00:00:00", "2026-05-24 00:00:00", ny}, {"1w@w1", "2026-05-20 15:00:00", "2026-05-18 00:00:00", "2026-05-25 00:00:00", ny},
		{"7d", "2026-05-20 15:00:00", "2026-05-14 00:00:00", "2026-05-21 00:00:00", ny}, {"1d@d", "2026-05-20 15:00:00", "2026-05-20 00:00:00", "2026-05-21 00:00:00", ny},
	} {
		sp, err := ParseSpan(c.span)
		if err != nil {
			t.Error(err)
			continue
		}
		sp, _ = sp.ForTime()
		at, _ := time.ParseInLocation("2006-01-02 15:04:05", c.at, c.loc)
		z := NewZone(c.loc)
		start := sp.Floor(at.UnixMicro(), z)
		show := func(us int64) string { return time.UnixMicro(us).In(c.loc).Format("2006-01-02 15:04:05.999") }
		if got, next := show(start), show(sp.Next(start, z)); got != c.start || next != c.next {
			t.Errorf("%s of %s: got %s, %s, want %s, %s", c.span, c.at, got, next, c.start, c.next)
		}
	}
	for _, bad := range []string{"", "0", "-5", "0m", "1.5h", "1000ms", "3ms", "5x", "1d@h", "1d@w1", "1d@", "log1", "12log10", "5logx", "nan"} {
		if _, err := ParseSpan(bad); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
	if sp, err := ParseSpan("2log5"); err != nil || sp.Coef != 2 || sp.Base != 5 {
		t.Errorf("2log5: %+v %v", sp, err)
	}
	if sp, _ := ParseSpan("10m"); sp.Aligned(60e6).Floor(605e6, nil) != 60e6 {
		t.Error("aligntime")
	}
}

func TestAutoSpan(t *testing.T) {
	hour := int64(3600e6)
	for _, c := range []struct {
		width int64
		min   string
		want  string
	}{
		{hour / 4, "", "10s"}, {hour, "", "1m"}, {4 * hour, "", "5m"}, {24 * hour, "", "30m"}, {7 * 24 * hour, "", "1d"}, {30 * 24 * hour, "", "1d"},
		{365 * 24 * hour, "", "1mon"}, {0, "", "1s"}, {hour, "1h", "1h"}, {hour, "2mon", "2mon"}, {hour, "2m", "5m"},
	} {
		minSpan, _ := ParseSpan(c.min)
		if got := AutoSpan(0, c.width, 100, minSpan); got.Text != c.want {
			t.Errorf("%d: got %s, want %s", c.width, got.Text, c.want)
		}
	}
}

func TestDuration(t *testing.T) {
	for _, c := range []struct {
		sec  float64
		want string
	}{
		{615, "00:10:15"}, {90061, "1+01:01:01"}, {0, "00:00:00"}, {-615, "-00:10:15"}, {1.5, "00:00:01.500000"}, {172801, "2+00:00:01"}, {59.9999999, "00:01:00"},
	} {
		got, _ := AppendDuration(nil, c.sec)
		if string(got) != c.want {
			t.Errorf("%v: got %s, want %s", c.sec, got, c.want)
		}
		if back, ok := ParseDuration(c.want); !ok || back-c.sec > 1e-6 {
			t.Errorf("%s: got %v %v", c.want, back, ok)
		}
	}
	for _, bad := range []string{"", "1:2", "a:b:c", "1+", "::", "1+2:3:x"} {
		if v, ok := ParseDuration(bad); ok {
			t.Errorf("%q: got %v", bad, v)
		}
	}
	if v, ok := ParseMinutes("01:30.5"); !ok || v != 90.5 {
		t.Error("minutes", v)
	}
}

func FuzzStrptime(f *testing.F) {
	f.Add("2026-01-15 10:34:56.5 +01:00", "%F %T.%3N %z")
	f.Add("1768473296789", "%s%3N")
	f.Add("2026-W03-4", "%G-W%V-%u")
	now := time.Date(2026, 1, 15, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s, format string) {
		e, ok := Strptime(s, format, now, nil)
		if !ok {
			return
		}
		const exact = "%s %9N"
		back, ok := Strptime(Strftime(e, exact, nil), exact, now, nil)
		if !ok || back != e {
			t.Fatalf("%q by %q: %v came back as %v", s, format, e, back)
		}
	})
}

func FuzzParseModifier(f *testing.F) {
	f.Add("-1d@d+2h")
	f.Add("2070000Y")
	f.Add("596523h")
	f.Fuzz(func(t *testing.T, s string) {
		if m, err := ParseModifier(s); err == nil {
			m.Apply(time.Unix(1768473296, 0), time.UTC)
		}
		if sp, err := ParseSpan(s); err == nil {
			if sp, ok := sp.ForTime(); ok {
				z := NewZone(time.UTC)
				if start := sp.Floor(1768473296e6, z); start > 1768473296e6 || sp.Next(start, z) <= 1768473296e6 {
					t.Fatalf("%q: %d", s, start)
				}
			}
		}
	})
}

func BenchmarkAppend(b *testing.B) {
	l, z := Compile("%Y-%m-%dT%H:%M:%S.%3N%z"), NewZone(zone(b, "America/New_York"))
	var buf []byte
	for i := range int64(b.N) {
		buf = l.Append(buf[:0], FromMicros(1768473296e6+i*1e6), z)
	}
}

func BenchmarkParse(b *testing.B) {
	p := Compile("%Y-%m-%dT%H:%M:%S.%3N%z").NewParser(time.Unix(0, 0), nil)
	for range b.N {
		p.Parse("2026-01-15T10:34:56.789-0500")
	}
}
