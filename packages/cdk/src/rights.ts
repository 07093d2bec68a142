import type { Stack } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { PolicyRight } from './props';

/** Of the shipped policy. */
export const SHIPPED: PolicyRight[] = [{ table: '${CLAIMS_TABLE}', actions: ['dynamodb:BatchGetItem'] }];

const READS = ['dynamodb:BatchGetItem', 'dynamodb:Query'];

/** Whether a policy with these rights reads the claims table. */
export function readsClaims(rights: PolicyRight[]): boolean {
  return rights.some((right) => names(right).some((name) => name.includes('${CLAIMS_TABLE}')));
}

/** Statements that allow what the policy reads, and no more. */
export function statements(
  stack: Stack,
  rights: PolicyRight[],
  variables: { [name: string]: string },
  claims?: ITable,
): PolicyStatement[] {
  const named = inserting({ AWS_REGION: stack.region, ...variables });
  const allowed = rights.flatMap((right) => {
    const table = claims && right.table === '${CLAIMS_TABLE}' && !right.region
      ? claims.tableArn
      : stack.formatArn({
        service: 'dynamodb',
        // For the function's own, `claimsmith check --json` says null.
        region: right.region ? named(right.region) : undefined,
        resource: 'table',
        resourceName: named(right.table),
      });
    const indexes = Object.entries(right.indexes ?? {});
    return [
      ...reads(table, right.actions),
      ...indexes.flatMap(([index, actions]) => reads(`${table}/index/${named(index)}`, actions)),
    ];
  });
  return claims?.encryptionKey && readsClaims(rights) ? [...allowed, decrypts(stack, claims)] : allowed;
}

function names(right: PolicyRight): string[] {
  const all = [right.table, right.region, ...Object.keys(right.indexes ?? {})];
  return all.filter((name): name is string => Boolean(name));
}

/** Puts values for the variables in a name. A policy's names hold no others than the function has. */
function inserting(variables: { [name: string]: string }): (name: string) => string {
  return (name) => {
    const inserted = name.replace(/\$\{([^}]*)\}/g, (_, variable: string) => {
      const value = variables[variable];
      if (value === undefined) {
        throw new Error(`policyRights: \`${name}\` holds a variable that environment doesn't set`);
      }
      return value;
    });
    if (/[*?]/.test(inserted)) {
      throw new Error('policyRights: a right is about one table or index, and a name holds no wildcard');
    }
    return inserted;
  };
}

function reads(resource: string, actions: string[]): PolicyStatement[] {
  if (actions.some((action) => !READS.includes(action))) {
    throw new Error(`policyRights: the trigger reads by ${READS.join(' and ')}, and does nothing else`);
  }
  return actions.length === 0 ? [] : [new PolicyStatement({ actions, resources: [resource] })];
}

/** By DynamoDB only. */
function decrypts(stack: Stack, claims: ITable): PolicyStatement {
  return new PolicyStatement({
    actions: ['kms:Decrypt'],
    resources: [claims.encryptionKey!.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `dynamodb.${claims.env.region}.${stack.urlSuffix}` } },
  });
}
