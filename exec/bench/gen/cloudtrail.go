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
	b = append(b, '"')

	outcome := r.n(100)
	failed := outcome < 8
	switch {
	case failed:
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
	case outcome < 60:
		b = append(b, `,"errorCode":"success"`...)
	}

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

// request appends requestParameters, whose keys depend on the call.
func (c *cloudTrail) request(b []byte, r *rng, a *api, p *principal, account uint64, region string) []byte {
	open := len(b)
	switch a.shape {
	case noArgs, consoleLogin:
		return append(b, `null`...)
	case ec2Describe:
		if r.pct(30) {
			return append(b, `{"maxResults":1000}`...)
		}
		b = append(b, `,"instancesSet":{"items":[{"instanceId":"`...)
		b = instanceID(b, r)
		b = append(b, `"}]},"filterSet":{`...)
		if r.pct(50) {
			b = append(b, `"items":[{"name":"tag:Name","valueSet":{"items":[{"value":"`...)
			b = append(append(b, pick(r, words)...), `"}]}}]`...)
		}
		b = append(b, '}')
	case ec2Instances:
		b = append(b, `,"instancesSet":{"items":[{"instanceId":"`...)
		for k := range r.in(1, 3) {
			if k > 0 {
				b = append(b, `"},{"instanceId":"`...)
			}
			b = instanceID(b, r)
		}
		b = append(b, `"}]},"force":false`...)
	case ec2Run:
		b = append(b, `,"instancesSet":{"items":[{"imageId":"ami-0`...)
		b = appendHex(b, mix(uint64(r.n(60))), 16)
		b = append(b, `","minCount":1,"maxCount":`...)
		b = append(appendInt(b, r.in(1, 8)), `}]}`...)
		b = str(b, "instanceType", pick(r, instanceTypes))
		b = append(b, `,"monitoring":{"enabled":`...)
		b = append(b, pick(r, []string{"true", "false"})...)
		b = append(b, `},"disableApiTermination":false,"clientToken":"`...)
		b = appendUUID(b, r)
		b = append(b, `","tagSpecificationSet":{"items":[{"resourceType":"instance","tags":[{"key":"Name","value":"`...)
		b = append(append(b, pick(r, words)...), `"},{"key":"team","value":"`...)
		b = append(append(b, pick(r, words)...), `"}]}]}`...)
	case ec2Group:
		b = append(b, `,"groupId":"sg-0`...)
		b = appendHex(b, mix(uint64(r.n(300))), 16)
		b = append(b, `","ipPermissions":{"items":[{"ipProtocol":"tcp","fromPort":`...)
		port := pick(r, []int{22, 80, 443, 3306, 3389, 5432, 8080, 0})
		b = appendInt(b, port)
		b = append(b, `,"toPort":`...)
		b = appendInt(b, port)
		b = append(b, `,"groups":{},"ipRanges":{"items":[{"cidrIp":"`...)
		if r.pct(8) {
			b = append(b, `0.0.0.0/0`...)
		} else {
			b = append(appendIP(b, uint32(r.u64())), `/32`...)
		}
		b = append(b, `"}]},"ipv6Ranges":{},"prefixListIds":{}}]}`...)
	case ec2Volume:
		b = append(b, `,"volumeId":"vol-0`...)
		b = appendHex(b, mix(uint64(r.n(8000))), 16)
		b = append(b, `","resourcesSet":{"items":[{"resourceId":"`...)
		b = instanceID(b, r)
		b = append(b, `"}]},"tagSet":{"items":[{"key":"env","value":"`...)
		b = append(append(b, pick(r, words)...), `"}]}`...)
	case s3Object:
		bucket := c.buckets[c.bucketZipf.draw(r)]
		b = str(b, "bucketName", bucket)
		b = append(append(append(b, `,"Host":"`...), bucket...), `.s3.`...)
		b = append(append(b, region...), `.amazonaws.com","key":"`...)
		b = append(append(b, pick(r, words)...), '/')
		b = append(append(b, pick(r, words)...), "/part-"...)
		b = append(appendUint(b, uint64(r.n(1000000)), 6), '-')
		b = append(appendHex(b, r.u64(), 8), pick(r, []string{".parquet", ".json.gz", ".csv", ".log"})...)
		b = append(b, '"')
		if r.pct(30) {
			b = str(b, "x-amz-server-side-encryption", "aws:kms")
		}
		if r.pct(20) {
			b = str(b, "x-amz-storage-class", "STANDARD_IA")
		}
	case s3Bucket, s3Policy:
		bucket := c.buckets[c.bucketZipf.draw(r)]
		b = str(b, "bucketName", bucket)
		b = append(append(append(b, `,"Host":"`...), bucket...), `.s3.amazonaws.com"`...)
		if a.shape == s3Policy {
			b = append(b, `,"bucketPolicy":{"Version":"2012-10-17","Statement":[{"Sid":"s`...)
			b = appendInt(b, r.n(1000))
			b = append(b, `","Effect":"Allow","Principal":`...)
			if r.pct(10) {
				b = append(b, `"*"`...)
			} else {
				b = appendUint(append(b, `{"AWS":"arn:aws:iam::`...), c.accounts[r.n(len(c.accounts))], 12)
				b = append(b, `:root"}`...)
			}
			b = append(append(append(b, `,"Action":["s3:GetObject","s3:ListBucket"],"Resource":"arn:aws:s3:::`...), bucket...), `/*"}]}`...)
		}
	case iamUser:
		b = str(b, "userName", pick(r, givenNames)+"."+pick(r, familyNames))
		if a.write && r.pct(40) {
			b = str(b, "policyArn", "arn:aws:iam::aws:policy/"+pick(r, []string{"AdministratorAccess", "ReadOnlyAccess", "PowerUserAccess", "SecurityAudit"}))
		}
	case iamRole:
		b = str(b, "roleName", pick(r, roleNames))
		if a.write {
			b = append(b, `,"assumeRolePolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::`...)
			b = appendUint(b, c.accounts[r.n(len(c.accounts))], 12)
			b = append(b, `:root\"},\"Action\":\"sts:AssumeRole\"}]}"`...)
		}
	case iamPolicy:
		b = append(b, `,"policyArn":"arn:aws:iam::`...)
		b = appendUint(b, account, 12)
		b = append(append(b, `:policy/`...), pick(r, words)...)
		b = append(b, `","policyDocument":"{\n    \"Version\": \"2012-10-17\",\n    \"Statement\": [\n        {\n            \"Effect\": \"Allow\",\n            \"Action\": \"`...)
		b = append(b, pick(r, []string{"*", "s3:*", "ec2:Describe*", "iam:PassRole", "kms:Decrypt"})...)
		b = append(b, `\",\n            \"Resource\": \"*\"\n        }\n    ]\n}","setAsDefault":`...)
		b = append(b, pick(r, []string{"true", "false"})...)
	case stsAssume:
		b = append(b, `,"roleArn":"arn:aws:iam::`...)
		b = appendUint(b, c.accounts[r.n(len(c.accounts))], 12)
		b = append(append(b, `:role/`...), pick(r, roleNames)...)
		b = append(b, `","roleSessionName":"`...)
		b = append(append(b, p.name...), `","durationSeconds":`...)
		b = appendInt(b, pick(r, []int{900, 3600, 3600, 3600, 43200}))
		if r.pct(20) {
			b = append(b, `,"externalId":"`...)
			b = append(appendUUID(b, r), '"')
		}
	case kmsKey:
		b = append(b, `,"keyId":"arn:aws:kms:`...)
		b = append(append(b, region...), ':')
		b = append(appendUint(b, account, 12), `:key/`...)
		b = appendKey(b, r)
		b = append(b, `","encryptionAlgorithm":"SYMMETRIC_DEFAULT","encryptionContext":{"aws:`...)
		switch r.n(3) {
		case 0:
			b = append(b, `s3:arn":"arn:aws:s3:::`...)
			b = append(b, c.buckets[c.bucketZipf.draw(r)]...)
		case 1:
			b = append(b, `lambda:FunctionArn":"arn:aws:lambda:`...)
			b = append(append(b, region...), ':')
			b = append(appendUint(b, account, 12), `:function:`...)
			b = appendFunction(b, r)
		default:
			b = append(b, `ebs:id":"vol-0`...)
			b = appendHex(b, mix(uint64(r.n(8000))), 16)
		}
		b = append(b, `"}`...)
	case secret:
		b = append(b, `,"secretId":"arn:aws:secretsmanager:`...)
		b = append(append(b, region...), ':')
		b = append(appendUint(b, account, 12), `:secret:`...)
		b = append(append(b, pick(r, words)...), '/')
		b = append(append(b, pick(r, words)...), '"')
		b = str(b, "versionStage", "AWSCURRENT")
	case lambdaFn:
		b = append(b, `,"functionName":"`...)
		b = append(appendFunction(b, r), '"')
		if a.write {
			b = append(b, `,"runtime":"`...)
			b = append(b, pick(r, []string{"python3.11", "nodejs18.x", "java17", "provided.al2"})...)
			b = append(b, `","timeout":`...)
			b = appendInt(b, r.in(3, 900))
			b = append(b, `,"memorySize":`...)
			b = appendInt(b, 128*r.in(1, 24))
			b = append(b, `,"environment":{},"publish":`...)
			b = append(b, pick(r, []string{"true", "false"})...)
		}
	case logStream:
		b = append(b, `,"logGroupName":"/aws/lambda/`...)
		b = append(appendFunction(b, r), `","logStreamName":"2026/01/`...)
		b = append(appendUint(b, uint64(r.in(1, 28)), 2), `/[$LATEST]`...)
		b = append(appendHex(appendHex(b, r.u64(), 16), r.u64(), 16), '"')
	case dynamoItem:
		b = str(b, "tableName", pick(r, words)+"-"+pick(r, words))
		b = append(b, `,"key":{"id":"`...)
		b = appendUUID(b, r)
		b = append(b, `","sort":`...)
		b = append(appendInt(b, r.n(100000)), '}')
		b = append(b, `,"consistentRead":false`...)
	case ssmParam:
		if r.pct(50) {
			b = append(b, `,"instanceId":"`...)
			b = append(instanceID(b, r), `","agentStatus":"Active","agentVersion":"3.2.`...)
			b = append(appendInt(b, r.n(2000)), `.0","platformType":"Linux"`...)
		} else {
			b = append(b, `,"names":["/`...)
			b = append(append(b, pick(r, words)...), '/')
			b = append(append(b, pick(r, words)...), `","/`...)
			b = append(append(b, pick(r, words)...), `/token"],"withDecryption":true`...)
		}
	case stack:
		b = str(b, "stackName", pick(r, words)+"-"+pick(r, words))
		if a.write {
			b = append(b, `,"capabilities":["CAPABILITY_NAMED_IAM"],"parameters":[{"parameterKey":"Env","parameterValue":"`...)
			b = append(append(b, pick(r, words)...), `"},{"parameterKey":"Size","parameterValue":"`...)
			b = append(appendInt(b, r.in(1, 20)), `"}]`...)
		}
	case cluster:
		b = str(b, "name", "eks-"+pick(r, words))
		b = append(b, `,"nodegroupName":"ng-`...)
		b = append(appendInt(b, r.n(20)), '"')
	case dbInstance:
		b = str(b, "dBInstanceIdentifier", pick(r, words)+"-db")
		if a.write {
			b = append(b, `,"allocatedStorage":`...)
			b = appendInt(b, 20*r.in(1, 50))
			b = append(b, `,"dBInstanceClass":"db.r5.large","engine":"postgres","publiclyAccessible":`...)
			b = append(b, pick(r, []string{"true", "false", "false", "false"})...)
		}
	case paged:
		b = append(b, `,"maxResults":`...)
		b = appendInt(b, 100*r.in(1, 10))
		if r.pct(30) {
			b = append(b, `,"nextToken":"`...)
			for range 6 {
				b = appendID(b, r.u64(), 12)
			}
			b = append(b, '"')
		}
	case trail:
		b = str(b, "name", "org-trail-"+pick(r, words))
		b = append(b, `,"includeShadowTrails":false`...)
	case topic:
		b = append(b, `,"topicArn":"arn:aws:sns:`...)
		b = append(append(b, region...), ':')
		b = append(append(appendUint(b, account, 12), ':'), pick(r, words)...)
		b = append(b, `","message":"HIDDEN_DUE_TO_SECURITY_REASONS"`...)
	case ecrImage:
		b = append(b, `,"repositoryName":"acme/`...)
		b = append(append(b, pick(r, words)...), `","imageIds":[{"imageTag":"v1.`...)
		b = appendInt(append(appendInt(b, r.n(30)), '.'), r.n(30))
		b = append(b, `"}],"registryId":"`...)
		b = append(appendUint(b, account, 12), '"')
	}
	b[open] = '{'
	return append(b, '}')
}

