import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Template } from 'aws-cdk-lib/assertions';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { make, role, template, the, TRIGGER, zip } from './stacks';

const version = (of: Template) => the(of, 'AWS::Lambda::Version')[0];

test('live gets its version by the answer of the self-test', () => {
  const made = template();
  const [answer, { Properties: asked }] = the(made, 'Custom::ClaimsmithSelfTest');
  const [alias, { Properties }] = the(made, 'AWS::Lambda::Alias');
  const [trigger] = the(made, ...TRIGGER);
  assert.deepEqual(Properties.FunctionVersion, { 'Fn::GetAtt': [answer, 'Version'] });
  assert.deepEqual(Properties.FunctionName, { Ref: trigger });
  assert.equal(Properties.Name, 'live');
  assert.deepEqual(asked.Version, { 'Fn::GetAtt': [version(made), 'Version'] });
  assert.deepEqual(asked.Function, { Ref: trigger });
  const [asking, { Properties: python }] = the(made, 'AWS::Lambda::Function', 'Lets a version');
  assert.deepEqual(asked.ServiceToken, { 'Fn::GetAtt': [asking, 'Arn'] });
  assert.match(python.Code.ZipFile, /self-test/);
  // Lambda takes no more inline.
  assert.ok(python.Code.ZipFile.length <= 4096);
  assert.ok(alias);
});

test('what asks may ask the trigger alone', () => {
  const made = template();
  const [trigger] = the(made, ...TRIGGER);
  const [, { Properties: python }] = the(made, 'AWS::Lambda::Function', 'Lets a version');
  const { Statement } = made.findResources('AWS::IAM::Role')[python.Role['Fn::GetAtt'][0]]!
    .Properties.Policies[0].PolicyDocument;
  const arn = { 'Fn::GetAtt': [trigger, 'Arn'] };
  assert.deepEqual(Statement.map((allowed: any) => allowed.Action), [
    ['lambda:GetFunctionConfiguration', 'lambda:InvokeFunction'],
    ['logs:CreateLogStream', 'logs:PutLogEvents'],
  ]);
  assert.deepEqual(Statement[0].Resource, [arn, { 'Fn::Join': ['', [arn, ':*']] }]);
});

test('another package, setting or right is another version, and nothing else is', () => {
  const first = version(template());
  assert.equal(version(template()), first);
  assert.equal(version(template({ logRetention: RetentionDays.ONE_DAY, deletionProtection: false })), first);
  for (const other of [
    { zip: zip('PK2') },
    { reportMode: true },
    { environment: { CLAIMS_LOG_ONE_IN: '9' } },
    { architecture: Architecture.X86_64 },
    { policyRights: [{ table: '${CLAIMS_TABLE}', actions: ['dynamodb:Query'] }] },
  ]) assert.notEqual(version(template(other)), first, JSON.stringify(other));
});

test('a later setting of the function is part of the version too', () => {
  const { stack, trigger } = make();
  trigger.function.addEnvironment('ORDERS_TABLE', 'orders');
  assert.notEqual(version(Template.fromStack(stack)), version(template()));
});

test('a version keeps its role: other rights are another', () => {
  const [first] = role(template());
  assert.equal(role(template({ zip: zip('PK2'), reportMode: true }))[0], first);
  assert.notEqual(role(template({ policyRights: [{ table: '${CLAIMS_TABLE}', actions: ['dynamodb:Query'] }] }))[0], first);
  const orders = { policyRights: [{ table: '${ORDERS}', actions: ['dynamodb:Query'] }] };
  const [one] = role(template({ ...orders, environment: { ORDERS: 'one' } }));
  assert.notEqual(role(template({ ...orders, environment: { ORDERS: 'two' } }))[0], one);
});

test('what data or sign-ins hang on outlives the stack, and what asks does not', () => {
  const made = template({ pool: (stack) => UserPool.fromUserPoolId(stack, 'Pool', 'eu-west-1_AbCdEfGhI') });
  const all = Object.entries<any>(made.toJSON().Resources);
  const kept = all.filter(([, { DeletionPolicy, UpdateReplacePolicy }]) =>
    DeletionPolicy === 'RetainExceptOnCreate' && UpdateReplacePolicy === 'Retain');
  assert.deepEqual(kept.map(([, { Type }]) => Type).sort(), [
    'AWS::DynamoDB::Table', 'AWS::IAM::Role', 'AWS::Lambda::Alias', 'AWS::Lambda::Function',
    'AWS::Lambda::Permission', 'AWS::Lambda::Version', 'AWS::Logs::LogGroup',
  ]);
  const others = all.filter((entry) => !kept.includes(entry));
  assert.deepEqual([...new Set(others.map(([, { Type }]) => Type))].sort(), [
    'AWS::CloudWatch::Alarm', 'AWS::IAM::Role', 'AWS::Lambda::Function', 'AWS::Logs::LogGroup',
    'Custom::ClaimsmithSelfTest',
  ]);
});
