import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { Duration, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { type CfnUserPool, LambdaVersion } from 'aws-cdk-lib/aws-cognito';
import { AttributeType, BillingMode, type ITable, Table } from 'aws-cdk-lib/aws-dynamodb';
import { type CfnRole, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Alias, ApplicationLogLevel, Architecture, Code, Function, LoggingFormat, Runtime, SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { alarms } from './alarms';
import { wire } from './pool';
import type { ClaimsmithTriggerProps } from './props';
import { readsClaims, SHIPPED, statements } from './rights';
import { SelfTest } from './self-test';

// What data or sign-ins hang on outlives the stack, and so does each version that was live.
const KEPT = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;

/** Claimsmith as the pre token generation trigger of a user pool. */
export class ClaimsmithTrigger extends Construct {
  /** The function. Its settings are part of each version that is published of it. */
  public readonly function: Function;

  /** `live`: what the pool calls. It moves to versions that pass their self-test. */
  public readonly alias: Alias;

  /** The claims table: the one given, the one made, or none if the policy reads none. */
  public readonly table?: ITable;

  /** The alarms by name: errors, store, throttles, refusals, deadline, report-mode. */
  public readonly alarms: { [name: string]: Alarm };

  /** What the pool must have in its Lambda configuration, beside what else it has there. */
  public readonly lambdaConfig: CfnUserPool.LambdaConfigProperty;

  constructor(scope: Construct, id: string, props: ClaimsmithTriggerProps) {
    super(scope, id);
    check(props);
    const rights = props.policyRights ?? SHIPPED;
    this.table = readsClaims(rights) ? props.table ?? this.makeTable(props.deletionProtection ?? true) : undefined;
    const environment = {
      ...(this.table && { CLAIMS_TABLE: this.table.tableName }),
      CLAIMS_LOG_ONE_IN: '1',
      ...(props.reportMode && { CLAIMS_MODE: 'report' }),
      ...props.environment,
    };
    const retention = props.logRetention ?? RetentionDays.THREE_MONTHS;
    const log = new LogGroup(this, 'Log', { retention, removalPolicy: KEPT });

    this.function = new Function(this, 'Function', {
      description: 'Puts organisation, tier and feature flags into Cognito tokens',
      runtime: Runtime.PROVIDED_AL2023,
      handler: 'bootstrap',
      code: Code.fromAsset(props.zip),
      architecture: props.architecture ?? Architecture.ARM_64,
      memorySize: 256,
      // Cognito waits for 5 seconds, whatever is set here.
      timeout: Duration.seconds(4),
      environment,
      loggingFormat: LoggingFormat.JSON,
      // Its metrics come from records of this level.
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.WARN,
      logGroup: log,
      role: this.makeRole([
        ...statements(Stack.of(this), rights, environment, this.table),
        new PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [log.logGroupArn] }),
      ]),
      currentVersionOptions: { removalPolicy: KEPT },
    });
    this.function.applyRemovalPolicy(KEPT);

    this.alias = new Alias(this, 'Live', {
      aliasName: 'live',
      description: 'What the user pool calls',
      version: new SelfTest(this, 'SelfTest', this.function.currentVersion, retention).passed,
    });
    this.alias.applyRemovalPolicy(KEPT);
    this.lambdaConfig = wire(this, props.userPool, this.alias, props.eventVersion ?? LambdaVersion.V3_0);
    this.alarms = alarms(this, this.alias, props.alarmTopic);
  }

  private makeTable(deletionProtection: boolean): Table {
    return new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      // Only revocations that end have it.
      timeToLiveAttribute: 'revoked_until',
      deletionProtection,
      removalPolicy: KEPT,
    });
  }

  /**
   * A version keeps the role that it was published with. So other rights are another role: a version that
   * runs, or that one goes back to, may read what it reads, and a new one is tested with its own.
   */
  private makeRole(allowed: PolicyStatement[]): Role {
    const rights = new PolicyDocument({ statements: allowed });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { trigger: rights },
    });
    role.applyRemovalPolicy(KEPT);
    const stack = Stack.of(this);
    const made = role.node.defaultChild as CfnRole;
    const name: string = stack.resolve(made.logicalId);
    made.overrideLogicalId(Lazy.uncachedString({
      produce: () => name + createHash('sha256').update(JSON.stringify(stack.resolve(rights))).digest('hex').slice(0, 16),
    }));
    return role;
  }
}

function check(props: ClaimsmithTriggerProps) {
  const packed = props.zip.endsWith('.zip') && statSync(props.zip, { throwIfNoEntry: false })?.isFile();
  if (!packed) {
    throw new Error(`zip: ${props.zip} is no zip; \`claimsmith pack\` makes one`);
  }
  if (props.environment && 'CLAIMS_TABLE' in props.environment) {
    throw new Error('environment: CLAIMS_TABLE is the name of `table`; give that');
  }
  if (props.table && props.policyRights && !readsClaims(props.policyRights)) {
    throw new Error('table: the policy reads no ${CLAIMS_TABLE}; leave table out');
  }
}
