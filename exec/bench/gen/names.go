package gen

// api is one AWS API call: who serves it, its name and the shape of its
// request. The order of the list is the order of frequency.
type api struct {
	service, name string
	shape         shape
	write         bool
}

type shape uint8

const (
	noArgs shape = iota
	ec2Describe
	ec2Instances
	ec2Run
	ec2Group
	ec2Volume
	s3Object
	s3Bucket
	s3Policy
	iamUser
	iamRole
	iamPolicy
	stsAssume
	kmsKey
	secret
	lambdaFn
	logStream
	dynamoItem
	ssmParam
	stack
	cluster
	dbInstance
	paged
	consoleLogin
	trail
	topic
	ecrImage
)

// apis holds about 300 calls. The first ones make up most of the traffic.
var apis = expand([]struct {
	service, names string
	shape          shape
	write          bool
}{
	{"sts", "AssumeRole", stsAssume, false},
	{"s3", "GetObject PutObject HeadObject", s3Object, false},
	{"kms", "Decrypt GenerateDataKey", kmsKey, false},
	{"ec2", "DescribeInstances DescribeTags DescribeInstanceStatus", ec2Describe, false},
	{"logs", "CreateLogStream DescribeLogStreams", logStream, true},
	{"s3", "GetBucketAcl ListObjects", s3Bucket, false},
	{"lambda", "GetFunction20150331v2 ListFunctions20150331 Invoke", lambdaFn, false},
	{"ssm", "UpdateInstanceInformation GetParameter GetParameters", ssmParam, false},
	{"ec2", "DescribeSecurityGroups DescribeVolumes DescribeSubnets DescribeVpcs DescribeNetworkInterfaces", ec2Describe, false},
	{"dynamodb", "GetItem DescribeTable Query PutItem", dynamoItem, false},
	{"autoscaling", "DescribeAutoScalingGroups DescribeLaunchConfigurations", paged, false},
	{"elasticloadbalancing", "DescribeLoadBalancers DescribeTargetHealth DescribeTargetGroups", paged, false},
	{"secretsmanager", "GetSecretValue DescribeSecret ListSecrets", secret, false},
	{"ecr", "BatchGetImage GetDownloadUrlForLayer GetAuthorizationToken", ecrImage, false},
	{"rds", "DescribeDBInstances DescribeDBClusters", dbInstance, false},
	{"monitoring", "DescribeAlarms GetMetricData PutMetricAlarm", paged, false},
	{"iam", "GetRole ListRoles GetRolePolicy ListAttachedRolePolicies ListRolePolicies", iamRole, false},
	{"eks", "DescribeCluster ListClusters DescribeNodegroup ListNodegroups", cluster, false},
	{"cloudformation", "DescribeStacks DescribeStackResources ListStacks", stack, false},
	{"signin", "ConsoleLogin", consoleLogin, true},
	{"sts", "GetCallerIdentity", noArgs, false},
	{"iam", "GetUser ListAccessKeys ListUsers GetAccountSummary GetAccountPasswordPolicy ListMFADevices", iamUser, false},
	{"s3", "GetBucketPolicy GetBucketLocation GetBucketVersioning GetBucketEncryption GetBucketTagging GetBucketPublicAccessBlock GetBucketLogging ListBuckets", s3Bucket, false},
	{"cloudtrail", "DescribeTrails GetTrailStatus LookupEvents GetEventSelectors ListTrails", trail, false},
	{"sns", "Publish GetTopicAttributes ListTopics Subscribe", topic, true},
	{"sqs", "GetQueueAttributes ListQueues SendMessage", topic, false},
	{"ec2", "RunInstances", ec2Run, true},
	{"ec2", "TerminateInstances StopInstances StartInstances RebootInstances ModifyInstanceAttribute", ec2Instances, true},
	{"ec2", "CreateTags DeleteTags AttachVolume CreateVolume DeleteVolume DetachVolume CreateSnapshot DeleteSnapshot ModifySnapshotAttribute", ec2Volume, true},
	{"ec2", "AuthorizeSecurityGroupIngress RevokeSecurityGroupIngress AuthorizeSecurityGroupEgress CreateSecurityGroup DeleteSecurityGroup", ec2Group, true},
	{"ec2", "DescribeRegions DescribeImages DescribeSnapshots DescribeKeyPairs DescribeAvailabilityZones DescribeRouteTables DescribeNatGateways DescribeVpcEndpoints DescribeAddresses DescribeInternetGateways DescribeNetworkAcls DescribeInstanceTypes DescribeLaunchTemplates DescribeFlowLogs DescribeAccountAttributes DescribeVpcPeeringConnections DescribeInstanceAttribute DescribeSpotPriceHistory GetPasswordData GetConsoleOutput", ec2Describe, false},
	{"kms", "Encrypt DescribeKey ListAliases ListKeys GetKeyPolicy CreateGrant RetireGrant ReEncrypt ScheduleKeyDeletion DisableKey CreateKey PutKeyPolicy", kmsKey, false},
	{"config", "DescribeConfigurationRecorders PutEvaluations DescribeConfigRules GetComplianceDetailsByConfigRule DescribeDeliveryChannels StopConfigurationRecorder DeleteConfigRule", paged, false},
	{"guardduty", "ListDetectors GetDetector ListFindings GetFindings UpdateDetector DeleteDetector CreateIPSet", paged, false},
	{"securityhub", "GetFindings BatchImportFindings DescribeHub BatchUpdateFindings GetEnabledStandards", paged, false},
	{"organizations", "DescribeOrganization ListAccounts DescribeAccount ListRoots ListPolicies LeaveOrganization", paged, false},
	{"lambda", "CreateFunction20150331 UpdateFunctionCode20150331v2 UpdateFunctionConfiguration20150331v2 DeleteFunction20150331 AddPermission20150331v2 GetPolicy20150331v2 ListEventSourceMappings20150331 ListTags20170331 PublishVersion20150331", lambdaFn, true},
	{"logs", "PutLogEvents CreateLogGroup DescribeLogGroups PutRetentionPolicy DeleteLogGroup DeleteLogStream FilterLogEvents StartQuery PutSubscriptionFilter", logStream, true},
	{"dynamodb", "UpdateItem BatchGetItem Scan DeleteItem ListTables DescribeContinuousBackups CreateTable DeleteTable UpdateTable DescribeTimeToLive", dynamoItem, true},
	{"ssm", "DescribeInstanceInformation SendCommand GetCommandInvocation DescribeParameters PutParameter GetParametersByPath StartSession TerminateSession ListCommands DescribeDocument GetDocument CreateAssociation ModifyDocumentPermission", ssmParam, true},
	{"cloudformation", "CreateStack UpdateStack DeleteStack DescribeStackEvents GetTemplate CreateChangeSet ExecuteChangeSet DescribeChangeSet ListStackResources ValidateTemplate", stack, true},
	{"s3", "DeleteObject CopyObject UploadPart CompleteMultipartUpload ListObjectVersions RestoreObject GetObjectTagging GetObjectAcl PutObjectAcl", s3Object, true},
	{"s3", "CreateBucket DeleteBucket PutBucketPolicy DeleteBucketPolicy PutBucketAcl PutBucketVersioning PutBucketEncryption PutBucketLifecycle PutBucketLogging PutBucketPublicAccessBlock PutBucketReplication PutBucketCors PutBucketWebsite", s3Policy, true},
	{"iam", "CreateUser DeleteUser CreateAccessKey DeleteAccessKey UpdateAccessKey CreateLoginProfile UpdateLoginProfile DeleteLoginProfile AddUserToGroup RemoveUserFromGroup ListGroupsForUser ListUserPolicies ListAttachedUserPolicies PutUserPolicy AttachUserPolicy DetachUserPolicy DeactivateMFADevice EnableMFADevice CreateVirtualMFADevice DeleteVirtualMFADevice UploadSSHPublicKey", iamUser, true},
	{"iam", "CreateRole DeleteRole AttachRolePolicy DetachRolePolicy PutRolePolicy DeleteRolePolicy UpdateAssumeRolePolicy PassRole CreateInstanceProfile AddRoleToInstanceProfile RemoveRoleFromInstanceProfile GetInstanceProfile ListInstanceProfiles CreateServiceLinkedRole", iamRole, true},
	{"iam", "CreatePolicy CreatePolicyVersion SetDefaultPolicyVersion DeletePolicy DeletePolicyVersion GetPolicy GetPolicyVersion ListPolicies ListPolicyVersions CreateGroup DeleteGroup AttachGroupPolicy DetachGroupPolicy PutGroupPolicy CreateSAMLProvider UpdateSAMLProvider DeleteAccountPasswordPolicy UpdateAccountPasswordPolicy GenerateCredentialReport GetCredentialReport", iamPolicy, true},
	{"sts", "AssumeRoleWithSAML AssumeRoleWithWebIdentity GetSessionToken GetFederationToken DecodeAuthorizationMessage", stsAssume, false},
	{"secretsmanager", "CreateSecret PutSecretValue UpdateSecret DeleteSecret RestoreSecret RotateSecret", secret, true},
	{"eks", "CreateCluster DeleteCluster UpdateClusterConfig CreateNodegroup DeleteNodegroup UpdateNodegroupConfig", cluster, true},
	{"ecs", "DescribeTasks DescribeServices ListTasks DescribeContainerInstances RegisterTaskDefinition RunTask StopTask UpdateService DeregisterTaskDefinition", cluster, true},
	{"rds", "CreateDBInstance DeleteDBInstance ModifyDBInstance CreateDBSnapshot DeleteDBSnapshot ModifyDBSnapshotAttribute DescribeDBSnapshots RestoreDBInstanceFromDBSnapshot StopDBInstance", dbInstance, true},
	{"ecr", "PutImage InitiateLayerUpload UploadLayerPart CompleteLayerUpload DescribeRepositories CreateRepository DeleteRepository BatchDeleteImage DescribeImageScanFindings SetRepositoryPolicy", ecrImage, true},
	{"cloudtrail", "CreateTrail UpdateTrail DeleteTrail StopLogging StartLogging PutEventSelectors", trail, true},
	{"ec2", "CreateVpc DeleteVpc CreateSubnet CreateRoute ReplaceRoute DeleteFlowLogs CreateFlowLogs CreateNetworkAclEntry DeleteNetworkAcl CreateKeyPair ImportKeyPair DeleteKeyPair CreateImage RegisterImage ModifyImageAttribute CreateLaunchTemplateVersion AssociateIamInstanceProfile ReplaceIamInstanceProfileAssociation AllocateAddress AssociateAddress ReleaseAddress", ec2Volume, true},
	{"signin", "SwitchRole CheckMfa ExitRole PasswordRecoveryRequested", consoleLogin, true},
	{"wafv2", "GetWebACL ListWebACLs UpdateWebACL DeleteWebACL CreateIPSet UpdateIPSet", paged, true},
	{"route53", "ListHostedZones ChangeResourceRecordSets GetHostedZone ListResourceRecordSets CreateHostedZone", paged, true},
})

