package exec

import "spl/lang"

// planCodes are about what a search asks for.
var planCodes = []lang.CodeDoc{
	{Code: "missing-field", Doc: "a stage names a field that no stage before it leaves", Bad: "index=main | table a, b | stats count BY user", Good: "index=main | table a, b, user | stats count BY user",
		Page: `table, stats, chart, top and fields keep only what they name. A field behind BY that is gone makes every row
drop out, so the result is empty: a warning. spl check --lint also looks at fields in other places.`},
	{Code: "not-built", Doc: "the command parses, but spl cannot run it yet", Bad: "index=main | kmeans k=3 x",
		Page: "The search is read and checked as far as possible. The command itself is refused before anything runs."},
	{Code: "external-command", Doc: "the command is a program that an app brings",
		Page: "A commands.conf in a content folder declares it, so its arguments are not checked. spl does not run programs of other apps."},
	{Code: "no-lookup", Doc: "there is no lookup of that name", Bad: "| inputlookup no_such_table.csv",
		Page: `A lookup is a CSV file in the lookups folder of a content folder, a definition in transforms.conf or YAML, or a table
that a search wrote with outputlookup. A table that a search of the same call of spl check writes counts as known.`},
	{Code: "no-datamodel", Doc: "there is no data model or dataset of that name", Bad: "| tstats count FROM datamodel=Endpoint.Proceses", Good: "| tstats count FROM datamodel=Endpoint.Processes",
		Page: "The models of the Common Information Model are built in; those of an app stand in its folder default/data/models. `spl run '| datamodel'` lists all of them."},
	{Code: "lookup-column", Doc: "the lookup table lacks a column", Page: "The columns are those of the first line of the CSV file, or fields_list of a KV store definition. spl lookup show prints them."},
	{Code: "lookup-write", Doc: "a lookup table could not be written", Page: "Tables are written below the home folder. The message names the cause."},
	{Code: "subsearch-depth", Doc: "subsearches are nested too deeply", Page: "Brackets may be nested eight levels deep."},
	{Code: "bad-subsearch", Doc: "a subsearch could not be read", Page: "Another message tells what is wrong inside the brackets."},
	{Code: "subsearch-text", Doc: "the text of a subsearch's result holds another subsearch", Page: "The values that a subsearch returns become text of the search; brackets in them would run as another subsearch. Quote them."},
}

// contentCodes are about macros and configuration.
var contentCodes = []lang.CodeDoc{
	{Code: "unknown-macro", Doc: "there is no such macro", Bad: "`no_such_macro` | stats count",
		Page: `Macros with the same name and another number of arguments are different macros; the hint says which there are.
Content folders are given with --content.`},
	{Code: "macro-call", Doc: "the call of a macro cannot be read", Page: "A call is a name, or a name and arguments in parentheses separated by commas; named arguments (a=1) are those of the definition."},
	{Code: "macro-cycle", Doc: "a macro expands into itself", Page: "The message shows the way round."},
	{Code: "macro-depth", Doc: "macros are nested too deeply", Page: "Macros may be nested a hundred levels deep."},
	{Code: "macro-size", Doc: "the macros of the search expand to too much text", Page: "Macros that call each other twice grow without end."},
	{Code: "macro-eval", Doc: "the expression of an eval-based macro gives no text", Page: "A macro with iseval = true must evaluate to a string, which is then the text."},
	{Code: "macro-validation", Doc: "the arguments of a macro are refused by its validation", Page: "The message is the one that the macro's author wrote."},
	{Code: "macro-definition", Doc: "the definition of a macro cannot be read", Page: "The definition is left out; searches that call the macro fail."},
	{Code: "lookup-definition", Doc: "the definition of a lookup cannot be read", Page: "The definition is left out; searches that use the lookup fail."},
	{Code: "bad-eventtype", Doc: "an event type cannot be read", Page: "The search of an event type is one search expression, without pipes and subsearches."},
	{Code: "content", Doc: "a file of a content folder cannot be read", Page: "The file is left out, the rest counts."},
	{Code: "conf-encoding", Doc: "a .conf file is UTF-16", Page: "Save it as UTF-8."},
	{Code: "conf-stanza", Doc: "the header of a stanza is not closed", Page: "A stanza starts with a line [name]."},
	{Code: "conf-line", Doc: "a line of a .conf file is no setting", Page: "Settings are name = value; comments start with #. The line is left out."},
	{Code: "conf-continuation", Doc: "blanks stand behind the backslash that should continue a line", Page: "Only a backslash that is the last character continues a line. Remove the blanks."},
}

// runCodes are about searches that fail while they run.
var runCodes = []lang.CodeDoc{
	{Code: "failed", Doc: "something outside of the search went wrong", Page: "The message is that of the file, store or limit that failed."},
	{Code: "no-results", Doc: "require found no rows", Page: "The command require fails a search that has no rows in front of it."},
	{Code: "not-sorted", Doc: "the rows are not in descending order of time", Page: "transaction wants events newest first, as a search gives them. Put it before commands that reorder rows, or sort 0 - _time."},
	{Code: "too-many-rows", Doc: "a command would make too many rows", Page: "Choose a wider span."},
}
