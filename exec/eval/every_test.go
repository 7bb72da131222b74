package eval

import (
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"spl/exec/column"
	"spl/lang"
)

// anyArgs are arguments for a function without an entry in argsOf: fields of every kind, and literals.
var anyArgs = []string{"w", "v", "p", "m", "i", "f", "t", "x", "c", "nosuch", `"a"`, `"10"`, "7", "0.50", "w.c", "i+1", `split(p, "0")`}

var (
	numArgs  = []string{"i", "f", "t", "w", "x", "m", "2", "0.50", "nosuch", "i-3", "f*f"}
	jsonArgs = []string{"w", `json_object("a", w, "b", json_array(i, m))`, `"{\"a\":{\"b\":[1,\"x\"]},\"c.d\":null}"`, "x", "m", "nosuch"}
	pathArgs = []string{`"a"`, `"a.b{1}"`, `"b{}"`, `"c.d"`, "w", "nosuch"}
	condArgs = []string{"i>3", `w=="a"`, "isnull(v)", "m!=x", "NOT f<t", "true()"}
)

// argsOf are arguments by position for functions that want certain ones; the last list repeats.
var argsOf = map[string][][]string{
	"case": {condArgs, anyArgs, condArgs, anyArgs}, "validate": {condArgs, anyArgs, condArgs, anyArgs}, "if": {condArgs, anyArgs, anyArgs},
	"cidrmatch": {{`"10.0.0.0/8"`, `"192.168.1.0/30"`, "w", "nosuch"}, {"w", "v", "m", "x"}}, "ipmask": {{`"255.0.255.0"`, "w"}, {"w", "v", "m", "x"}},
	"match": {anyArgs, {`"[ab]"`, `"^\d+$"`, "c", `"(?=1)."`, "w"}}, "mvfind": {anyArgs, {`"[ab]"`, `"^1"`, "c", "w"}},
	"replace": {anyArgs, {`"[ab]"`, `"(\d)"`, "c", `"(?<=1)0"`}, {`"<\1>"`, "w", `""`}}, "searchmatch": {{`"w=a* OR i>3"`, `"m=b NOT nosuch=*"`, `"10"`}},
	"lookup": {{`"users"`}, {`json_object("dept", if(i>3, "it", w))`}, {`json_array("user", "site")`}},
	"printf": {{`"%s|%5d|%.2f"`, `"%x %c %e"`, `"%'d %-6s %%"`, "w"}, anyArgs, numArgs, numArgs}, "tonumber": {anyArgs, {"10", "16", "i"}},
	"toint": {anyArgs, {"10", "16"}}, "todouble": {anyArgs, {"10"}}, "tostring": {anyArgs, {`"hex"`, `"commas"`, `"duration"`, `"binary"`, "c"}},
	"relative_time": {{"t", "i", "w", "f"}, {`"-1d@d"`, `"+1mon"`, `"@w1"`, "w"}}, "strftime": {{"t", "i", "w", "f"}, {`"%F %T.%3N"`, `"%s %j %a"`, "c"}},
	"strptime": {{"w", "p", `strftime(t, "%F %T")`}, {`"%s"`, `"%F %T"`, "c"}},
	"json":     {jsonArgs}, "json_valid": {jsonArgs}, "json_keys": {jsonArgs}, "json_entries": {jsonArgs}, "json_array_to_mv": {jsonArgs, {"true()", "false()"}},
	"mv_to_json_array": {anyArgs, {"true()", "false()"}}, "toarray": {jsonArgs}, "toobject": {jsonArgs}, "tomv": {jsonArgs},
	"json_append": {jsonArgs, pathArgs, anyArgs}, "json_extend": {jsonArgs, pathArgs, anyArgs}, "json_set": {jsonArgs, pathArgs, anyArgs},
	"json_set_exact": {jsonArgs, pathArgs, anyArgs}, "json_delete": {jsonArgs, pathArgs}, "json_extract": {jsonArgs, pathArgs}, "spath": {jsonArgs, pathArgs},
	"json_extract_exact": {jsonArgs, pathArgs}, "json_has_key_exact": {jsonArgs, pathArgs}, "json_object": {{`"k"`, "w"}, anyArgs},
	"mvfilter": {{"m>5", `match(w, "1")`, "isnotnull(x)", "len(v)>1"}}, "mvmap": {{"m", "w", "x", "split(p, \"0\")"}, {"m.c", "w.\"!\"", "if(isnull(x), null(), x)", "p.i"}},
	"mvindex": {anyArgs, {"0", "-1", "i"}, {"1", "-1", "i"}}, "mvrange": {{"0", "i", "-3"}, {"5", "i", "f"}, {"1", "2", "0.5", `"1s"`}},
	"mvjoin": {anyArgs, {`","`, "c", "w"}}, "mvzip": {anyArgs, anyArgs, {`"-"`, "c"}}, "split": {anyArgs, {`","`, `""`, `"0"`, "w"}},
	"substr": {anyArgs, {"1", "-2", "i", "0"}, {"2", "i", "-1"}}, "commands": {{`"search a | stats count"`, "w", "p"}}, "round": {numArgs, {"0", "2", "i"}},
}