func expand(groups []struct {
	service, names string
	shape          shape
	write          bool
}) []api {
	var list []api
	for _, g := range groups {
		start := 0
		for i := 0; i <= len(g.names); i++ {
			if i < len(g.names) && g.names[i] != ' ' {
				continue
			}
			list = append(list, api{g.service, g.names[start:i], g.shape, g.write})
			start = i + 1
		}
	}
	return list
}

var regions = []string{
	"us-east-1", "us-east-1", "us-east-1", "us-east-1", "us-east-1", "us-east-1",
	"us-west-2", "us-west-2", "us-west-2", "eu-west-1", "eu-west-1", "eu-central-1",
	"us-east-2", "ap-southeast-2", "ap-northeast-1", "eu-north-1", "ap-south-1", "sa-east-1",
	"ca-central-1", "eu-west-2",
}

var errorCodes = []struct{ code, message string }{
	{"AccessDenied", "User: %s is not authorized to perform: %s because no identity-based policy allows the action"},
	{"AccessDenied", "Access Denied"},
	{"Client.UnauthorizedOperation", "You are not authorized to perform this operation."},
	{"ThrottlingException", "Rate exceeded"},
	{"NoSuchEntityException", "The requested entity cannot be found."},
	{"ResourceNotFoundException", "Requested resource not found"},
	{"ValidationException", "1 validation error detected: Value at 'maxResults' failed to satisfy constraint"},
	{"NoSuchBucketPolicy", "The bucket policy does not exist"},
	{"Client.InvalidInstanceID.NotFound", "The instance ID does not exist"},
	{"Client.RequestLimitExceeded", "Request limit exceeded."},
	{"InvalidClientTokenId", "The security token included in the request is invalid"},
}

