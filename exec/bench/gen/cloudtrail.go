package gen

import "strings"

// principal is one identity of the synthetic organisation.
type principal struct {
	kind      string // userIdentity.type
	name      string // userName: the user, or the role's session
	role      string
	account   int
	id        uint64
	ips       []uint32
	agent     string
	favourite []int // the calls that it normally makes, indexes into apis
}

type cloudTrail struct {
	principals []principal
	who        alias
	call       alias // over apis
	habit      alias // over a principal's favourites
	accounts   []uint64
	buckets    []string
	bucketZipf alias
	sources    []string // eventSource by call
}

func newCloudTrail(seed uint64) *cloudTrail {
	r := newRNG(seed, 0)
	c := &cloudTrail{call: zipf(len(apis)), habit: zipf(24), bucketZipf: zipf(400)}
	for _, a := range apis {
		c.sources = append(c.sources, a.service+".amazonaws.com")
	}
	for range 12 {
		c.accounts = append(c.accounts, 100000000000+r.u64()%899999999999)
	}
	for i := range 400 {
		b := append([]byte("acme-"), pick(&r, words)...)
		b = append(append(b, '-'), pick(&r, words)...)
		b = appendInt(append(b, '-'), i)
		c.buckets = append(c.buckets, string(b))
	}
	var people []string
	for _, f := range familyNames {
		for _, g := range givenNames {
			people = append(people, g+"."+f)
		}
	}
	for i := range 600 {
		p := principal{account: r.n(len(c.accounts)), id: r.u64(), agent: agent(&r)}
		switch x := r.n(100); {
		case x < 55:
			p.kind, p.role = "AssumedRole", pick(&r, roleNames)
			if r.pct(60) {
				p.name = people[(i*37)%len(people)]
			} else {
				p.name = string(appendHex([]byte("i-"), r.u64(), 17))
			}
		case x < 85:
			p.kind, p.name = "IAMUser", people[(i*37)%len(people)]
		case x < 95:
			p.kind, p.name = "AWSService", pick(&r, hostServices)
		case x < 97:
			p.kind, p.name = "Root", "root"
		default:
			p.kind, p.name = "FederatedUser", people[(i*37)%len(people)]
		}
		for range r.in(1, 40) {
			p.ips = append(p.ips, uint32(r.u64()))
		}
		for range 24 {
			p.favourite = append(p.favourite, c.call.draw(&r))
		}
		c.principals = append(c.principals, p)
	}
	c.who = zipf(len(c.principals))
	return c
}

func agent(r *rng) string {
	t := pick(r, tools)
	i := strings.Index(t, "%d")
	b := appendInt([]byte(t[:i]), r.in(0, 19))
	return string(append(b, t[i+2:]...))
}

func (c *cloudTrail) event(b []byte, r *rng, i int, t int64) []byte {
	p := &c.principals[c.who.draw(r)]
	var call int
	if r.chance(5000) {
		// Once in a while somebody does what they never did before.
		call = r.n(len(apis))
	} else {
		call = p.favourite[c.habit.draw(r)]
	}
	a := &apis[call]
	account := c.accounts[p.account]
	region := regions[r.n(len(regions))]
	ip := p.ips[r.n(len(p.ips))]

	b = append(b, `{"eventVersion":"1.08","userIdentity":`...)
	b = c.identity(b, r, p, account, t)
	b = append(b, `,"eventTime":"`...)
	b = appendTime(b, t, 'T', false)
	b = append(b, `Z","eventSource":"`...)
	b = append(b, c.sources[call]...)
	b = append(b, `","eventName":"`...)
	b = append(b, a.name...)
	b = append(b, `","awsRegion":"`...)
	b = append(b, region...)
	b = append(b, `","sourceIPAddress":"`...)
	if p.kind == "AWSService" {
		b = append(b, p.name...)
	} else {
		b = appendIP(b, ip)
	}
	b = append(b, `","userAgent":"`...)
	b = userAgent(b, r, a, p)
	b = append(b, '"')
	b, failed := outcome(b, r, a, p, account)
	b = append(b, `,"requestParameters":`...)
	b = c.request(b, r, a, p, account, region)
	b = append(b, `,"responseElements":`...)
	if a.write && !failed {
		b = c.response(b, r, a, p, account, t)
	} else {
		b = append(b, `null`...)
	}
	b = append(b, `,"requestID":"`...)
	b = appendUUID(b, r)
	b = append(b, `","eventID":"`...)
	b = appendUUID(b, r)
	b = append(b, `","readOnly":`...)
	if a.write {
		b = append(b, `false`...)
	} else {
		b = append(b, `true`...)
	}
	b = c.resources(b, r, a, p, account, region)
	b = additional(b, r, a, region)
	return kind(b, r, a, p, account, region)
}

