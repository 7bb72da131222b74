// Package detections finds searches and the content around them: detections in .spl files, ESCU-style
// YAML and savedsearches.conf, and the macros, lookups and field extractions of content folders, which
// together make the Env a search runs in.
//
//	c, err := detections.Load(detections.Config{Home: ".spl", Content: []string{"./my-app"}})
//	env := c.Env(store, now)
//	searches, err := detections.Find("./my-app")
//
// Start with Load and Find.
package detections
