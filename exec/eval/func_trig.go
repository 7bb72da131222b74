package eval

import "math"

func init() {
	register("trigonometric",
		math1("acos", "The arc cosine in radians; null outside -1..1.", acos, keepDigits, Example{`acos(0)`, "1.5707963267948966"}, Example{`acos(2)`, ""}),
		math1("acosh", "The inverse hyperbolic cosine; null below 1.", math.Acosh, keepDigits, Example{`acosh(2)`, "1.3169578969248166"}),
		math1("asin", "The arc sine in radians; null outside -1..1.", asin, keepDigits, Example{`asin(1)`, "1.5707963267948966"}),
		math1("asinh", "The inverse hyperbolic sine.", math.Asinh, keepDigits, Example{`asinh(1)`, "0.881373587019543"}),
		math1("atan", "The arc tangent in radians.", atan, keepDigits, Example{`atan(0.50)`, "0.46"}),
		math1("atanh", "The inverse hyperbolic tangent; null outside -1..1.", math.Atanh, keepDigits, Example{`atanh(0.500)`, "0.549"}),
		math1("cos", "The cosine of an angle in radians.", cosine, keepDigits, Example{`cos(-1)`, "0.5403023058681398"}, Example{`cos(pi())`, "-1.00000000000"}),
		math1("cosh", "The hyperbolic cosine.", cosh, keepDigits, Example{`cosh(1)`, "1.5430806348152437"}),
		math1("sin", "The sine of an angle in radians.", sine, keepDigits, Example{`sin(1)`, "0.8414709848078965"}),
		math1("sinh", "The hyperbolic sine.", sinh, keepDigits, Example{`sinh(1)`, "1.1752011936438014"}),
		math1("tan", "The tangent of an angle in radians.", tangent, keepDigits, Example{`tan(1)`, "1.5574077246549023"}, Example{`tan(135)`, "-0.08871575677006045"}),
		math1("tanh", "The hyperbolic tangent.", tanh, keepDigits, Example{`tanh(1)`, "0.7615941559557649"}),
		&Func{Name: "atan2", Min: 2, Max: 2, Usage: "atan2(<y>, <x>)", Pure: true, result: Num, args: []argKind{numArg}, new: rows(num2(atan2)),
			Doc: "The angle in radians of the point (x, y).", Examples: []Example{{`atan2(0.50, 0.75)`, "0.59"}}},
		&Func{Name: "hypot", Min: 2, Max: 2, Usage: "hypot(<x>, <y>)", Pure: true, result: Num, args: []argKind{numArg}, new: rows(num2(hypot)),
			Doc: "The length of the hypotenuse.", Examples: []Example{{`hypot(3, 4)`, "5"}}},
	)
}
