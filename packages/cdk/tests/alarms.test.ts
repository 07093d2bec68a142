import assert from 'node:assert/strict';
import { test } from 'node:test';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { ClaimsmithTrigger } from 'claimsmith-cdk';
import { make, template, zip } from './stacks';

// What each watches is compared with infra/sam/template.yaml by tests/cdk/agreement.py.
const NAMES = ['deadline', 'errors', 'refusals', 'report-mode', 'store', 'throttles'];

test('alarms only change their colour', () => {
  const { stack, trigger } = make();
  const found = Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm');
  assert.deepEqual(Object.keys(trigger.alarms).sort(), NAMES);
  assert.equal(Object.keys(found).length, NAMES.length);
  for (const alarm of Object.values(found)) {
    assert.deepEqual([alarm.Properties.AlarmActions, alarm.Properties.OKActions], [undefined, undefined]);
  }
});

test('a topic hears of each alarm and of its end', () => {
  const stack = new Stack(new App(), 'Stack');
  const alarmTopic = new Topic(stack, 'Topic');
  new ClaimsmithTrigger(stack, 'Claims', { userPool: new UserPool(stack, 'Pool'), zip: zip(), alarmTopic });
  const found = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'));
  const heard = [stack.resolve(alarmTopic.topicArn)];
  assert.equal(found.length, NAMES.length);
  for (const { Properties } of found) assert.deepEqual([Properties.AlarmActions, Properties.OKActions], [heard, heard]);
});

test('logs are kept as long as is said', () => {
  const kept = (made: Template) => Object.values(made.findResources('AWS::Logs::LogGroup'))
    .map(({ Properties }) => Properties.RetentionInDays);
  assert.deepEqual(kept(template()), [90, 90]);
  assert.deepEqual(kept(template({ logRetention: RetentionDays.ONE_WEEK })), [7, 7]);
});
