package commands

import (
	"slices"

	"spl/lang"
)

// unbuiltEffects are commands that write, send or delete.
var unbuiltEffects = []*Command{
	lenient(parses("Write rows to a metric index.", "mcollect index=<name> [split=<bool|allnums>] [prefix_field=<field>] [<dimension>...]", nil, collectOptions...)),
	lenient(parses("Write events to a metric index on the indexers.", "meventcollect index=<name> [split=<bool|allnums>] [prefix_field=<field>] [<dimension>...]", nil, collectOptions...)),
	parses("Delete the events from searches.", "delete", nil),
	parses("Write the event text to a field.", "outputtext [usexml=<bool>]", nil, boolOpt("usexml", "true", "Escape it for XML.")),
	parses("Write the event text.", "outputraw", nil),
	lenient(parses("Send rows by mail.", "sendemail to=<list> [<options>]", nil)),
	lenient(parses("Run an alert action.", "sendalert <action> [results_link=<url>] [results_path=<path>] [param.<name>=<value>]...", nil,
		textOpt("results_link", "", "Link to the results."), textOpt("results_path", "", "Place of the results."))),
	parses("Write rows to a private index file.", "tscollect [namespace=<name>] [squashcase=<bool>] [keepresults=<bool>]", nil,
		textOpt("namespace", "", "Name of the file."), boolOpt("squashcase", "false", "Fold case."), boolOpt("keepresults", "false", "Pass rows on.")),
}

var collectOptions = slices.Concat(collectNames, []lang.Opt{
	boolOpt("addtime", "true", "Put the time in front."), boolOpt("addinfo", "true", "Add the search's own facts."), boolOpt("spool", "true", "Hand the file to the indexer."),
	boolOpt("testmode", "false", "Write nothing."), boolOpt("run_in_preview", "false", "Write previews too."), boolOpt("uselb", "true", "Spread over indexers."),
	enumOpt("output_format", "raw", "Form of what is written.", "raw", "hec"), enumOpt("split", "", "One point a measure.", "true", "false", "t", "f", "1", "0", "allnums"),
})

var collectNames = []lang.Opt{textOpt("index", "", "Index to write to."), textOpt("file", "", "File to write."), textOpt("marker", "", "Text to add to each event."),
	textOpt("host", "", "Host of the events."), textOpt("source", "", "Source of the events."), textOpt("sourcetype", "stash", "Source type of the events."), fieldOpt("prefix_field", "", "Field whose value starts metric names.")}
