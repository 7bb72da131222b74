package segment

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"spl/exec/column"
	"spl/lang/pattern"
)

// windowLines is JSON in which the same keys stand in many places, and texts that look like them in values.
func windowLines(r *rand.Rand, n int) (lines []string) {
	pick := func(s ...string) string { return s[r.IntN(len(s))] }
	value := func() string {
		return pick(`"arn:aws:kms:eu-%d:12%d:key/x"`, `"arn:aws:kms:us"`, `"%d"`, "%d", "null", "true", `""`, `{"k":"arn:%d"}`, `["k","arn:aws:kms:x:%d:key/"]`,
			`[{"k":"arn:aws:kms:%d:7:key/"},{"k":"arn:aws:s3:%d"}]`, `"a \"k\":\"arn:aws:kms:%d"`, `"é\n\\"`, `[]`, `{"kk":%d,"k":%d}`)
	}
	for range n {
		var b strings.Builder
		b.WriteString(pick("{", "{ "))
		for i := range 1 + r.IntN(4) {
			if i > 0 {
				b.WriteString(pick(",", ", ", " ,"))
			}
			v := value()
			for strings.Contains(v, "%d") {
				v = strings.Replace(v, "%d", fmt.Sprint(r.IntN(4)), 1)
			}
			fmt.Fprintf(&b, `"%s"%s%s`, pick("k", "a", "keyId", `q\"k`, "ok"), pick(":", ": ", " :"), v)
		}
		b.WriteString("}")
		lines = append(lines, b.String())
	}
	return append(lines, "plain text \"k\":\"arn:aws:kms:eu:1:key/", "", `{"k":"arn:aws:kms:e`)
}

// windowXML is windowLines in XML.
func windowXML(r *rand.Rand, n int) (lines []string) {
	pick := func(s ...string) string { return s[r.IntN(len(s))] }
	text := func() string { return pick("a b", "1", "22", "", "&lt;k&gt;", "x>y", "Image'>z", "a\nb", "C:\\x") }
	for range n {
		lines = append(lines, "<Event><System><Provider Name='"+pick("P", "Image", "k")+"'/><Data Name='"+pick("k", "Image")+"'>"+text()+"</Data><k>"+text()+
			"</k></System><EventData><Data Name='k'>"+text()+"</Data>"+pick("", "<Data Name='Image'/>")+"<Data Name='Image'>"+text()+"</Data></EventData></Event>")
	}
	return append(lines, "<Event><Data Name='k'>1")
}

// TestFirstMatches: what an expression finds in the texts that are handed out is what it finds in _raw.
func TestFirstMatches(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	json := []string{`"k":"arn:aws:kms:([^:]+):(\d+):key/`, `"k":"([^"]*)`, `"k":"([^"]*)"`, `k":"(\w+)`, `"k": "(.)`, `"k":(\d+)`, `"k":(\w+)`,
		`"k":(.*)`, `"k":(.*?),`, `"k":"(.*)"`, `"k":\[\{"k":"(\w+)`, `"a":"(é?)`, `"k":"arn:aws:kms:\w+:(\d)\d*:`, `"ok":(true|null|"")`, `"kk":(\d),"k":(\d)`, `ok":{"k":"(\w*)`}
	xml := []string{"<k>([^<]*)", "<k>([^<]*)</k>", "<k>(.)", "<k>(\\d+)<", "<Data Name='k'>([^<]+)", "<Data Name='Image'>([^<]+)", "<Data Name='(\\w+)'>([^<]*)<",
		"<Provider Name='(.*?)'", "<Data Name='Image'>a", "<k>.*<Data Name='Image'>([^<]*)<", "k>(.)"}
	firstMatches(t, windowLines(r, 3000), json, 12, 2000)
	firstMatches(t, windowXML(r, 1000), xml, 6, 1500)
	firstMatches(t, append(windowXML(r, 100), windowLines(r, 100)...), append(xml, json...), 0, 0)
}

func firstMatches(t *testing.T, lines, exprs []string, leastServed, leastShort int) {
	t.Helper()
	f := writeFile(t, Options{}, textEvents(lines))
	short, served := 0, 0
	for _, expr := range exprs {
		re, err := pattern.Compile(expr)
		if err != nil {
			t.Fatal(err)
		}
		sel := column.FullBitmap(len(lines))
		for i := range lines {
			if i%7 == 0 {
				sel.Clear(i)
			}
		}
		texts, ok, err := f.FirstMatches(0, &column.TextQuery{Prefix: re.Prefix(), Settled: re.Settled}, sel, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			continue
		}
		served++
		sel.Each(func(i int) {
			got := texts.At(i).Text()
			want, _ := re.FindSubmatchIndex(lines[i])
			m, _ := re.FindSubmatchIndex(got)
			if !slices.Equal(groups(lines[i], want), groups(got, m)) {
				t.Fatalf("%s in %s: %q of %q, want %q", expr, lines[i], groups(got, m), got, groups(lines[i], want))
			}
			if want != nil && len(got) < len(lines[i]) {
				short++
			}
		})
	}
	if served < leastServed || short < leastShort {
		t.Errorf("%d expressions served, %d texts cut", served, short)
	}
}

func groups(s string, m []int) (out []string) {
	for i := 0; i+1 < len(m); i += 2 {
		if m[i] < 0 {
			out = append(out, "-")
			continue
		}
		out = append(out, s[m[i]:m[i+1]])
	}
	return out
}