// userAgent is the caller's program, now and then with a rare word in it.
func userAgent(b []byte, r *rng, a *api, p *principal) []byte {
	switch {
	case r.chance(60000):
		// The needle of the substring searches: rare, in three spellings.
		b = append(b, pick(r, []string{"python-requests/2.31 mimikatz-loader/1.0", "PowerShell/7.4 (Invoke-Mimikatz)", "curl/8.1 MIMIKATZ"})...)
	case p.kind == "AWSService":
		b = append(b, p.name...)
	default:
		b = append(b, p.agent...)
		if strings.HasSuffix(p.agent, "command/") {
			b = append(append(append(b, a.service...), '.'), a.name...)
		}
	}
	return b
}

// outcome appends the error of a call and says whether it has one.
func outcome(b []byte, r *rng, a *api, p *principal, account uint64) (out []byte, failed bool) {
	share := r.n(100)
	switch {
	case share < 8:
		e := &errorCodes[min(r.n(len(errorCodes)), r.n(len(errorCodes)))]
		b = append(b, `,"errorCode":"`...)
		b = append(b, e.code...)
		b = append(b, `","errorMessage":"`...)
		if head, rest, ok := strings.Cut(e.message, "%s"); ok {
			mid, tail, _ := strings.Cut(rest, "%s")
			b = append(b, head...)
			b = appendARN(b, p, account)
			b = append(b, mid...)
			b = append(append(append(b, a.service...), ':'), a.name...)
			b = append(b, tail...)
		} else {
			b = append(b, e.message...)
		}
		b = append(b, '"')
	case share < 60:
		b = append(b, `,"errorCode":"success"`...)
	}
	return b, share < 8
}

// additional appends what a few calls say about the connection.
func additional(b []byte, r *rng, a *api, region string) []byte {
	if a.shape == consoleLogin {
		b = append(b, `,"additionalEventData":{"LoginTo":"https://console.aws.amazon.com/console/home?region=`...)
		b = append(b, region...)
		b = append(b, `","MobileVersion":"No","MFAUsed":"`...)
		b = append(b, pick(r, []string{"Yes", "Yes", "Yes", "No"})...)
		b = append(b, `"}`...)
	} else if a.shape == s3Object {
		b = append(b, `,"additionalEventData":{"SignatureVersion":"SigV4","CipherSuite":"ECDHE-RSA-AES128-GCM-SHA256","bytesTransferredIn":`...)
		b = appendInt(b, r.n(1<<r.n(24)))
		b = append(b, `,"AuthenticationMethod":"AuthHeader","x-amz-id-2":"`...)
		for range 4 {
			b = appendID(b, r.u64(), 12)
		}
		b = append(b, `=","bytesTransferredOut":`...)
		b = appendInt(b, r.n(1<<r.n(28)))
		b = append(b, '}')
	}
	return b
}

// kind appends what sort of event it is, and ends it.
func kind(b []byte, r *rng, a *api, p *principal, account uint64, region string) []byte {
	b = append(b, `,"eventType":"`...)
	switch {
	case a.service == "signin":
		b = append(b, `AwsConsoleSignIn`...)
	case p.kind == "AWSService" && r.pct(20):
		b = append(b, `AwsServiceEvent`...)
	default:
		b = append(b, `AwsApiCall`...)
	}
	b = append(b, `","managementEvent":`...)
	if a.shape == s3Object || a.shape == dynamoItem {
		b = append(b, `false,"eventCategory":"Data"`...)
	} else {
		b = append(b, `true,"eventCategory":"Management"`...)
	}
	b = append(b, `,"recipientAccountId":"`...)
	b = appendUint(b, account, 12)
	b = append(b, `","userName":"`...)
	b = append(b, p.name...)
	b = append(b, '"')
	if p.kind != "AWSService" {
		b = append(b, `,"tlsDetails":{"tlsVersion":"`...)
		b = append(b, pick(r, []string{"TLSv1.2", "TLSv1.2", "TLSv1.3"})...)
		b = append(b, `","cipherSuite":"ECDHE-RSA-AES128-GCM-SHA256","clientProvidedHostHeader":"`...)
		b = append(append(append(b, a.service...), '.'), region...)
		b = append(b, `.amazonaws.com"}`...)
	}
	return append(b, '}')
}

