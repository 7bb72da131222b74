package commands

import "spl/lang"

// unbuiltRows are commands that change, mark or pick rows.
var unbuiltRows = []*Command{
	parses("Shorten events to their telling lines.", "abstract [maxterms=<int>] [maxlines=<int>]", aka("excerpt"),
		intOpt("maxterms", "1000", "Most terms to look for."), intOpt("maxlines", "10", "Most lines to keep.")),
	parses("Mark rows by how unexpected they are.", "anomalies [<options>] [by <field>...]", nil, numOpt("threshold", "0.01", "Least unexpectedness that is kept."),
		boolOpt("labelonly", "false", "Keep all rows."), boolOpt("normalize", "true", "Treat numbers alike."), intOpt("maxvalues", "100", "Rows to compare with."),
		fieldOpt("field", "_raw", "Field to look at."), textOpt("denylist", "", "Table of expected texts."), numOpt("denylistthreshold", "0.05", "Likeness to one of them that drops a row.")),
	parses("Keep rows with rare values.", "anomalousvalue [<options>] [<field>...]", nil, intOpt("minsupcount", "100", "Rows a field must be in."),
		numOpt("maxanofreq", "0.05", "Share up to which a value is rare."), numOpt("minsupfreq", "0.05", "Share of rows a field must be in."),
		numOpt("minnormfreq", "0.01", "Share from which a value is normal."), enumOpt("action", "filter", "What to do.", "filter", "annotate", "summary"), numOpt("pthresh", "0.01", "Probability up to which a number is rare.")),
	parses("Keep or mark improbable rows.", "anomalydetection [method=<histogram|zscore|iqr>] [action=<action>] [pthresh=<num>] [cutoff=<bool>] [<field>...]", nil,
		enumOpt("method", "histogram", "How to find them.", "histogram", "zscore", "iqr"), enumOpt("action", "filter", "What to do.", "filter", "annotate", "summary", "tf", "transform", "rm", "remove"),
		numOpt("pthresh", "", "Probability up to which a row is an anomaly."), boolOpt("cutoff", "true", "Bound the threshold by the spread of the values.")),
	parses("Group rows whose text is alike.", "cluster [t=<num>] [showcount=<bool>] [field=<field>] [labelonly=<bool>] [match=<termlist|termset|ngramset>]", aka("slc"),
		numOpt("t", "0.8", "Likeness from 0 to 1."), textOpt("delims", "", "Characters between words."), boolOpt("showcount", "false", "Add the size of the group."),
		fieldOpt("countfield", "cluster_count", "Field of the size."), fieldOpt("labelfield", "cluster_label", "Field of the number."), fieldOpt("field", "_raw", "Field to look at."),
		boolOpt("labelonly", "false", "Keep all rows."), enumOpt("match", "termlist", "What to compare.", "termlist", "termset", "ngramset")),
	parses("Compare two rows line by line.", "diff [position1=<int>] [position2=<int>] [attribute=<field>] [diffheader=<bool>] [context=<bool>] [maxlen=<int>]", nil,
		intOpt("position1", "1", "The one row."), intOpt("position2", "2", "The other row."), fieldOpt("attribute", "_raw", "Field to compare."),
		boolOpt("diffheader", "false", "Add a header."), boolOpt("context", "false", "Show lines around."), intOpt("maxlen", "100000", "Most bytes compared.")),
	parses("Learn an extraction from examples.", "erex <field> examples=<text> [counterexamples=<text>] [fromfield=<field>] [maxtrainers=<int>]", nil,
		textOpt("examples", "", "Values to find."), textOpt("counterexamples", "", "Values not to find."), fieldOpt("fromfield", "_raw", "Field to look in."), intOpt("maxtrainers", "100", "Most rows to learn from.")),
	parses("Suggest event types.", "findtypes max=<int> [notcovered] [useraw]", nil, intOpt("max", "10", "Most suggestions.")),
	parses("Suggest event types from punctuation.", "typelearner [<field>] [maxlen=<int>]", nil, intOpt("maxlen", "15", "Longest suggestion.")),
	parses("Roll paths up.", "folderize attr=<field> [sep=<text>] [size=<field>] [minfolders=<int>] [maxfolders=<int>]", nil, fieldOpt("attr", "", "Field of the path."),
		textOpt("sep", "::", "Separator."), fieldOpt("size", "totalCount", "Field to add up."), intOpt("minfolders", "2", "Fewest folders."), intOpt("maxfolders", "20", "Most folders.")),
	parses("Roll paths up to a number of folders.", "bucketdir pathfield=<field> sizefield=<field> [maxcount=<int>] [countfield=<field>] [sep=<text>]", nil, fieldOpt("pathfield", "source", "Field of the path."),
		fieldOpt("sizefield", "totalCount", "Field to add up."), intOpt("maxcount", "20", "Most folders."), fieldOpt("countfield", "", "Field of the number."), textOpt("sep", "", "Separator.")),
	parses("Add shapes of regions.", "geom [<collection>] [allFeatures=<bool>] [featureIdField=<field>] [gen=<num>] [min_x=<num>] [min_y=<num>] [max_x=<num>] [max_y=<num>]", nil, geomOptions...),
	parses("Keep rows within a rectangle.", "geomfilter [min_x=<num>] [min_y=<num>] [max_x=<num>] [max_y=<num>]", nil, geomOptions[3:]...),
	parses("Group rows by numbers.", "kmeans [k=<int>|<int>-<int>] [reps=<int>] [maxiters=<int>] [t=<num>] [cfield=<field>] [dt=<distance>] [showcentroid=<bool>] [<field>...]", nil,
		textOpt("k", "2", "Number of groups."), intOpt("reps", "10", "Tries."), intOpt("maxiters", "10000", "Most rounds."), numOpt("t", "0", "Change that ends a try."),
		fieldOpt("cfield", "CLUSTERNUM", "Field of the group."), textOpt("dt", "l2norm", "Distance."), boolOpt("showcentroid", "true", "Add the centres.")),
	parses("Extract by form templates.", "kvform [form=<text>] [field=<field>]", nil, textOpt("form", "", "Template."), fieldOpt("field", "sourcetype", "Field that names the template.")),
	parses("List the times where events are dense.", "localize [maxpause=<span>] [timeafter=<span>] [timebefore=<span>]", nil, spanOpt("maxpause", "1m", "Largest gap."),
		spanOpt("timeafter", "30s", "Added behind."), spanOpt("timebefore", "30s", "Added in front.")),
	rowsCmd("prjob", "prjob [<subsearch>]", "Spread a subsearch; it never changes rows."),
	pipes("multireport", "multireport [<pipeline>]...", "Put the same rows through several pipelines and join the results."),
	parses("Find gaps in summary indexes.", "overlap", nil),
	parses("Score events by their terms.", "relevancy", nil),
	parses("Sort real-time events.", "rtorder [discard=<bool>] [buffer_span=<span>] [max_buffer_size=<int>]", nil, boolOpt("discard", "false", "Drop late events."),
		spanOpt("buffer_span", "10s", "Time to wait."), intOpt("max_buffer_size", "50000", "Events to hold.")),
	parses("Replace private words.", "scrub [public-terms=<file>] [private-terms=<file>] [name-terms=<file>] [dictionary=<file>] [timeconfig=<file>] [namespace=<app>]", nil, textOpt("public-terms", "", "Words to keep."),
		textOpt("private-terms", "", "Words to replace."), textOpt("name-terms", "", "Names to use."), textOpt("dictionary", "", "Words to keep."), textOpt("timeconfig", "", "Times to change."), textOpt("namespace", "", "App of the files.")),
	parses("Name the shape of a list of numbers.", "shape <field> [maxvalues=<int>] [maxresolution=<int>]", nil, intOpt("maxvalues", "5", "Letters."), intOpt("maxresolution", "10", "Steps.")),
}

var geomOptions = []lang.Opt{
	boolOpt("allFeatures", "false", "Add shapes without rows."), fieldOpt("featureIdField", "", "Field that names the shape."), numOpt("gen", "", "How much to simplify."),
	{Name: "min_x", Type: lang.Num, Default: "-180", Doc: "Left end."}, {Name: "min_y", Type: lang.Num, Default: "-90", Doc: "Lower end."},
	{Name: "max_x", Type: lang.Num, Default: "180", Doc: "Right end."}, {Name: "max_y", Type: lang.Num, Default: "90", Doc: "Upper end."},
}

func rowsCmd(name, usage, short string) *Command {
	return define(Spec[looseArgs]{Grammar: lang.Grammar{Name: name, Usage: usage, Sub: lang.SubRows, Clauses: []string{"by", "as"}}, Short: short, Doc: short})
}

func pipes(name, usage, short string) *Command {
	return define(Spec[looseArgs]{Grammar: lang.Grammar{Name: name, Usage: usage, Sub: lang.SubPipeline, Clauses: []string{"by", "as"}}, Short: short, Doc: short})
}
