package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"spl/detections/suite"
)

// block is a fenced part of the README.
type block struct{ lang, text string }

var fence = regexp.MustCompile("(?ms)^```(\\w+)\\n(.*?)^```$")

func readme(t *testing.T) []block {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var out []block
	for _, m := range fence.FindAllStringSubmatch(string(text), -1) {
		out = append(out, block{m[1], m[2]})
	}
	return out
}

// TestReadmeCommands runs every command line that the README shows and compares the output where it shows
// one; the others must succeed and print something.
func TestReadmeCommands(t *testing.T) {
	t.Setenv("SPL_HOME", t.TempDir())
	t.Setenv("NO_COLOR", "1")
	blocks := readme(t)
	t.Chdir("../..")
	n := 0
	for _, b := range blocks {
		if b.lang != "console" {
			continue
		}
		for _, part := range strings.Split("\n"+b.text, "\n$ ")[1:] {
			line, want, _ := strings.Cut(part, "\n")
			n++
			t.Run(line, func(t *testing.T) { readmeCommand(t, line, strings.TrimRight(want, "\n")) })
		}
	}
	if n < 5 {
		t.Errorf("only %d commands found", n)
	}
}

func readmeCommand(t *testing.T, line, want string) {
	line = strings.Replace(line, "go run ./cmd/spl ", "spl ", 1)
	args := words(line)
	if args[0] != "spl" {
		t.Fatalf("%q is not run by this test", args[0])
	}
	var out, errOut bytes.Buffer
	code := run(args[1:], strings.NewReader(""), &out, &errOut)
	if want == "" {
		if code != 0 || out.Len() == 0 {
			t.Errorf("status %d, output %q, errors %q", code, out.String(), errOut.String())
		}
		return
	}
	got := strings.TrimRight(out.String()+errOut.String(), "\n")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-README +got)\n%s", diff)
	}
}

// words splits a command line as a shell does: blanks, and single quotes around words.
func words(line string) []string {
	var out []string
	for _, m := range regexp.MustCompile(`'([^']*)'|(\S+)`).FindAllStringSubmatch(line, -1) {
		out = append(out, m[1]+m[2])
	}
	return out
}

// TestReadmeTestFile runs the test file that the README shows.
func TestReadmeTestFile(t *testing.T) {
	for _, b := range readme(t) {
		if b.lang != "yaml" {
			continue
		}
		path := filepath.Join(t.TempDir(), "readme.test.yml")
		if err := os.WriteFile(path, []byte(b.text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := suite.Parse(path, []byte(b.text)); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if code := run([]string{"test", path}, strings.NewReader(""), &out, &out); code != 0 {
			t.Errorf("status %d\n%s", code, out.String())
		}
	}
}

// TestReadmeLinks: what the README points to is there.
func TestReadmeLinks(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`\]\(([^)#]+)\)`).FindAllStringSubmatch(string(text), -1) {
		if _, err := os.Stat(filepath.Join("../..", m[1])); err != nil {
			t.Errorf("broken link: %v", err)
		}
	}
}

// TestCompatPlaces: docs/compat.md names places in the code that exist.
func TestCompatPlaces(t *testing.T) {
	text, err := os.ReadFile("../../docs/compat.md")
	if err != nil {
		t.Fatal(err)
	}
	places := regexp.MustCompile("`((?:cmd|exec|lang|lookups|macros)/[a-z_/]+(?:\\.go|\\.conf)?)`").FindAllStringSubmatch(string(text), -1)
	if len(places) < 20 {
		t.Errorf("only %d places found", len(places))
	}
	for _, m := range places {
		if _, err := os.Stat(filepath.Join("../..", m[1])); err != nil {
			t.Errorf("no such place: %v", err)
		}
	}
}
