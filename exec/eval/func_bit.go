package eval

import (
	"math"

	"spl/exec/value"
)

// bitMask is the largest integer of the bitwise functions: 53 bits, all that a double holds exactly.
const bitMask = 1<<53 - 1

func init() {
	register("bitwise",
		bits("bit_and", "and", func(a, b uint64) uint64 { return a & b }, Example{`bit_and(12, 9)`, "8"}),
		bits("bit_or", "or", func(a, b uint64) uint64 { return a | b }, Example{`bit_or(4, 2)`, "6"}),
		bits("bit_xor", "exclusive or", func(a, b uint64) uint64 { return a ^ b }, Example{`bit_xor(3, 2)`, "1"}),
		&Func{Name: "bit_not", Min: 1, Max: 2, Usage: "bit_not(<number>[, <mask>])", Pure: true, result: Num, args: []argKind{numArg},
			Doc: "Inverts 53 bits and keeps those of the mask.", Examples: []Example{{`bit_not(9)`, "9007199254740982"}, {`bit_not(9, 15)`, "6"}},
			new: rows(bitwise(func(ns []uint64) uint64 {
				mask := uint64(bitMask)
				if len(ns) == 2 {
					mask = ns[1]
				}
				return ^ns[0] & mask & bitMask
			}))},
		&Func{Name: "bit_shift_left", Min: 2, Max: 2, Usage: "bit_shift_left(<number>, <count>)", Pure: true, result: Num, args: []argKind{numArg},
			Doc: "Shifts left within 53 bits.", Examples: []Example{{`bit_shift_left(2, 1)`, "4"}, {`bit_shift_left(3, 52)`, "4503599627370496"}, {`bit_shift_left(1, 53)`, "0"}},
			new: rows(bitwise(func(ns []uint64) uint64 { return ns[0] << min(ns[1], 63) & bitMask }))},
		&Func{Name: "bit_shift_right", Min: 2, Max: 2, Usage: "bit_shift_right(<number>, <count>)", Pure: true, result: Num, args: []argKind{numArg},
			Doc: "Shifts right.", Examples: []Example{{`bit_shift_right(4, 1)`, "2"}},
			new: rows(bitwise(func(ns []uint64) uint64 { return ns[0] >> min(ns[1], 63) }))},
	)
}

func bits(name, what string, f func(a, b uint64) uint64, ex ...Example) *Func {
	return &Func{Name: name, Min: 2, Max: -1, Usage: name + "(<number>, <number>, ...)", Pure: true, result: Num, args: []argKind{numArg},
		Doc: "The bitwise " + what + " of whole numbers from 0 to 2^53-1.", Examples: ex,
		new: rows(bitwise(func(ns []uint64) uint64 {
			out := ns[0]
			for _, n := range ns[1:] {
				out = f(out, n)
			}
			return out
		}))}
}

// bitwise makes a function of integers; an argument out of range makes null.
func bitwise(f func(ns []uint64) uint64) func(args []value.Value) value.Value {
	return func(args []value.Value) value.Value {
		ns := make([]uint64, len(args))
		for i, a := range args {
			x, _, ok := readNumber(a)
			if !ok || x < 0 || x > bitMask || x != math.Trunc(x) {
				return value.Value{}
			}
			ns[i] = uint64(x)
		}
		return value.OfNumber(float64(f(ns)), value.Exact)
	}
}