// callOf writes a call of f with random arguments.
func callOf(r *rand.Rand, f *Func) string {
	most := f.Max
	if most < 0 {
		most = max(f.Min+2, 3)
	}
	n := f.Min + r.IntN(most-f.Min+1)
	lists := argsOf[f.Name]
	var args []string
	for k := range n {
		from := anyArgs
		switch {
		case len(lists) > 0:
			from = lists[min(k, len(lists)-1)]
		case f.Family == "math" || f.Family == "trig" || f.Family == "bit":
			from = numArgs
		}
		args = append(args, from[r.IntN(len(from))])
	}
	return f.Name + "(" + strings.Join(args, ", ") + ")"
}

// TestEveryFunction holds each function's column path against its value path: small and large batches,
// dictionaries and plain columns, all rows at once and in eight parts at the same time. One function of
// each family gets a batch of the full size.
func TestEveryFunction(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	full := someColumns(r, column.MaxRows)
	medium := someColumns(r, 2000)
	fullParts, mediumParts := inParts(full, 8), inParts(medium, 8)
	seen := map[string]bool{}
	small := []*column.Batch{someColumns(r, 1), someColumns(r, 7), someColumns(r, 300)}
	for _, f := range Functions() {
		if f.Name == "random" || f.Name == "time" {
			continue
		}
		t.Run(f.Name, func(t *testing.T) {
			ran := 0
			for try := 0; try < 60 && ran < 8 && (f.Max != 0 || ran < 1); try++ {
				text := callOf(r, f)
				p, ds := compileText(t, text)
				if ds.Err() != nil {
					continue
				}
				for _, b := range small {
					checkRows(t, text, p, b)
				}
				if ran++; ran == 1 {
					if seen[f.Family] {
						checkParts(t, text, p, medium, mediumParts)
					} else {
						checkParts(t, text, p, full, fullParts)
					}
					seen[f.Family] = true
				}
			}
			if ran == 0 {
				t.Error("no call compiled")
			}
		})
	}
}

// inParts cuts a batch into n of neighbouring rows.
func inParts(b *column.Batch, n int) []*column.Batch {
	var out []*column.Batch
	for k := range n {
		var rows []uint32
		for i := k * b.N / n; i < (k+1)*b.N/n; i++ {
			rows = append(rows, uint32(i))
		}
		out = append(out, b.Pick(rows))
	}
	return out
}

func checkParts(t *testing.T, text string, p *Program, whole *column.Batch, parts []*column.Batch) {
	t.Helper()
	checkRows(t, text, p, whole)
	want, err := p.Eval(whole)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	from := 0
	for _, part := range parts {
		first := from
		from += part.N
		wg.Go(func() {
			got, err := p.Eval(part)
			if err != nil {
				t.Error(err)
				return
			}
			for i := 0; i < part.N; i += 97 {
				if !got.At(i).Stored().Equal(want.At(first + i).Stored()) {
					t.Errorf("%s: row %d is %q in a part, %q in the whole", text, first+i, got.At(i).List(), want.At(first+i).List())
					return
				}
			}
		})
	}
	wg.Wait()
}

// FuzzCalls calls every function with random arguments; lang.Parser and Compile must refuse or Eval run.
func FuzzCalls(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(seed, uint64(7))
	}
	b := someColumns(rand.New(rand.NewPCG(5, 6)), 30)
	all := Functions()
	parser := lang.NewParser()
	f.Fuzz(func(t *testing.T, s1, s2 uint64) {
		r := rand.New(rand.NewPCG(s1, s2))
		text := callOf(r, all[r.IntN(len(all))])
		if outer := all[r.IntN(len(all))]; outer.Min <= 1 && outer.Max != 0 {
			text = outer.Name + "(" + text + ")"
		}
		src := lang.NewSource("<fuzz>", text)
		x, ds := parser.ParseExpr(src)
		if ds.Err() != nil {
			t.Fatalf("%s: %s", text, ds)
		}
		p, ds := Compile(x, testCtx(src))
		if ds.Err() != nil {
			return
		}
		if v, err := p.Eval(b); err == nil && v.Len() != b.N {
			t.Fatalf("%s: %d rows of %d", text, v.Len(), b.N)
		}
	})
}
