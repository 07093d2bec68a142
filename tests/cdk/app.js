// An app with the trigger on a pool of its own, or on the one that the third argument names.
//
//   node app.js OUT ZIP NAME [POOL] [RIGHTS]
const { App, CfnOutput, DefaultStackSynthesizer, Stack } = require('aws-cdk-lib');
const { UserPool } = require('aws-cdk-lib/aws-cognito');
const { Architecture } = require('aws-cdk-lib/aws-lambda');
const { ClaimsmithTrigger } = require('claimsmith-cdk');

const [outdir, zip, name, existing, rights] = process.argv.slice(2);
const app = new App({ outdir });
const stack = new Stack(app, name, {
  synthesizer: new DefaultStackSynthesizer({ fileAssetsBucketName: 'packages', generateBootstrapVersionRule: false }),
});
const userPool = existing
  ? UserPool.fromUserPoolId(stack, 'Pool', existing)
  : new UserPool(stack, 'Pool', { signInAliases: { email: true } });
const trigger = new ClaimsmithTrigger(stack, 'Claims', {
  userPool, zip, architecture: Architecture.X86_64, deletionProtection: false,
  policyRights: rights ? JSON.parse(rights) : undefined,
});
for (const [key, value] of Object.entries({
  UserPoolId: userPool.userPoolId,
  TableName: trigger.table.tableName,
  TriggerFunctionName: trigger.function.functionName,
})) new CfnOutput(stack, key, { value });
app.synth();
