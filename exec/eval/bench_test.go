package eval

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"spl/exec/column"
)

// benchBatch has a full row group: few distinct users, many distinct paths, numbers and times.
func benchBatch() *column.Batch {
	const n = column.MaxRows
	r := rand.New(rand.NewPCG(1, 1))
	users, paths, hosts, mv := column.NewTextBuilder(), column.NewTextBuilder(), column.NewTextBuilder(), column.NewTextBuilder()
	ints := &column.Int{V: make([]int64, n)}
	times := &column.Time{V: make([]int64, n)}
	floats := &column.Float{F: make([]float64, n)}
	for i := range n {
		users.Append(fmt.Sprintf("User%d", r.IntN(1000)))
		hosts.Append(fmt.Sprintf("10.0.%d.%d", r.IntN(4), r.IntN(50)))
		paths.Append(fmt.Sprintf(`C:\Windows\System32\dir%d\file%d.exe`, r.IntN(1000), i))
		mv.AppendList([]string{fmt.Sprint(r.IntN(100)), fmt.Sprint(r.IntN(100))})
		ints.V[i] = int64(r.IntN(100000))
		times.V[i] = 1768478400e6 + int64(i)*1e6
		floats.F[i] = r.Float64() * 100
	}
	raws := column.NewTextBuilder()
	for i := range n {
		raws.Append(fmt.Sprintf(`{"eventVersion":"1.08","userIdentity":{"type":"AssumedRole","userName":"User%d"},"eventTime":"2026-01-15T12:00:00Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"us-east-1","sourceIPAddress":"10.0.0.%d","requestID":"%d"}`, r.IntN(1000), r.IntN(256), i))
	}
	b := column.NewBatch(n)
	b.Set("_raw", raws.Build())
	b.Set("user", users.Build())
	b.Set("host", hosts.Build())
	b.Set("path", paths.Build())
	b.Set("m", mv.Build())
	b.Set("n", ints)
	b.Set("f", floats)
	b.Set("_time", times)
	return b
}

func BenchmarkEval(b *testing.B) {
	batch := benchBatch()
	for _, c := range []struct{ name, expr string }{
		{"arith", `n*2+f/3`}, {"compare", `n>5000 AND f<50`}, {"dict-lower", `lower(user)`}, {"plain-lower", `lower(path)`}, {"dict-match", `match(user,"9$")`},
		{"plain-match", `match(path,"(?i)file\d+7\.exe")`}, {"if", `if(n>50000,"high","low")`}, {"case-mixed", `case(n>90000,user,n>50000,host,true(),"none")`},
		{"concat", `user.":".host`}, {"concat-plain", `path.":".n`}, {"coalesce", `coalesce(nosuch,user)`}, {"isnull", `isnull(path)`}, {"in", `user IN ("User1","User2","User3")`},
		{"cidr", `cidrmatch("10.0.1.0/24",host)`}, {"strftime", `strftime(_time,"%Y-%m-%d %H:%M:%S")`}, {"round", `round(f,2)`}, {"replace-plain", `replace(path,"dir\d+","x")`},
		{"split-index", `mvindex(split(path,"\\"),-1)`}, {"mvfilter", `mvfilter(m>50)`}, {"mvmap", `mvmap(m,m*2)`}, {"mvcount", `mvcount(m)`}, {"mv-eq", `m=="50"`}, {"len", `len(path)`},
		{"substr", `substr(path,4,7)`}, {"tonumber", `tonumber(user)`}, {"md5", `md5(user)`}, {"json", `json_object("u",user)`}, {"random", `random()%10`}, {"relative", `relative_time(_time,"-1d@d")`}, {"max", `max(n,f)`},
		{"trig", `sin(f)`}, {"bit", `bit_and(n,255)`}, {"printf", `printf("%08.2f",f)`}, {"strptime", `strptime("2026-01-15 ".(10+n%10).":00:00","%Y-%m-%d %H:%M:%S")`},
		{"tostring", `tostring(n,"commas")`}, {"json-plain", `json_extract(_raw,"userIdentity.userName")`}, {"spath-plain", `spath(_raw,"eventName")`},
		{"searchmatch", `searchmatch("user=User1* n>500")`}, {"like-plain", `like(path,"%file%7.exe")`}, {"sigfig", `sigfig(f*1.00)`}, {"sum", `sum(n,f,m)`}, {"mvzip", `mvzip(m,m)`},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				p, _ := compileText(b, c.expr) // afresh: no kept results
				b.StartTimer()
				if _, err := p.Eval(batch); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)*float64(batch.N)/b.Elapsed().Seconds()/1e6, "Mrows/s")
		})
	}
}

func BenchmarkSearch(b *testing.B) {
	batch := benchBatch()
	for _, c := range []struct{ name, search string }{
		{"eq", `user=user77`}, {"wild", `path=*system32\\dir77\\*`}, {"number", `n>50000`}, {"cidr", `host=10.0.1.0/24`}, {"and", `user=user7* n>50000 path=*9.exe`}, {"in", `user IN (user1,user2,user3,user4,user5,user6,user7,user8,user9)`},
		{"not", `NOT user=user1*`}, {"term-rare", `deletebucket`}, {"term-all", `getobject`}, {"term-some", `user77`}, {"phrase", `"10.0.0.7"`}, {"contains", `path=*77\\file*`}, {"suffix", `path=*9.exe`},
	} {
		b.Run(c.name, func(b *testing.B) {
			x, ctx := parseTerm(b, c.search)
			for b.Loop() {
				b.StopTimer()
				f, _ := CompileSearch(x, ctx)
				in := batch.Copy()
				b.StartTimer()
				if err := f.Apply(in); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)*float64(batch.N)/b.Elapsed().Seconds()/1e6, "Mrows/s")
		})
	}
}
