// Package op holds what several commands run on: the executor that takes a pipeline over workers, the
// event scan, group tables, sorting and joining.
//
//	s, err := op.Run(ctx, rt, pipeline, nil)
//	for { b, err := s.Next(ctx); if err == io.EOF { break } … }
//	err = s.Close()
//
// Start with Run.
package op
