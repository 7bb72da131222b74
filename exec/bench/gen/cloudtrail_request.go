package gen

// request appends requestParameters, whose keys depend on the call.
func (c *cloudTrail) request(b []byte, r *rng, a *api, p *principal, account uint64, region string) []byte {
	open := len(b)
	switch a.shape {
	case noArgs, consoleLogin:
		return append(b, `null`...)
	case ec2Describe, ec2Instances, ec2Run, ec2Group, ec2Volume:
		b = ec2Request(b, r, a)
	case s3Object, s3Bucket, s3Policy, dynamoItem, dbInstance, kmsKey, secret, logStream, ecrImage:
		b = c.dataRequest(b, r, a, account, region)
	case iamUser, iamRole, iamPolicy, stsAssume:
		b = c.identityRequest(b, r, a, p, account)
	case lambdaFn, ssmParam, stack, cluster, paged, trail, topic:
		b = serviceRequest(b, r, a, account, region)
	}
	b[open] = '{'
	return append(b, '}')
}

// ec2Request appends the parameters of a call of EC2, each with a comma before it.
func ec2Request(b []byte, r *rng, a *api) []byte {
	switch a.shape {
	case ec2Describe:
		if r.pct(30) {
			return append(b, `,"maxResults":1000`...)
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
	}
	return b
}

// dataRequest appends the parameters of a call that names stored data, each with a comma before it.
func (c *cloudTrail) dataRequest(b []byte, r *rng, a *api, account uint64, region string) []byte {
	switch a.shape {
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
	case dynamoItem:
		b = str(b, "tableName", pick(r, words)+"-"+pick(r, words))
		b = append(b, `,"key":{"id":"`...)
		b = appendUUID(b, r)
		b = append(b, `","sort":`...)
		b = append(appendInt(b, r.n(100000)), '}')
		b = append(b, `,"consistentRead":false`...)
	case dbInstance:
		b = str(b, "dBInstanceIdentifier", pick(r, words)+"-db")
		if a.write {
			b = append(b, `,"allocatedStorage":`...)
			b = appendInt(b, 20*r.in(1, 50))
			b = append(b, `,"dBInstanceClass":"db.r5.large","engine":"postgres","publiclyAccessible":`...)
			b = append(b, pick(r, []string{"true", "false", "false", "false"})...)
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
	case logStream:
		b = append(b, `,"logGroupName":"/aws/lambda/`...)
		b = append(appendFunction(b, r), `","logStreamName":"2026/01/`...)
		b = append(appendUint(b, uint64(r.in(1, 28)), 2), `/[$LATEST]`...)
		b = append(appendHex(appendHex(b, r.u64(), 16), r.u64(), 16), '"')
	case ecrImage:
		b = append(b, `,"repositoryName":"acme/`...)
		b = append(append(b, pick(r, words)...), `","imageIds":[{"imageTag":"v1.`...)
		b = appendInt(append(appendInt(b, r.n(30)), '.'), r.n(30))
		b = append(b, `"}],"registryId":"`...)
		b = append(appendUint(b, account, 12), '"')
	}
	return b
}

// identityRequest appends the parameters of a call about users and roles, each with a comma before it.
func (c *cloudTrail) identityRequest(b []byte, r *rng, a *api, p *principal, account uint64) []byte {
	switch a.shape {
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
	}
	return b
}

// serviceRequest appends the parameters of all other calls, each with a comma before it.
func serviceRequest(b []byte, r *rng, a *api, account uint64, region string) []byte {
	switch a.shape {
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
	}
	return b
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