func appendKey(b []byte, r *rng) []byte {
	k := newRNG(7, uint64(r.n(200)))
	return appendUUID(b, &k)
}

func appendFunction(b []byte, r *rng) []byte {
	b = append(append(b, pick(r, words)...), '-')
	return append(append(b, pick(r, words)...), "-handler"...)
}

// response appends responseElements of a call that changed something.
func (c *cloudTrail) response(b []byte, r *rng, a *api, p *principal, account uint64, t int64) []byte {
	switch a.shape {
	case consoleLogin:
		return append(b, pick(r, []string{`{"ConsoleLogin":"Success"}`, `{"ConsoleLogin":"Success"}`, `{"ConsoleLogin":"Failure"}`})...)
	case ec2Run:
		b = append(b, `{"requestId":"`...)
		b = appendUUID(b, r)
		b = append(b, `","reservationId":"r-0`...)
		b = appendHex(b, r.u64(), 16)
		b = append(b, `","ownerId":"`...)
		b = appendUint(b, account, 12)
		b = append(b, `","instancesSet":{"items":[`...)
		for k := range r.in(1, 2) {
			if k > 0 {
				b = append(b, ',')
			}
			b = append(b, `{"instanceId":"`...)
			b = instanceID(b, r)
			b = append(b, `","instanceState":{"code":0,"name":"pending"},"privateIpAddress":"10.`...)
			b = append(appendInt(b, r.n(256)), '.')
			b = append(appendInt(b, r.n(256)), '.')
			b = appendInt(b, r.in(1, 254))
			b = append(b, `","architecture":"x86_64","ebsOptimized":false}`...)
		}
		return append(b, `]}}`...)
	case ec2Instances:
		b = append(b, `{"requestId":"`...)
		b = appendUUID(b, r)
		b = append(b, `","instancesSet":{"items":[{"instanceId":"`...)
		b = instanceID(b, r)
		return append(b, `","currentState":{"code":32,"name":"shutting-down"},"previousState":{"code":16,"name":"running"}}]}}`...)
	case iamUser:
		b = append(b, `{"user":{"path":"/","userName":"`...)
		b = append(append(b, p.name...), `","userId":"`...)
		b = appendID(append(b, `AIDA`...), r.u64(), 17)
		b = append(b, `","createDate":"`...)
		return append(appendTime(b, t, ' ', false), `"}}`...)
	case iamRole, iamPolicy, lambdaFn, stack, dbInstance:
		b = append(b, `{"status":"ACTIVE","createDate":"`...)
		b = appendTime(b, t, 'T', false)
		b = append(b, `Z","id":"`...)
		return append(appendUUID(b, r), `"}`...)
	case ec2Group, ec2Volume:
		b = append(b, `{"requestId":"`...)
		return append(appendUUID(b, r), `","_return":true}`...)
	}
	return append(b, `null`...)
}

