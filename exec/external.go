package exec

import (
	"fmt"
	"strings"

	"spl/lang"
)

// owners names the products that bring commands of their own, as far as many searches call them.
var owners = map[string]string{
	"apply": toolkit, "fit": toolkit, "summary": toolkit, "listmodels": toolkit, "deletemodel": toolkit, "sample": toolkit, "score": toolkit,
	"dbxquery": "Splunk DB Connect", "dbxoutput": "Splunk DB Connect", "dbxlookup": "Splunk DB Connect", "dbquery": "Splunk DB Connect",
	"ldapsearch": ldap, "ldapfetch": ldap, "ldapfilter": ldap, "ldapgroup": ldap, "ldaptestconnection": ldap,
	"cyberchef": "the CyberChef app", "dnstwist": "the DNSTwist app", "makejson": "the SA-jsontools app",
}

const (
	toolkit = "the Machine Learning Toolkit"
	ldap    = "the Supporting Add-on for Active Directory"
)

// nameOwners says of unknown commands where they come from, when that is known: they parse as text, and
// cannot run.
func nameOwners(ds lang.Diagnostics, env *Env) lang.Diagnostics {
	for i, d := range ds {
		if d.Code != lang.CodeUnknownCommand || d.Src == nil {
			continue
		}
		name := strings.ToLower(d.Src.Text[d.Span.Start:d.Span.End])
		if at, ok := env.External[name]; ok {
			ds[i].Code = "external-command"
			ds[i].Msg = fmt.Sprintf("The command '%s' is a program of its own, declared at %s: it parses, but cannot run here.", name, at)
			ds[i].Hint = ""
		} else if owner, ok := owners[name]; ok {
			ds[i].Hint = "it belongs to " + owner + ", which is not part of spl"
		}
	}
	return ds
}
