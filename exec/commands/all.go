package commands

// All is the table of commands, sorted by name, one a line.
var All = []*Command{}
