import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function, type IVersion, Runtime, Version } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/**
 * Has a version answer the self-test. If it can't, the deployment fails and is rolled back.
 *
 * Not `triggers.Trigger`, which sends no event, nor `AwsCustomResource`, for which a function's error is
 * no failure.
 */
export class SelfTest extends Construct {
  /** The same version by the answer, so that who needs it waits for the answer. */
  public readonly passed: IVersion;

  constructor(scope: Construct, id: string, version: Version, retention: RetentionDays) {
    super(scope, id);
    const log = new LogGroup(this, 'Log', { retention, removalPolicy: RemovalPolicy.DESTROY });
    const trigger = version.lambda;
    const asking = new Function(this, 'Function', {
      description: 'Lets a version of the trigger go live if it passes its self-test',
      runtime: Runtime.PYTHON_3_13,
      handler: 'index.handler',
      code: Code.fromInline(readFileSync(join(__dirname, '..', 'provider', 'index.py'), 'utf8')),
      timeout: Duration.minutes(2),
      logGroup: log,
      role: new Role(this, 'Role', {
        assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
        inlinePolicies: {
          'self-test': new PolicyDocument({
            statements: [
              new PolicyStatement({
                actions: ['lambda:GetFunctionConfiguration', 'lambda:InvokeFunction'],
                resources: [trigger.functionArn, `${trigger.functionArn}:*`],
              }),
              new PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [log.logGroupArn] }),
            ],
          }),
        },
      }),
    });
    const answer = new CustomResource(this, 'Answer', {
      resourceType: 'Custom::ClaimsmithSelfTest',
      serviceToken: asking.functionArn,
      serviceTimeout: Duration.minutes(5),
      properties: { Function: trigger.functionName, Version: version.version },
    });
    this.passed = Version.fromVersionAttributes(this, 'Passed', {
      lambda: trigger,
      version: answer.getAttString('Version'),
    });
  }
}
