package eval

import (
	"math"

	"spl/exec/column"
	"spl/exec/value"
)

func init() {
	register("informational",
		info("isnull", "True for a missing field or a null result. An empty text is not null.", false,
			func(v value.Value) bool { return v.IsNull() }, "nosuch", `""`),
		info("isnotnull", "True for what has a value; an empty text has one.", false,
			func(v value.Value) bool { return !v.IsNull() }, `""`, "nosuch"),
		info("isnum", "True for a number and for a field whose text reads as one.", true, isNumber, "5", `"5"`),
		info("isstr", "True for text that is no number; a text in quotes is text whatever it holds.", true, isString, `"5"`, "5"),
		info("isint", "True for a number without a fraction.", true, func(v value.Value) bool {
			f, _, ok := v.Number()
			return ok && f == math.Trunc(f)
		}, "5", "3.5"),
		info("isdouble", "True for a number with a fraction.", true, func(v value.Value) bool {
			f, _, ok := v.Number()
			return ok && f != math.Trunc(f)
		}, "3.546", "1000000"),
		info("isbool", "True for the result of a predicate. The text true is none.", true,
			func(v value.Value) bool { return v.Kind() == value.Bool }, "1==2", `"true"`),
		info("ismv", "True for more than one value.", true,
			func(v value.Value) bool { return v.Kind() == value.Multi }, `split("1,2", ",")`, `"1,2"`),
		info("isarray", "True for the text of a JSON array.", true,
			func(v value.Value) bool { return jsonKind(v) == '[' }, `"[1, 2, 3]"`, "1"),
		info("isobject", "True for the text of a JSON object.", true,
			func(v value.Value) bool { return jsonKind(v) == '{' }, `"{\"type\":\"x\"}"`, `"{cities: \"3\"}"`),
		&Func{Name: "typeof", Min: 1, Max: 1, Usage: "typeof(<value>)", Pure: true, result: Str, nulls: true, nullOK: true, multi: multiPass,
			Doc: "The type as text: Number, String, Bool, Multivalue, or Invalid for null.",
			Examples: []Example{{`typeof(12)+typeof("string")+typeof(1==2)+typeof(badfield)`, "NumberStringBoolInvalid"},
				{`typeof(split("a,b", ","))`, "Multivalue"}},
			new: rows(func(args []value.Value) value.Value { return value.OfString(typeName(args[0])) })},
	)
}

// info declares a predicate over a value of any type that is never null. yes and no are expressions
// for which it is true and false.
func info(name, doc string, perRow bool, f func(v value.Value) bool, yes, no string) *Func {
	k := kernel{row: func(args []value.Value) value.Value { return value.OfBool(f(args[0])) }}
	if !perRow {
		k.vec = func(args []column.Vec, n int) column.Vec { return nullTest(args[0], n, name == "isnull") }
	}
	return &Func{Name: name, Min: 1, Max: 1, Usage: name + "(<value>)", Doc: doc, Pure: true, result: Boolean, nulls: true,
		nullOK: true, multi: multiPass, new: always(k),
		Examples: []Example{{"if(" + name + "(" + yes + `), "y", "n")`, "y"}, {"if(" + name + "(" + no + `), "y", "n")`, "n"}}}
}

// nullTest returns the rows that are null (want) or not.
func nullTest(v column.Vec, n int, want bool) column.Vec {
	if d, ok := v.(*column.Dict); ok {
		codes := d.Codes
		return fillBool(n, func(i int) bool { return codes[i] == 0 == want })
	}
	none := nullsOf(v, n)
	if none == nil {
		none = column.NewBitmap(n)
	}
	if want {
		return &column.Bool{Bits: none, N: n}
	}
	return &column.Bool{Bits: without(column.FullBitmap(n), none), N: n}
}

func isNumber(v value.Value) bool {
	_, _, ok := v.Number()
	return ok || isNaN(v)
}

// isNaN reports whether a field holds the text NaN, which counts as number and as text.
func isNaN(v value.Value) bool {
	return v.Kind() == value.Text && len(v.Text()) == 3 && (v.Text() == "NaN" || v.Text() == "nan")
}

func isString(v value.Value) bool {
	switch v.Kind() {
	case value.String:
		return true
	case value.Text:
		_, _, ok := v.Number()
		return !ok
	}
	return false
}

func typeName(v value.Value) string {
	switch v.Kind() {
	case value.Null:
		return "Invalid"
	case value.Bool:
		return "Bool"
	case value.Multi:
		return "Multivalue"
	}
	if _, _, ok := v.Number(); ok {
		return "Number"
	}
	return "String"
}