func appendIP(b []byte, ip uint32) []byte {
	// Keep out of 0/8, 10/8 and 224/3.
	b = append(appendInt(b, 11+int(ip>>24)%190), '.')
	b = append(appendInt(b, int(ip>>16&255)), '.')
	b = append(appendInt(b, int(ip>>8&255)), '.')
	return appendInt(b, int(ip&255))
}

func appendARN(b []byte, p *principal, account uint64) []byte {
	b = append(b, `arn:aws:`...)
	switch p.kind {
	case "AssumedRole":
		b = appendUint(append(b, `sts::`...), account, 12)
		b = append(append(b, `:assumed-role/`...), p.role...)
		return append(append(b, '/'), p.name...)
	case "FederatedUser":
		b = appendUint(append(b, `sts::`...), account, 12)
		return append(append(b, `:federated-user/`...), p.name...)
	case "Root":
		return append(appendUint(append(b, `iam::`...), account, 12), `:root`...)
	}
	b = appendUint(append(b, `iam::`...), account, 12)
	return append(append(b, `:user/`...), p.name...)
}

func (c *cloudTrail) identity(b []byte, r *rng, p *principal, account uint64, t int64) []byte {
	b = append(append(b, `{"type":"`...), p.kind...)
	if p.kind == "AWSService" {
		b = append(append(b, `","invokedBy":"`...), p.name...)
		return append(b, `"}`...)
	}
	b = append(b, `","principalId":"`...)
	if p.kind == "AssumedRole" {
		b = appendID(append(b, `AROA`...), p.id, 17)
		b = append(append(b, ':'), p.name...)
	} else {
		b = appendID(append(b, `AIDA`...), p.id, 17)
	}
	b = append(b, `","arn":"`...)
	b = appendARN(b, p, account)
	b = append(b, `","accountId":"`...)
	b = appendUint(b, account, 12)
	// A session's access key lives for six hours.
	b = append(b, `","accessKeyId":"`...)
	if r.chance(50000) {
		// The needle of the rare-term searches.
		b = append(b, `AKIAIOSFODNN7EXAMPLE`...)
	} else if p.kind == "AssumedRole" || p.kind == "FederatedUser" {
		b = appendID(append(b, `ASIA`...), p.id+uint64(t/21600000), 16)
	} else {
		b = appendID(append(b, `AKIA`...), p.id, 16)
	}
	b = append(b, '"')
	if p.kind == "IAMUser" {
		b = append(append(b, `,"userName":"`...), p.name...)
		b = append(b, '"')
	}
	if p.kind == "AssumedRole" || r.pct(10) {
		b = append(b, `,"sessionContext":{`...)
		if p.kind == "AssumedRole" {
			b = append(b, `"sessionIssuer":{"type":"Role","principalId":"`...)
			b = appendID(append(b, `AROA`...), p.id, 17)
			b = append(b, `","arn":"arn:aws:iam::`...)
			b = appendUint(b, account, 12)
			b = append(append(b, `:role/`...), p.role...)
			b = append(b, `","accountId":"`...)
			b = appendUint(b, account, 12)
			b = append(append(b, `","userName":"`...), p.role...)
			b = append(b, `"},"webIdFederationData":{},`...)
		}
		b = append(b, `"attributes":{"creationDate":"`...)
		b = appendTime(b, t-t%3600000-int64(p.id%3600)*1000, 'T', false)
		b = append(b, `Z","mfaAuthenticated":"`...)
		if p.id%5 == 0 {
			b = append(b, `true"}}`...)
		} else {
			b = append(b, `false"}}`...)
		}
	}
	return append(b, '}')
}

func str(b []byte, key, value string) []byte {
	b = append(append(append(b, `,"`...), key...), `":"`...)
	return append(append(b, value...), '"')
}

func instanceID(b []byte, r *rng) []byte {
	return appendHex(append(b, `i-0`...), mix(uint64(r.n(5000))), 16)
}