var givenNames = []string{
	"alice", "bruno", "carol", "deepak", "elena", "farid", "grace", "hiro", "ines", "jonas",
	"kavya", "liam", "mina", "noor", "olga", "pedro", "quinn", "rosa", "sven", "tariq",
	"uma", "viktor", "wanda", "ximena", "yusuf", "zoe", "amara", "bjorn", "chloe", "dmitri",
}

var familyNames = []string{
	"adler", "brandt", "costa", "dubois", "eriksen", "fischer", "gupta", "haas", "ivanov", "jensen",
	"khan", "lopez", "meyer", "novak", "okafor", "petrov", "quist", "rossi", "sato", "tanaka",
	"ueda", "vargas", "weber", "xu", "yilmaz", "zhang",
}

var roleNames = []string{
	"ReadOnlyAudit", "DeployPipeline", "EKSNodeGroup", "LambdaIngest", "DataLakeETL", "SecurityAudit",
	"AdminBreakGlass", "PlatformEngineer", "BillingViewer", "BackupOperator", "NetworkAdmin", "AppRuntimeOrders",
	"AppRuntimePayments", "AppRuntimeSearch", "AppRuntimeMail", "GrafanaReader", "TerraformApply", "TerraformPlan",
	"CIRunner", "ImageBuilder", "CostExplorer", "IncidentResponder", "DatabaseOperator", "OrganizationAccountAccessRole",
}

