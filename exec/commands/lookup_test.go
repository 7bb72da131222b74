package commands

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

const usersTable = "user,group,level\nalice,dev,1\nalice,ops,2\nbob,hr,\n"

// TestLookups has one case a line: what a search gives, and with after what the table then holds.
func TestLookups(t *testing.T) {
	for _, c := range []struct{ search, in, want, after string }{
		{`lookup users user OUTPUT group`, "user\nalice\nbob\nzed\n", "user,group\nalice,dev|ops\nbob,hr\nzed,", ""},
		{`lookup users user AS who OUTPUTNEW group AS g level`, "who,g\nalice,old\nbob,", "who,g,level\nalice,old,1|2\nbob,hr,", ""},
		{`lookup users user OUTPUT group`, "user,group\nzed,old", "user\nzed", ""},
		{`lookup users user`, "user\nbob", "user,group\nbob,hr", ""},
		{`lookup users user group OUTPUT level`, "user,group\nalice,ops\nalice,hr", "user,group,level\nalice,ops,2\nalice,hr,", ""},
		{`lookup users user OUTPUT level`, "user\nalice|bob", "user,level\nalice|bob,1|2", ""},
		{`inputlookup append=t users where level>1 | table a user`, "a\n1", "a,user\n1,\n,alice", ""},
		{`inputlookup start=1 max=1 users`, "", "user,group,level\nalice,ops,2", ""},
		{`outputlookup users`, "user,x\nzed,1", "user,x\nzed,1", "user,x\nzed,1"},
		{`outputlookup append=t users`, "user,x\nzed,1", "user,x\nzed,1", "user,group,level\nalice,dev,1\nalice,ops,2\nbob,hr,\nzed,,"},
		{`outputlookup max=1 users | where user="b"`, "user\na\nb", "user\nb", "user\na"},
		{`where user="nobody" | outputlookup override_if_empty=f users`, "user\na", "user", "user,group,level\nalice,dev,1\nalice,ops,2\nbob,hr,"},
		{`stats count by user | inputlookup append=t users | fields user | outputlookup users | head 1`, "user\nzed", "user\nzed", "user\nzed\nalice\nalice\nbob"},
	} {
		w := newWorld(t)
		if err := w.content.AddInline("users", usersTable, nil); err != nil {
			t.Fatal(err)
		}
		got, err := w.run(c.search, c.in, 10)
		if err != nil {
			t.Errorf("%s: %v", c.search, err)
			continue
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", c.search, diff)
		}
		if c.after == "" {
			continue
		}
		after, err := w.run("inputlookup users", "", 10)
		if err != nil {
			t.Errorf("%s: %v", c.search, err)
			continue
		}
		if diff := cmp.Diff(c.after, after); diff != "" {
			t.Errorf("%s: table: -want +got\n%s", c.search, diff)
		}
	}
}
