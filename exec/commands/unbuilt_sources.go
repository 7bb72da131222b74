package commands

import "spl/lang"

// unbuiltSources are commands that make rows.
var unbuiltSources = []*Command{
	lenient(parses("Answer a request to the server's REST interface.", "| rest <path> [count=<int>] [splunk_server=<name>] [timeout=<int>] [strict=<bool>] [<argument>=<value>...]", nil,
		intOpt("count", "30", "Most entries, 0 for all."), textOpt("splunk_server", "", "Server to ask."), textOpt("splunk_server_group", "", "Servers to ask."),
		intOpt("timeout", "60", "Seconds to wait."), boolOpt("strict", "false", "Fail when a server answers with an error."))),
	lenient(parses("Run a saved search.", "| savedsearch <name> [<token>=<value>...] [nosubstitution=<bool>]", aka("savedsplunk"),
		boolOpt("nosubstitution", "false", "Leave $tokens$ alone."))),
	parses("Give the rows of a finished job.", "| loadjob <sid> | savedsearch=<user>:<app>:<name> [events=<bool>] [artifact_offset=<int>]", nil,
		textOpt("savedsearch", "", "Owner, app and name of the saved search."), boolOpt("events", "false", "Give the events instead of the results."),
		enumOpt("job_delegate", "scheduler", "Who started the job.", "scheduler", "user"), intOpt("artifact_offset", "0", "How many runs back."),
		boolOpt("ignore_running", "true", "Pass over jobs that still run."), boolOpt("wait_until_finished", "false", "Wait for a running job."), intOpt("wait_timeout", "60", "Seconds to wait.")),
	lenient(parses("Describe the buckets of indexes.", "| dbinspect [index=<name>]... [span=<span>] [timeformat=<text>] [corruptonly=<bool>]", nil,
		spanOpt("span", "", "Width of a bin of time."), textOpt("timeformat", "", "How times are shown."), boolOpt("corruptonly", "false", "Only damaged buckets."))),
	searchLike("metasearch", "| metasearch [<search>]", "Find events by their metadata."),
	searchLike("searchtxn", "| searchtxn <transaction type> [<options>] [<search>]", "Find the events of a transaction type."),
	searchLike("typeahead", "| typeahead prefix=<text> count=<int> [index=<name>]", "List terms that start with a prefix."),
	lenient(parses("List the terms of an index.", "| walklex index=<name> [type=<all|field|fieldvalue|term>] [prefix=<text>|pattern=<text>]", nil,
		enumOpt("type", "term", "What to list.", "all", "field", "fieldvalue", "term"), textOpt("prefix", "", "Start of the terms."), textOpt("pattern", "", "Wildcard over the terms."))),
	parses("List the searches of the user.", "| history [events=<bool>]", nil, boolOpt("events", "false", "Give events instead of a table.")),
	parses("Show how text becomes events.", "| ingestpreview [<setting>...]", nil),
	lenient(parses("Pass the rows through a program of its own.", "script [<language>] <name> [<argument>...] [maxinputs=<int>]", aka("run", "runshellscript"),
		intOpt("maxinputs", "100", "Most rows passed on."))),
}

func searchLike(name, usage, short string) *Command {
	return define(Spec[termArgs]{Grammar: lang.Grammar{Name: name, Usage: usage, Terms: true, Sub: lang.SubTerms, Generating: true}, Short: short, Doc: short})
}