var tools = []string{
	"aws-cli/2.13.%d Python/3.11.6 Linux/6.1.61-85.141.amzn2023.x86_64 exe/x86_64.amzn.2023 prompt/off command/",
	"Boto3/1.28.%d md/Botocore#1.31.57 ua/2.0 os/linux#5.10.186-179.751.amzn2.x86_64 md/arch#x86_64 lang/python#3.9.16 md/pyimpl#CPython cfg/retry-mode#legacy Botocore/1.31.57",
	"aws-sdk-go/1.44.%d (go1.20.4; linux; amd64) exec-env/AWS_ECS_FARGATE",
	"aws-sdk-go-v2/1.21.%d os/linux lang/go#1.21.1 md/GOOS#linux md/GOARCH#amd64 api/",
	"APN/1.0 HashiCorp/1.0 Terraform/1.5.%d (+https://www.terraform.io) terraform-provider-aws/5.17.0 (+https://registry.terraform.io/providers/hashicorp/aws)",
	"aws-sdk-java/2.20.%d Linux/5.10.192-183.736.amzn2.x86_64 OpenJDK_64-Bit_Server_VM/17.0.8+7-LTS Java/17.0.8 vendor/Amazon.com_Inc. io/sync http/Apache cfg/retry-mode/legacy",
	"[S3Console/0.4, aws-internal/3 aws-sdk-java/1.12.%d Linux/5.10.186 OpenJDK_64-Bit_Server_VM/25.372-b08 java/1.8.0_372]",
	"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1%d.0.0.0 Safari/537.36",
}

var hostServices = []string{
	"autoscaling.amazonaws.com", "ec2.amazonaws.com", "lambda.amazonaws.com", "ecs-tasks.amazonaws.com",
	"cloudtrail.amazonaws.com", "config.amazonaws.com", "eks.amazonaws.com", "logs.amazonaws.com",
}

var words = []string{
	"orders", "payments", "ledger", "catalog", "search", "mail", "session", "audit", "export", "import",
	"report", "billing", "archive", "staging", "prod", "sandbox", "metrics", "events", "images", "video",
	"backup", "invoice", "partner", "mobile", "web", "edge", "cache", "queue", "stream", "model",
}

var instanceTypes = []string{"t3.micro", "t3.medium", "m5.large", "m5.xlarge", "c5.2xlarge", "r5.large", "p3.2xlarge", "m6i.large"}
