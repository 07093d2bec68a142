import assert from 'node:assert/strict';
import { test } from 'node:test';
import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { FeaturePlan, LambdaVersion, UserPool, UserPoolOperation } from 'aws-cdk-lib/aws-cognito';
import { Code, Function, type IFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { ClaimsmithTrigger } from 'claimsmith-cdk';
import { make, template, the, zip } from './stacks';

const other = (stack: Stack): IFunction => new Function(stack, 'Other', {
  runtime: Runtime.NODEJS_22_X, handler: 'index.handler', code: Code.fromInline('exports.handler = async (event) => event'),
});

test('only the pool of this account may call, and only through the alias', () => {
  const made = template();
  const [alias] = the(made, 'AWS::Lambda::Alias');
  const [pool] = the(made, 'AWS::Cognito::UserPool');
  assert.deepEqual(the(made, 'AWS::Lambda::Permission')[1].Properties, {
    Action: 'lambda:InvokeFunction',
    FunctionName: { Ref: alias },
    Principal: 'cognito-idp.amazonaws.com',
    SourceAccount: { Ref: 'AWS::AccountId' },
    SourceArn: { 'Fn::GetAtt': [pool, 'Arn'] },
  });
});

test('a pool of the app calls the alias, beside its other triggers', () => {
  const made = template({
    pool: (stack) => new UserPool(stack, 'Pool', { lambdaTriggers: { postConfirmation: other(stack) } }),
  });
  const [alias] = the(made, 'AWS::Lambda::Alias');
  const config = the(made, 'AWS::Cognito::UserPool')[1].Properties.LambdaConfig;
  assert.deepEqual(config.PreTokenGenerationConfig, { LambdaArn: { Ref: alias }, LambdaVersion: 'V3_0' });
  assert.deepEqual(Object.keys(config).sort(), ['PostConfirmation', 'PreTokenGenerationConfig']);
  made.resourceCountIs('AWS::Lambda::Permission', 2);
  assert.deepEqual(Object.keys(made.toJSON().Outputs ?? {}), []);
});

test('an imported pool stays as it is, and the output says what it must get', () => {
  const { stack, trigger } = make({
    eventVersion: LambdaVersion.V2_0,
    pool: (within) => UserPool.fromUserPoolId(within, 'Pool', 'eu-west-1_AbCdEfGhI'),
  });
  const made = Template.fromStack(stack);
  made.resourceCountIs('AWS::Cognito::UserPool', 0);
  const [alias] = the(made, 'AWS::Lambda::Alias');
  const [value] = Object.values<any>(made.toJSON().Outputs);
  const text = value.Value['Fn::Join'][1].map((part: any) => (part.Ref === alias ? 'ALIAS' : part)).join('');
  assert.deepEqual(JSON.parse(text), { PreTokenGenerationConfig: { LambdaArn: 'ALIAS', LambdaVersion: 'V2_0' } });
  assert.deepEqual(stack.resolve(trigger.lambdaConfig), {
    preTokenGenerationConfig: { lambdaArn: { Ref: alias }, lambdaVersion: 'V2_0' },
  });
  const { SourceArn, SourceAccount } = the(made, 'AWS::Lambda::Permission')[1].Properties;
  assert.equal(SourceArn['Fn::Join'][1].at(-1), ':userpool/eu-west-1_AbCdEfGhI');
  assert.deepEqual(SourceAccount, { Ref: 'AWS::AccountId' });
});

test("a pool of another stack needs the trigger's, and not the other way round", () => {
  const app = new App();
  const [auth, claims] = [new Stack(app, 'Auth'), new Stack(app, 'Claims')];
  const userPool = new UserPool(auth, 'Pool');
  new ClaimsmithTrigger(claims, 'Claims', { userPool, zip: zip() });
  app.synth();
  assert.deepEqual([auth.dependencies.includes(claims), claims.dependencies.length], [true, 0]);
  Template.fromStack(auth).resourceCountIs('AWS::Lambda::Permission', 1);
  Template.fromStack(claims).resourceCountIs('AWS::Lambda::Permission', 0);
});

test('pool and trigger may be in nested stacks beside each other, as Amplify makes them', () => {
  const app = new App();
  const root = new Stack(app, 'Root');
  const [auth, claims] = [new NestedStack(root, 'Auth'), new NestedStack(root, 'Claims')];
  new ClaimsmithTrigger(claims, 'Claims', { userPool: new UserPool(auth, 'Pool'), zip: zip() });
  app.synth();
  const config = the(Template.fromStack(auth), 'AWS::Cognito::UserPool')[1].Properties.LambdaConfig;
  assert.equal(config.PreTokenGenerationConfig.LambdaVersion, 'V3_0');
});

test('a pool calls one pre token generation trigger', () => {
  const taken = /userPool: it has a pre token generation trigger already/;
  assert.throws(() => template({
    pool: (stack) => new UserPool(stack, 'Pool', { lambdaTriggers: { preTokenGeneration: other(stack) } }),
  }), taken);
  // Also one that comes later.
  const { stack } = make();
  const pool = stack.node.findChild('Pool') as UserPool;
  pool.addTrigger(UserPoolOperation.PRE_TOKEN_GENERATION_CONFIG, other(stack), LambdaVersion.V2_0);
  assert.throws(() => Template.fromStack(stack), taken);
});

test('the plan Lite has the first event version only', () => {
  const lite = (stack: Stack) => new UserPool(stack, 'Pool', { featurePlan: FeaturePlan.LITE });
  assert.throws(() => template({ pool: lite }), /userPool: the plan Lite has event version V1_0 only/);
  assert.throws(() => template({ pool: lite, eventVersion: LambdaVersion.V2_0 }), /userPool: the plan Lite/);
  template({ pool: lite, eventVersion: LambdaVersion.V1_0 });
  template({ pool: (stack) => new UserPool(stack, 'Pool', { featurePlan: FeaturePlan.PLUS }) });
});

test('a pool is named by its id, and is where the trigger is', () => {
  const named = (id: string) => (stack: Stack) => UserPool.fromUserPoolId(stack, 'Pool', id);
  for (const id of ['people', 'arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_AbCdEfGhI']) {
    assert.throws(() => make({ pool: named(id) }), /userPool: the id of a pool/, id);
  }
  const env = { region: 'eu-west-1', account: '123456789012' };
  const arn = (region: string, account: string) => (stack: Stack) =>
    UserPool.fromUserPoolArn(stack, 'Pool', `arn:aws:cognito-idp:${region}:${account}:userpool/us-east-1_AbCdEfGhI`);
  // A replica: its ARN has the region that serves it.
  make({ stackProps: { env }, pool: arn('eu-west-1', '123456789012') });
  assert.throws(() => make({ stackProps: { env }, pool: arn('us-east-1', '123456789012') }), /region and account/);
  assert.throws(() => make({ stackProps: { env }, pool: arn('eu-west-1', '210987654321') }), /region and account/);
});
