// Package parquetrows reads the rows of Parquet files as JSON objects, one a line, so that they become
// events like any other JSON. It hides the levels that encode nesting, and it keeps the Parquet library
// to itself.
//
//	r, err := parquetrows.Text(file, size, appendQuoted)
//	io.Copy(os.Stdout, r) // {"a":1,"b":["x","y"]} …
//
// Keys are in the order of the schema; nulls and empty lists are left out; timestamps are RFC 3339.
package parquetrows

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"strconv"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// Magic starts every file.
const Magic = "PAR1"

// atOnce is how many rows are fetched together.
const atOnce = 256

// Text returns the rows of a file as JSON lines. quote appends a JSON string.
func Text(file io.ReaderAt, size int64, quote func(dst []byte, s string) []byte) (r io.Reader, err error) {
	defer caught(&err)
	f, err := parquet.OpenFile(file, size)
	if err != nil {
		return nil, fmt.Errorf("Parquet file: %w", err)
	}
	t := &text{groups: f.RowGroups(), quote: quote, buf: make([]parquet.Row, atOnce)}
	t.root = newColumn(f.Schema())
	t.cols = make([][]parquet.Value, t.root.leaves)
	return t, nil
}

// caught turns a panic of the library, which damaged files cause, into an error.
func caught(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("Parquet file is damaged: %v", p)
	}
}

// column is a node of the schema.
type column struct {
	parquet.Node
	name   string
	fields []*column
	leaves int
	list   *column // LIST: what its elements are
}

func newColumn(n parquet.Node) *column {
	c := &column{Node: n, leaves: 1}
	if n.Leaf() {
		return c
	}
	c.leaves = 0
	for _, f := range n.Fields() {
		child := newColumn(f)
		child.name = f.Name()
		c.fields = append(c.fields, child)
		c.leaves += child.leaves
	}
	if lt := n.Type().LogicalType(); lt != nil && len(c.fields) == 1 && c.fields[0].Repeated() {
		if _, ok := lt.Value.(*format.ListType); ok && len(c.fields[0].fields) == 1 {
			c.list = c.fields[0].fields[0]
		}
	}
	return c
}

// text is the reader.
type text struct {
	root   *column
	groups []parquet.RowGroup
	rows   parquet.Rows
	quote  func(dst []byte, s string) []byte
	buf    []parquet.Row
	cols   [][]parquet.Value
	out    []byte
	rest   []byte
	err    error
}

// Read implements io.Reader.
func (t *text) Read(p []byte) (int, error) {
	for len(t.rest) == 0 && t.err == nil {
		t.err = t.fill()
	}
	if len(t.rest) == 0 {
		return 0, t.err
	}
	n := copy(p, t.rest)
	t.rest = t.rest[n:]
	return n, nil
}

// fill renders the next rows.
func (t *text) fill() (err error) {
	defer caught(&err)
	if t.rows == nil {
		if len(t.groups) == 0 {
			return io.EOF
		}
		t.rows = t.groups[0].Rows()
		t.groups = t.groups[1:]
	}
	n, err := t.rows.ReadRows(t.buf)
	t.out = t.out[:0]
	for _, row := range t.buf[:n] {
		t.row(row)
	}
	t.rest = t.out
	if errors.Is(err, io.EOF) {
		err = t.rows.Close()
		t.rows = nil
	}
	if err != nil {
		return fmt.Errorf("Parquet rows: %w", err)
	}
	return nil
}

func (t *text) row(row parquet.Row) {
	for i := range t.cols {
		t.cols[i] = nil
	}
	row.Range(func(i int, vs []parquet.Value) bool {
		t.cols[i] = vs
		return true
	})
	if !t.group(t.root, t.cols, 0, 0) {
		t.out = append(t.out, "{}"...)
	}
	t.out = append(t.out, '\n')
}

// value appends what a node holds, given the values of its leaves, and reports whether it holds
// anything.
func (t *text) value(c *column, cols [][]parquet.Value, rep, def int) bool {
	if len(cols) == 0 || len(cols[0]) == 0 {
		return false
	}
	switch {
	case c.Repeated():
		return t.repeated(c, cols, rep+1, def)
	case c.Optional():
		if def++; cols[0][0].DefinitionLevel() < def {
			return false
		}
	}
	return t.one(c, cols, rep, def)
}

func (t *text) one(c *column, cols [][]parquet.Value, rep, def int) bool {
	switch {
	case c.Leaf():
		return t.leaf(c, cols[0][0])
	case c.list != nil:
		return t.repeated(c.fields[0], cols, rep+1, def)
	}
	return t.group(c, cols, rep, def)
}

// group appends an object.
func (t *text) group(c *column, cols [][]parquet.Value, rep, def int) bool {
	start := len(t.out)
	t.out = append(t.out, '{')
	some := false
	for _, f := range c.fields {
		mark := len(t.out)
		if some {
			t.out = append(t.out, ',')
		}
		t.out = append(t.quote(t.out, f.name), ':')
		if t.value(f, cols[:f.leaves], rep, def) {
			some = true
		} else {
			t.out = t.out[:mark]
		}
		cols = cols[f.leaves:]
	}
	if !some {
		t.out = t.out[:start]
		return false
	}
	t.out = append(t.out, '}')
	return true
}

