package commands

import "spl/lang"

var metricOptions = []lang.Opt{
	boolOpt("prestats", "false", "Give unfinished aggregates for a stats, chart or timechart behind."),
	boolOpt("append", "false", "Add the rows to those in front; wants prestats."),
	textOpt("fillnull_value", "", "Text for BY fields without a value; without it such rows are left out."),
	intOpt("chunk_size", "10000000", "Rows fetched at once; the result does not depend on it."),
	spanOpt("span", "", "Width of the bins of _time, when that is a BY field."),
	spanOpt("every", "", "Distance between the starts of bins."),
}

var mapOptions = []lang.Opt{
	textOpt("limit", "10", "Series to keep, such as 5, top5 or bottom5; 0 keeps all."),
	boolOpt("useother", "true", "Add a series of what is left out."), textOpt("otherstr", "OTHER", "Name of that series."),
	boolOpt("usenull", "true", "Add a series of rows without the split field."), textOpt("nullstr", "NULL", "Name of that series."),
	boolOpt("cont", "true", "Fill the gaps between bins."), boolOpt("partial", "true", "Show the first and last bin even if cut."),
	boolOpt("fixedrange", "true", "Cover the whole time range of the search."),
	spanOpt("span", "", "Width of a bin."), spanOpt("minspan", "", "Smallest width of a bin."),
	intOpt("bins", "100", "Most bins to make."), textOpt("aligntime", "", "Time that bins are counted from: earliest, latest or a time."),
	numOpt("start", "", "Lower end of numeric bins."), numOpt("end", "", "Upper end of numeric bins."),
	textOpt("agg", "", "Aggregate that ranks the series."), textOpt("sep", ": ", "Text between aggregate and series in a column name."),
	textOpt("format", "", "Pattern of a column name, of $AGG$ and $VAL$."), boolOpt("dedup_splitvals", "false", "Count a repeated value of a multivalue split field once."),
}

func splitLike(name, short string, over bool, more ...lang.Opt) *Command {
	usage := name + " [<options>] <function>(<field>) [AS <name>]... [BY <field>]"
	if over {
		usage = name + " [<options>] <function>(<field>) [AS <name>]... [OVER <field>] [BY <field> [<field>]]"
	}
	return define(Spec[aggArgs]{Grammar: lang.Grammar{Name: name, Usage: usage, Clauses: []string{"by", "as", "over", "where"},
		BadArg: badAggArgument, Options: append(more, mapOptions...)}, Short: short, Doc: short})
}

func metricLike(name, usage, short string, generates bool, more ...lang.Opt) *Command {
	return define(Spec[metricArgs]{Grammar: lang.Grammar{Name: name, Usage: usage, Sub: lang.SubTerms, Generating: generates,
		Clauses: []string{"by", "groupby", "as", "where", "from"}, BadArg: badAggArgument, Options: append(more, metricOptions...)}, Short: short, Doc: short})
}

