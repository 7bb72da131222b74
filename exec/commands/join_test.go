package commands

import "testing"

func TestJoinTakesFirstRows(t *testing.T) {
	for limit, want := range map[int]string{0: "k,r\n1,1\n2,2\n3,3", 2: "k,r\n1,1\n2,2\n3,", 3: "k,r\n1,1\n2,2\n3,3"} {
		w := newWorld(t)
		w.env.Limits.JoinRows = limit
		got, err := w.run(`join type=outer k [| makeresults count=3 | streamstats count AS r | eval k=r | table k r]`, "k\n1\n2\n3", 10)
		if err != nil || got != want {
			t.Errorf("%d rows: %v\n%s", limit, err, got)
		}
		if warned := len(w.rt.Messages()) > 0; warned != (limit == 2) {
			t.Errorf("%d rows: warned %v", limit, warned)
		}
	}
}
