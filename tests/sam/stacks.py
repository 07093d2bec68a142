"""Stacks of CloudFormation on the emulated AWS, the demo company in their pools, and what must be seen of
each stack that has the trigger, whatever made its template.

Who may invoke a function isn't enforced there; the permission is read elsewhere.
"""

import botocore.exceptions

from company import PEOPLE, Company, both
from emulator import Failed, show

BUCKET = "packages"


class Demo(Company):
    """The demo company's people, without its machines, in a pool that has no client yet."""

    def __init__(self, emulator, outputs):
        self.emulator, self.cognito = emulator, emulator.cognito
        self.pool, self.table = outputs["UserPoolId"], outputs["TableName"]
        self.trigger, self.machines = outputs["TriggerFunctionName"], {}
        self.web = self.client("web")
        self.people = {name: self.person(name) for name in ("Ben", "Nobody")}
        self.seed()


class Stack:
    """Whoever derives from it has `deploy`, which deploys a package with a policy."""

    def __init__(self, emulator, name):
        self.emulator, self.name = emulator, name
        self.stacks, self.s3 = emulator.service("cloudformation"), emulator.service("s3")

    def apply(self, template, **parameters):
        """The outputs."""
        try:
            self.stacks.describe_stacks(StackName=self.name)
            call, done = self.stacks.update_stack, "stack_update_complete"
        except botocore.exceptions.ClientError:
            call, done = self.stacks.create_stack, "stack_create_complete"
        call(StackName=self.name, TemplateBody=template, Capabilities=["CAPABILITY_NAMED_IAM"],
             Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()])
        self.wait(done)
        return self.outputs()

    def wait(self, done):
        try:
            self.stacks.get_waiter(done).wait(
                StackName=self.name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
        except botocore.exceptions.WaiterError as error:
            raise Failed("; ".join([self.name, *self.reasons()])) from error

    def reasons(self):
        events = self.stacks.describe_stack_events(StackName=self.name)["StackEvents"]
        return [f"{event['LogicalResourceId']}: {event['ResourceStatusReason']}" for event in events
                if "FAILED" in event["ResourceStatus"] and "ResourceStatusReason" in event]

    def outputs(self):
        stack = self.stacks.describe_stacks(StackName=self.name)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def live(self):
        return self.emulator.functions.get_alias(
            FunctionName=self.outputs()["TriggerFunctionName"], Name="live")["FunctionVersion"]

    def delete(self):
        self.stacks.delete_stack(StackName=self.name)
        self.wait("stack_delete_complete")


def made(stack, policy):
    """A stack with a pool of its own; the company that signs in there."""
    company = Demo(stack.emulator, stack.deploy(policy))
    show("in a new pool both tokens have the claims", both(company.by_password("Ben")), [PEOPLE["Ben"]] * 2)
    show("who has no record gets no token", company.refusals(lambda: company.by_password("Nobody")), ["record_missing"])
    return company


def rolled_out(stack, policy, company):
    first = stack.live()
    stack.deploy(policy + "\n# Another version.\n")
    second = stack.live()
    show("another package is another version, and live", int(second) > int(first), True)
    show("with the same claims", both(company.by_password("Ben")), [PEOPLE["Ben"]] * 2)
    stopped("a policy with findings", stack, company, lambda: stack.deploy(policy + "\nnot a policy\n"))


def stopped(what, stack, company, deploy, reason="didn't pass its self-test"):
    """A deployment that mustn't touch who signs in."""
    before = stack.live()
    try:
        deploy()
    except Failed as failed:
        if reason not in str(failed):
            raise
        print(f"ok {what} fails the stack by its self-test", flush=True)
    else:
        raise Failed(f"{what} was deployed")
    show("and never goes live", stack.live(), before)
    show("nor stops a sign-in", both(company.by_password("Ben")), [PEOPLE["Ben"]] * 2)


def deleted(stack, company):
    stack.delete()
    show(f"after {stack.name} is deleted people sign in as before", both(company.by_password("Ben")), [PEOPLE["Ben"]] * 2)


def theirs(emulator):
    """A pool that no stack has made; its id."""
    return emulator.cognito.create_user_pool(PoolName="theirs", UsernameAttributes=["email"])["UserPool"]["Id"]


def merged(emulator, outputs, config):
    """The company in a pool that calls the trigger as the output says."""
    emulator.cognito.update_user_pool(UserPoolId=outputs["UserPoolId"], LambdaConfig=config)
    company = Demo(emulator, outputs)
    show("in a pool that exists both tokens have the claims", both(company.by_password("Ben")), [PEOPLE["Ben"]] * 2)
    return company
