import {
  Alarm, ComparisonOperator, type IMetric, MathExpression, Metric, Stats, TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/** What is watched, by name. The reasons stand in infra/observability.tf. */
export function alarms(scope: Construct, alias: Alias, topic?: ITopic): { [name: string]: Alarm } {
  const FunctionName = alias.lambda.functionName;
  const of = (namespace: string, metricName: string, more = {}, statistic: string = Stats.SUM) =>
    new Metric({ namespace, metricName, statistic, dimensionsMap: { FunctionName, ...more } });
  const own = (name: string, more = {}, statistic?: string) => of('Claimsmith', name, more, statistic);
  const sum = (label: string, expression: string, usingMetrics: { [id: string]: IMetric }) =>
    new MathExpression({ label, expression, usingMetrics });

  const watched: { [name: string]: [string, IMetric, number?, ComparisonOperator?] } = {
    'errors': [
      "The trigger failed without refusing: it can't start, or it was too slow. Sign-ins and refreshes fail.",
      sum('Errors that are no refusals', 'FILL(errors, 0) - FILL(refused, 0)', {
        errors: of('AWS/Lambda', 'Errors', { Resource: `${FunctionName}:${alias.aliasName}` }),
        refused: own('Refused'),
      }),
    ],
    'store': [
      'Tokens were refused because the table failed or was too slow.',
      sum('Refused because of the table', 'FILL(store_failed, 0) + FILL(deadline_passed, 0)', {
        store_failed: own('Refusals', { Reason: 'store_failed' }),
        deadline_passed: own('Refusals', { Reason: 'deadline_passed' }),
      }),
    ],
    'throttles': [
      'Cognito was told to wait by Lambda: sign-ins and refreshes fail.',
      of('AWS/Lambda', 'Throttles'),
    ],
    'refusals': [
      'More tokens were refused than usual. Refusals by reason: metric Refusals, or record.reason in the log.',
      own('Refused'),
      10,
    ],
    'deadline': [
      "An answer came close to the policy's deadline: the table is slow.",
      own('DeadlineLeft', {}, Stats.MINIMUM),
      1000,
      ComparisonOperator.LESS_THAN_THRESHOLD,
    ],
    'report-mode': [
      'The trigger only reports: tokens have no claims of the policy, and nobody is refused.',
      own('Reported'),
    ],
  };
  const within = new Construct(scope, 'Alarms');
  return Object.fromEntries(Object.entries(watched).map(([name, [alarmDescription, metric, threshold, comparison]]) => {
    const alarm = new Alarm(within, name, {
      alarmDescription,
      metric,
      threshold: threshold ?? 0,
      comparisonOperator: comparison ?? ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    if (topic) {
      const hears = new SnsAction(topic);
      alarm.addAlarmAction(hears);
      alarm.addOkAction(hears);
    }
    return [name, alarm];
  }));
}