// unbuiltReports are commands that compute tables from aggregates or models.
var unbuiltReports = []*Command{
	splitLike("geostats", "Compute aggregates per cell of a map.", false,
		boolOpt("translatetoxy", "true", "Give coordinates of cells."), fieldOpt("latfield", "lat", "Field of the latitude."),
		fieldOpt("longfield", "lon", "Field of the longitude."), fieldOpt("outputlatfield", "latitude", "Field for the cell's latitude."),
		fieldOpt("outputlongfield", "longitude", "Field for the cell's longitude."), intOpt("globallimit", "10", "Series over all cells."),
		intOpt("locallimit", "10", "Series in one cell."), numOpt("binspanlat", "22.5", "Height of a cell at the lowest zoom."),
		numOpt("binspanlong", "45.0", "Width of a cell at the lowest zoom."), intOpt("maxzoomlevel", "9", "Levels to compute.")),
	metricLike("mstats", "| mstats [<options>] <function>(<metric>) [AS <name>]... WHERE <search> [BY <field>...] [span=<span>]",
		"Compute aggregates of metrics.", true, boolOpt("backfill", "true", "Read what was there at the start of a window."),
		boolOpt("update_period", "", "Milliseconds between updates of a real-time search."), boolOpt("chart", "false", "Give a chart instead of rows."),
		textOpt("agg", "", "Aggregate that ranks the series of chart=t."), textOpt("limit", "10", "Series of chart=t.")),
	metricLike("mcatalog", "| mcatalog [<options>] values(<field>) [AS <name>]... [WHERE <search>] [BY <field>...]", "List names and dimensions of metrics.", true),
	metricLike("mpreview", "| mpreview [filter=<search>] [index=<name>]", "Show raw metric points.", true, textOpt("filter", "", "Search expression over dimensions."),
		textOpt("index", "", "Index to read."), textOpt("earliest", "", "Start."), textOpt("latest", "", "End.")),
	parses("Compare periods of a timechart beside each other.", "timewrap <span> [align=<now|end>] [series=<relative|exact|short>] [time_format=<text>]", nil,
		enumOpt("align", "end", "What the periods end at.", "now", "end"), enumOpt("series", "relative", "How series are named.", "relative", "exact", "short"),
		textOpt("time_format", "", "Time format of exact series names.")),
	pivotCmd,
	parses("Forecast the values of a time series.", "predict <field>... [algorithm=<name>] [future_timespan=<int>] [holdback=<int>] [period=<int>]", nil, predictOptions...),
	parses("Remove the seasonal part of a time series.", "x11 [add()|mult()][<period>](<field>) [AS <name>]", nil),
	parses("Make the columns of a gauge.", "gauge <field or number> [<number>...]", nil),
	parses("Show which fields occur together.", "correlate [type=cocur]", nil, enumOpt("type", "cocur", "What to compute.", "cocur")),
	parses("Find values that go with each other.", "associate [supcnt=<int>] [supfreq=<num>] [improv=<num>] [<field>...]", nil,
		intOpt("supcnt", "100", "Rows that a value must be in."), numOpt("supfreq", "0.1", "Share of rows that a value must be in."), numOpt("improv", "0.5", "Drop of entropy that counts.")),
	parses("Find rules between field values.", "arules [sup=<int>] [conf=<num>] <field>...", nil, intOpt("sup", "3", "Rows a rule must hold in."), numOpt("conf", ".5", "Share a rule must hold for.")),
	parses("Count how often two values occur together.", "cofilter <field> <field>", nil),
	parses("Measure how well numbers predict a field.", "analyzefields classfield=<field>", aka("af"), fieldOpt("classfield", "", "Field to predict.")),
}

var predictOptions = []lang.Opt{
	enumOpt("algorithm", "LLP5", "How to forecast.", "LL", "LLT", "LLP", "LLP5", "LLB", "BiLL"), fieldOpt("correlate", "", "Series to correlate with."),
	intOpt("future_timespan", "5", "Points to forecast."), intOpt("holdback", "0", "Points at the end to leave out."), intOpt("period", "", "Length of a season."),
	fieldOpt("suppress", "", "Field to leave out."), fieldOpt("upper95", "", "Name of the upper bound."), fieldOpt("lower95", "", "Name of the lower bound."),
	fieldOpt("upper90", "", "Name of the upper bound."), fieldOpt("lower90", "", "Name of the lower bound."),
}

// pivotCmd keeps its arguments as text: its language is a table designer's, not made of options.
var pivotCmd = raw(lang.Grammar{Name: "pivot", Generating: true, Mode: lang.ModeText,
	Usage: "| pivot <model> <dataset> <function>(<field>) [AS <name>]... [SPLITROW <field>]... [SPLITCOL <field>]... [FILTER <field> <op> <value>]... [LIMIT ...] [SORT ...]"},
	"Make a table from a data model.")

// raw declares a command whose arguments stay text.
func raw(g lang.Grammar, short string) *Command {
	return &Command{Grammar: g, Short: short, Doc: short}
}
