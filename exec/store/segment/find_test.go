package segment

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"spl/exec/column"
	"spl/lang/pattern"
)

// findLines is texts with values at every kind of border: JSON, XML, both.
func findLines() [][]string {
	var xml, both []string
	json := jsonLines()
	for i, l := range json {
		if i%3 == 2 {
			xml = append(xml, l)
			continue
		}
		xml = append(xml, xmlEvent(fmt.Sprintf(`C:\x\a%d.exe`, i%5), fmt.Sprint(i%9), fmt.Sprintf("&lt;al%d said \"no\" to Bo Derek, deep blue %d, arn:aws:kms:eu-1:%d:key", i%7, i%3, i)))
	}
	both = append(append(both, json[:100]...), xml[:100]...)
	return [][]string{json, xml, both}
}

func jsonLines() (lines []string) {
	for i := range 200 {
		lines = append(lines,
			fmt.Sprintf(`{"user":"al%d","n":%d,"ok":true,"path":"C:\\x\\a%d.exe","say":"he said \"no\" twice"}`, i%7, i, i%5),
			fmt.Sprintf(`{ "user" : "Bo Derek" , "tags":["red","deep blue %d"], "sub":{"arn":"arn:aws:kms:eu-1:%d:key"}, "z":null}`, i%3, i),
			fmt.Sprintf(`plain text of user al%d, n=%d`, i%4, i))
	}
	return lines
}

// rawQuery asks for a term as a search does.
func rawQuery(text string, o pattern.TermOptions) (*pattern.Term, *column.TextQuery) {
	m := pattern.CompileTerm(text, o)
	return m, &column.TextQuery{Match: m.Match, Literals: m.Literals(), Fold: !o.Case, Parts: m.Segments()}
}

// TestFindRaw: what is found without making texts is what a look at every text finds.
func TestFindRaw(t *testing.T) {
	for _, lines := range findLines() {
		testFindRaw(t, lines)
	}
}

func testFindRaw(t *testing.T, lines []string) {
	t.Helper()
	f := writeFile(t, Options{}, textEvents(lines))
	terms := []string{"al3", "AL3", "*l3*", "bo derek", "Derek", "*erek*", "true", "null", "user", "sub", "arn:aws:kms", "*kms:eu-1:5*",
		"a3.exe", `*\\a3*`, `x\a3.exe`, `C:\x`, `said "no"`, `"red"`, "red*blue", "deep blue 2", "n*5", `"n":5`, "5,", ":5", "* 5*", "text of", "missing", "*e*", "Data", "Name", "'Image'", "*mage'>C*", "EventID", ">5<", "*a3.exe<*", "&lt;al2", "P"}
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		line := lines[r.IntN(len(lines))]
		from := r.IntN(len(line) - 1)
		cut := line[from:min(len(line), from+1+r.IntN(9))]
		if strings.Trim(cut, "* ") == "" {
			continue
		}
		if r.IntN(2) == 0 {
			cut = "*" + cut + "*"
		}
		terms = append(terms, cut)
	}
	for _, term := range terms {
		for _, o := range []pattern.TermOptions{{}, {Quoted: true}, {Token: true}, {Case: true}} {
			m, q := rawQuery(term, o)
			if m.All() {
				continue
			}
			found, sure, err := f.FindRaw(0, q, column.FullBitmap(len(lines)), nil)
			if err != nil {
				t.Fatal(err)
			}
			for i, l := range lines {
				if want := m.Match(l); want && !found.Get(i) || sure && want != found.Get(i) {
					t.Errorf("%q %+v: found %v (sure %v) in %s", term, o, found.Get(i), sure, l)
					break
				}
			}
		}
	}
}

// TestReadRows: the texts of chosen rows are those of all.
func TestReadRows(t *testing.T) {
	lines := findLines()[2]
	f := writeFile(t, Options{}, textEvents(lines))
	sel := column.NewBitmap(len(lines))
	for i := range lines {
		if i%5 == 0 {
			sel.Set(i)
		}
	}
	b, err := f.ReadRows(0, column.Fields("_raw").Has, sel, nil)
	if err != nil {
		t.Fatal(err)
	}
	sel.Each(func(i int) {
		if got := b.Col("_raw").At(i).Text(); got != lines[i] {
			t.Errorf("row %d is %q, want %q", i, got, lines[i])
		}
	})
}
