import { CfnOutput, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import { CfnUserPool, type IUserPool, LambdaVersion } from 'aws-cdk-lib/aws-cognito';
import { type Alias, CfnPermission } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

/** Lets the pool call the alias, and a pool that is made in this app does call it. */
export function wire(
  scope: Construct,
  pool: IUserPool,
  alias: Alias,
  eventVersion: LambdaVersion,
): CfnUserPool.LambdaConfigProperty {
  const stack = Stack.of(scope);
  near(stack, pool);
  const child = pool.node.defaultChild;
  const made = child && CfnUserPool.isCfnUserPool(child) ? child : undefined;
  // Only this pool of this account, and only through the alias. CDK's own `addTrigger` leaves the account
  // out. Beside the pool: if that is another stack's, the stacks would need each other.
  const permission = new CfnPermission(made ? pool : scope, made ? 'ClaimsmithPermission' : 'Permission', {
    action: 'lambda:InvokeFunction',
    functionName: alias.functionArn,
    principal: 'cognito-idp.amazonaws.com',
    sourceAccount: stack.account,
    sourceArn: pool.userPoolArn,
  });
  permission.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);

  const event = { lambdaArn: alias.functionArn, lambdaVersion: eventVersion };
  const written = { LambdaArn: event.lambdaArn, LambdaVersion: event.lambdaVersion };
  if (made) {
    scope.node.addValidation({ validate: () => problems(made, eventVersion) });
    made.addPropertyOverride('LambdaConfig.PreTokenGenerationConfig', written);
  } else {
    // CloudFormation changes no pool that it doesn't own.
    new CfnOutput(scope, 'PoolLambdaConfig', {
      description: 'What to merge into the LambdaConfig of the user pool, as JSON.',
      value: stack.toJsonString({ PreTokenGenerationConfig: written }),
    });
  }
  return { preTokenGenerationConfig: event };
}

/** Cognito calls functions of its own region and account only. */
function near(stack: Stack, pool: IUserPool) {
  const differ = (one: string, other: string) =>
    !Token.isUnresolved(one) && !Token.isUnresolved(other) && one !== other;
  if (!Token.isUnresolved(pool.userPoolId) && !/^[a-z]{2}(-[a-z]+)+-[0-9]_[0-9A-Za-z]+$/.test(pool.userPoolId)) {
    throw new Error('userPool: the id of a pool is such as eu-west-1_AbCdEfGhI; a name or an ARN is none');
  }
  if (differ(stack.region, pool.env.region) || differ(stack.account, pool.env.account)) {
    throw new Error("userPool: the trigger belongs into the pool's region and account");
  }
}

/** What can be told only when the app is complete. */
function problems(pool: CfnUserPool, eventVersion: LambdaVersion): string[] {
  const others: CfnUserPool.LambdaConfigProperty = Stack.of(pool).resolve(pool.lambdaConfig) ?? {};
  const found: string[] = [];
  if (others.preTokenGeneration || others.preTokenGenerationConfig) {
    found.push('userPool: it has a pre token generation trigger already; take that out');
  }
  if (pool.userPoolTier === 'LITE' && eventVersion !== LambdaVersion.V1_0) {
    found.push('userPool: the plan Lite has event version V1_0 only; take the plan Essentials or Plus, or eventVersion');
  }
  return found;
}
