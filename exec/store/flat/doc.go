// Package flat turns JSON texts into fields named as SPL names them (`a.b`, `a{}`, `a{}.b`, `{}.b`)
// and blocks of events into columns. It hides the tree of paths that lets it guess the next key.
//
//	b := flat.NewBlock(flat.NewTree(nil))
//	for each line {
//		err := b.JSON(line)   // fields of the event; on an error the row simply has none
//		b.End(line)           // closes the row and keeps its text as _raw (nil: no text)
//		if b.Full() { batch := b.Build(); …add _time, host …; store.Append(ctx, batch) }
//	}
//
// Readers of other formats use Block.Field once a name and Block.Put once a value instead of JSON.
// A search over plain files passes NewTree the test for the fields it needs; the other values are
// checked but neither unescaped nor kept. Start with Block; Tree.Flatten is the layer below.
//
// With Block.Shape, texts that the fields and a shape (what stands between them) give back are not kept: a
// column holds the shapes, and the other columns are column.Values whose dictionaries go on from block to
// block. Bulk imports into the segment store take them, everything else wants texts and plain vectors.
//
// Values: strings unescaped, numbers as written, true/false/null as these words; empty objects and
// arrays give nothing; the values of arrays and of repeated keys are lists in the order of the text.
package flat