// repeated appends an array. A new element starts where the repetition level is not above rep.
func (t *text) repeated(c *column, cols [][]parquet.Value, rep, def int) bool {
	if def++; len(cols[0]) == 0 || cols[0][0].DefinitionLevel() < def {
		return false
	}
	start := len(t.out)
	t.out = append(t.out, '[')
	some := false
	part := make([][]parquet.Value, len(cols))
	cols = append([][]parquet.Value(nil), cols...)
	for len(cols[0]) > 0 {
		for i, vs := range cols {
			n := min(1, len(vs))
			for n < len(vs) && vs[n].RepetitionLevel() > rep {
				n++
			}
			part[i], cols[i] = vs[:n], vs[n:]
		}
		mark := len(t.out)
		if some {
			t.out = append(t.out, ',')
		}
		ok := false
		if len(c.fields) == 1 && c.fields[0].name != "" && isElement(c) {
			ok = t.value(c.fields[0], part, rep, def)
		} else {
			ok = t.one(c, part, rep, def)
		}
		if ok {
			some = true
		} else {
			t.out = t.out[:mark]
		}
	}
	if !some {
		t.out = t.out[:start]
		return false
	}
	t.out = append(t.out, ']')
	return true
}

// isElement tells the wrapper of list elements by the names that writers give it.
func isElement(c *column) bool {
	switch c.fields[0].name {
	case "element", "item", "array_element":
		return c.name == "list" || c.name == "bag" || c.name == "array"
	}
	return false
}

// leaf appends a value.
func (t *text) leaf(c *column, v parquet.Value) bool {
	if v.IsNull() {
		return false
	}
	if lt := c.Type().LogicalType(); lt != nil && t.logical(lt.Value, v) {
		return true
	}
	switch v.Kind() {
	case parquet.Boolean:
		t.out = strconv.AppendBool(t.out, v.Boolean())
	case parquet.Int32:
		t.out = strconv.AppendInt(t.out, int64(v.Int32()), 10)
	case parquet.Int64:
		t.out = strconv.AppendInt(t.out, v.Int64(), 10)
	case parquet.Int96: // nanoseconds of a Julian day: the old form of timestamps
		w := v.Int96()
		t.time(time.Unix((int64(w[2])-2440588)*86400, int64(w[1])<<32|int64(w[0])))
	case parquet.Float:
		t.number(float64(v.Float()), 32)
	case parquet.Double:
		t.number(v.Double(), 64)
	default:
		t.out = t.quote(t.out, string(v.ByteArray()))
	}
	return true
}

func (t *text) number(f float64, bits int) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		t.out = t.quote(t.out, strconv.FormatFloat(f, 'f', -1, bits))
		return
	}
	t.out = strconv.AppendFloat(t.out, f, 'f', -1, bits)
}

func (t *text) time(at time.Time) { t.out = t.quote(t.out, at.UTC().Format(time.RFC3339Nano)) }

// logical appends a value whose type says more than how it is stored.
func (t *text) logical(lt format.LogicalTypeValue, v parquet.Value) bool {
	switch lt := lt.(type) {
	case *format.TimestampType:
		unit := int64(lt.Unit.Value.Duration())
		per := int64(time.Second) / unit
		t.time(time.Unix(v.Int64()/per, v.Int64()%per*unit))
	case *format.DateType:
		t.out = t.quote(t.out, time.Unix(int64(v.Int32())*86400, 0).UTC().Format("2006-01-02"))
	case *format.IntType:
		if lt.IsSigned {
			return false
		}
		if v.Kind() == parquet.Int64 {
			t.out = strconv.AppendUint(t.out, v.Uint64(), 10)
		} else {
			t.out = strconv.AppendUint(t.out, uint64(v.Uint32()), 10)
		}
	case *format.UUIDType:
		b := v.ByteArray()
		if len(b) != 16 {
			return false
		}
		h := hex.EncodeToString(b)
		t.out = t.quote(t.out, h[:8]+"-"+h[8:12]+"-"+h[12:16]+"-"+h[16:20]+"-"+h[20:])
	case *format.DecimalType:
		t.decimal(v, int(lt.Scale))
	default:
		return false
	}
	return true
}

// decimal appends an integer with its point moved.
func (t *text) decimal(v parquet.Value, scale int) {
	n := new(big.Int)
	switch v.Kind() {
	case parquet.Int32:
		n.SetInt64(int64(v.Int32()))
	case parquet.Int64:
		n.SetInt64(v.Int64())
	default:
		b := v.ByteArray()
		n.SetBytes(b)
		if len(b) > 0 && b[0]&0x80 != 0 {
			n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
		}
	}
	r := new(big.Rat).SetFrac(n, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil))
	t.out = append(t.out, r.FloatString(scale)...)
}
