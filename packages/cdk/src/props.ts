import type { aws_cognito, aws_dynamodb, aws_lambda, aws_logs, aws_sns } from 'aws-cdk-lib';

/** What the policy reads of one table, as `rights` of `claimsmith check --json` says it. */
export interface PolicyRight {
  /** The table's name as in the policy: variables are those of the trigger. */
  readonly table: string;

  /**
   * The region of the table, as in the policy.
   *
   * @default - the stack's
   */
  readonly region?: string;

  /** What is done with the table itself: `dynamodb:BatchGetItem`, `dynamodb:Query`. */
  readonly actions: string[];

  /**
   * What is done with its indexes, by their names.
   *
   * @default - none is read
   */
  readonly indexes?: { [name: string]: string[] };
}

/** What a `ClaimsmithTrigger` is made of. */
export interface ClaimsmithTriggerProps {
  /**
   * The user pool whose tokens get the claims.
   *
   * A pool made in this app is wired to the trigger. An imported one stays as it is: see `lambdaConfig`.
   */
  readonly userPool: aws_cognito.IUserPool;

  /** Path of the zip that `claimsmith pack` has made: a released function with your policy. */
  readonly zip: string;

  /**
   * What the zip's program was built for.
   *
   * @default - `Architecture.ARM_64`
   */
  readonly architecture?: aws_lambda.Architecture;

  /**
   * The form of the event. Forms 2 and 3 need the pool's plan Essentials or Plus; only 3 has machines.
   *
   * @default - `LambdaVersion.V3_0`
   */
  readonly eventVersion?: aws_cognito.LambdaVersion;

  /**
   * The table that the policy calls `${CLAIMS_TABLE}`.
   *
   * @default - one is made if the policy reads it
   */
  readonly table?: aws_dynamodb.ITable;

  /**
   * What the policy reads: `rights` of `claimsmith check --json`. The trigger may read that and nothing else.
   *
   * @default - those of the shipped policy: `dynamodb:BatchGetItem` on `${CLAIMS_TABLE}`
   */
  readonly policyRights?: PolicyRight[];

  /**
   * More variables of the trigger, such as those that its policy names.
   *
   * @default - none
   */
  readonly environment?: { [name: string]: string };

  /**
   * Whether the trigger sends every event back as it came and only logs what it would have done. An alarm
   * says that it is on.
   *
   * @default false
   */
  readonly reportMode?: boolean;

  /**
   * Hears of alarms, and of their end.
   *
   * @default - alarms only change their colour
   */
  readonly alarmTopic?: aws_sns.ITopic;

  /**
   * How long logs are kept.
   *
   * @default - three months
   */
  readonly logRetention?: aws_logs.RetentionDays;

  /**
   * Whether the table that is made can't be deleted.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;
}