func (c *cloudTrail) resources(b []byte, r *rng, a *api, p *principal, account uint64, region string) []byte {
	switch a.shape {
	case s3Object, s3Bucket, s3Policy:
		bucket := c.buckets[c.bucketZipf.draw(r)]
		b = append(b, `,"resources":[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::`...)
		b = append(append(b, bucket...), `/`...)
		b = append(append(b, pick(r, words)...), `"},{"accountId":"`...)
		b = appendUint(b, account, 12)
		b = append(append(b, `","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::`...), bucket...)
		return append(b, `"}]`...)
	case kmsKey:
		b = append(b, `,"resources":[{"accountId":"`...)
		b = appendUint(b, account, 12)
		b = append(append(b, `","type":"AWS::KMS::Key","ARN":"arn:aws:kms:`...), region...)
		b = appendUint(append(b, ':'), account, 12)
		b = appendKey(append(b, `:key/`...), r)
		return append(b, `"}]`...)
	case stsAssume:
		b = append(b, `,"resources":[{"accountId":"`...)
		b = appendUint(b, account, 12)
		b = append(b, `","type":"AWS::IAM::Role","ARN":"arn:aws:iam::`...)
		b = appendUint(b, account, 12)
		b = append(append(b, `:role/`...), pick(r, roleNames)...)
		return append(b, `"}]`...)
	}
	return b
}
