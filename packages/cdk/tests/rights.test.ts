import assert from 'node:assert/strict';
import { test } from 'node:test';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AttributeType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { ClaimsmithTrigger } from 'claimsmith-cdk';
import { make, rights, role, template, the, TRIGGER, zip } from './stacks';

const get = 'dynamodb:BatchGetItem';
const query = 'dynamodb:Query';
const variables = (made: Template) => the(made, ...TRIGGER)[1].Properties.Environment.Variables;
const arn = (text: string) => [
  'arn:', { Ref: 'AWS::Partition' }, ':dynamodb:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, text,
];

test('without more it may read the table that is made, by key, and write its log', () => {
  const made = template();
  const [table] = the(made, 'AWS::DynamoDB::Table');
  assert.deepEqual(rights(made), [{ Effect: 'Allow', Action: get, Resource: { 'Fn::GetAtt': [table, 'Arn'] } }]);
  assert.deepEqual(variables(made), { CLAIMS_TABLE: { Ref: table }, CLAIMS_LOG_ONE_IN: '1' });
  const [, { Properties }] = role(made);
  assert.equal(Properties.ManagedPolicyArns, undefined);
  const { Statement } = Properties.Policies[0].PolicyDocument;
  assert.deepEqual(Statement[1].Action, ['logs:CreateLogStream', 'logs:PutLogEvents']);
  assert.equal(Statement.length, 2);
  made.resourceCountIs('AWS::IAM::Policy', 0);
});

test('the table that is made', () => {
  const made = template();
  made.hasResourceProperties('AWS::DynamoDB::Table', {
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }, { AttributeName: 'sk', KeyType: 'RANGE' }],
    BillingMode: 'PAY_PER_REQUEST',
    DeletionProtectionEnabled: true,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    TimeToLiveSpecification: { AttributeName: 'revoked_until', Enabled: true },
  });
  template({ deletionProtection: false })
    .hasResourceProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: false });
});

test('rights are what `claimsmith check --json` says', () => {
  const policyRights = JSON.parse(`[
    {"table": "\${PREFIX}-people", "region": null, "actions": [], "indexes": {"by-email": ["${query}"]}},
    {"table": "orders", "region": "\${AWS_REGION}", "actions": ["${get}", "${query}"], "indexes": {}}
  ]`);
  const made = template({ policyRights, environment: { PREFIX: 'acme' } });
  assert.deepEqual(rights(made), [
    { Effect: 'Allow', Action: query, Resource: { 'Fn::Join': ['', arn(':table/acme-people/index/by-email')] } },
    { Effect: 'Allow', Action: [get, query], Resource: { 'Fn::Join': ['', arn(':table/orders')] } },
  ]);
  // It reads no claims table.
  made.resourceCountIs('AWS::DynamoDB::Table', 0);
  assert.deepEqual(variables(made), { CLAIMS_LOG_ONE_IN: '1', PREFIX: 'acme' });
});

test('a right without region or indexes is complete', () => {
  const made = template({ policyRights: [{ table: 'orders', region: 'us-east-1', actions: [get] }] });
  const [{ Resource }] = rights(made);
  assert.equal(Resource['Fn::Join'][1][2], ':dynamodb:us-east-1:');
});

test('a table that there is is read, its key used by DynamoDB only, and none is made', () => {
  const app = new App();
  const data = new Stack(app, 'Data');
  const stack = new Stack(app, 'Stack');
  const table = new Table(data, 'Table', {
    partitionKey: { name: 'pk', type: AttributeType.STRING }, encryption: TableEncryption.CUSTOMER_MANAGED,
  });
  const trigger = new ClaimsmithTrigger(stack, 'Claims', { userPool: new UserPool(stack, 'Pool'), zip: zip(), table });
  assert.equal(trigger.table, table);
  const made = Template.fromStack(stack);
  made.resourceCountIs('AWS::DynamoDB::Table', 0);
  assert.deepEqual(rights(made).map(({ Action }) => Action), [get, 'kms:Decrypt']);
  assert.deepEqual(rights(made)[1].Condition, { StringEquals: { 'kms:ViaService': {
    'Fn::Join': ['', ['dynamodb.', { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }]],
  } } });
});

test('who reads no table has no rights to any', () => {
  const { stack, trigger } = make({ policyRights: [] });
  assert.equal(trigger.table, undefined);
  assert.deepEqual(rights(Template.fromStack(stack)), []);
});

test('report mode and own variables', () => {
  const made = template({ reportMode: true, environment: { CLAIMS_LOG_ONE_IN: '10', AWS_LAMBDA_LOG_LEVEL: 'WARN' } });
  const { CLAIMS_TABLE, ...others } = variables(made);
  assert.ok(CLAIMS_TABLE);
  assert.deepEqual(others, { CLAIMS_LOG_ONE_IN: '10', CLAIMS_MODE: 'report', AWS_LAMBDA_LOG_LEVEL: 'WARN' });
  assert.equal(variables(template({ reportMode: false })).CLAIMS_MODE, undefined);
});

test('what is wrong is said at once, by its property', () => {
  const right = (actions: string[], table = 'orders') => ({ policyRights: [{ table, actions }] });
  const wrong: [Parameters<typeof make>[0], RegExp][] = [
    [{ zip: 'missing.zip' }, /^zip: missing.zip is no zip; `claimsmith pack` makes one$/],
    [{ zip: '.' }, /^zip: /],
    [{ zip: __filename }, /^zip: /],
    [right(['dynamodb:GetItem']), /^policyRights: the trigger reads by dynamodb:BatchGetItem and dynamodb:Query/],
    [{ policyRights: [{ table: 'orders', actions: [], indexes: { all: ['dynamodb:Scan'] } }] }, /^policyRights: the trigger reads/],
    [right([get], 'orders*'), /^policyRights: a right is about one table or index/],
    [{ ...right([get], '${ORDERS}'), environment: { ORDERS: '*' } }, /^policyRights: a right is about one table or index/],
    [right([get], '${ORDERS}'), /^policyRights: `\$\{ORDERS\}` holds a variable that environment doesn't set$/],
    [{ environment: { CLAIMS_TABLE: 'mine' } }, /^environment: CLAIMS_TABLE is the name of `table`; give that$/],
  ];
  for (const [settings, message] of wrong) {
    assert.throws(() => make(settings), (error: Error) => message.test(error.message), String(message));
  }
  const table = (stack: Stack) => Table.fromTableName(stack, 'Theirs', 'theirs');
  const stack = new Stack(new App(), 'Stack');
  assert.throws(
    () => new ClaimsmithTrigger(stack, 'Claims', {
      userPool: new UserPool(stack, 'Pool'), zip: zip(), table: table(stack), ...right([get]),
    }),
    /^Error: table: the policy reads no \$\{CLAIMS_TABLE\}; leave table out$/,
  );
});
