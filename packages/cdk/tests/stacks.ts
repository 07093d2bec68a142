import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, type StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { UserPool, type IUserPool } from 'aws-cdk-lib/aws-cognito';
import { ClaimsmithTrigger, type ClaimsmithTriggerProps } from 'claimsmith-cdk';

const folder = mkdtempSync(join(tmpdir(), 'claimsmith-cdk-'));

/** A file that passes for a package. */
export function zip(content = 'PK'): string {
  const path = join(folder, `${Buffer.from(content).toString('hex')}.zip`);
  writeFileSync(path, content);
  return path;
}

export interface Made {
  readonly stack: Stack;
  readonly trigger: ClaimsmithTrigger;
}

type Settings = Partial<ClaimsmithTriggerProps> & { pool?: (stack: Stack) => IUserPool; stackProps?: StackProps };

/** A stack with a trigger, on a pool of its own unless another is asked for. */
export function make({ pool, stackProps, ...settings }: Settings = {}): Made {
  const stack = new Stack(new App(), 'Stack', stackProps);
  const userPool = pool?.(stack) ?? new UserPool(stack, 'Pool');
  return { stack, trigger: new ClaimsmithTrigger(stack, 'Claims', { userPool, zip: zip(), ...settings }) };
}

export function template(settings: Settings = {}): Template {
  return Template.fromStack(make(settings).stack);
}

/** The one resource of a type, or of a type and with a description. */
export function the(template: Template, type: string, description?: string): [string, any] {
  const found = Object.entries(template.findResources(type))
    .filter(([, { Properties }]) => !description || Properties.Description?.startsWith(description));
  if (found.length !== 1) throw new Error(`${found.length} of ${type}`);
  return found[0]!;
}

export const TRIGGER = ['AWS::Lambda::Function', 'Puts organisation'] as const;

/** The trigger's role, by its function. */
export function role(template: Template): [string, any] {
  const [, { Properties }] = the(template, ...TRIGGER);
  const name: string = Properties.Role['Fn::GetAtt'][0];
  return [name, template.findResources('AWS::IAM::Role')[name]];
}

/** What the trigger may do, without its log. */
export function rights(template: Template): any[] {
  const [, { Properties }] = role(template);
  return Properties.Policies[0].PolicyDocument.Statement
    .filter((statement: any) => !JSON.stringify(statement.Action).includes('logs:'));
}
