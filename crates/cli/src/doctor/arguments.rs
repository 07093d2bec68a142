//! What can be given to the doctor.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{NonEmptyStringValueParser, PossibleValuesParser, TypedValueParser};
use cognito_claims::Door;

use super::seen::looks_like_a_token;
use crate::status::Failure;
use claimsmith_playground::sign_in::{self, SignIn};

/// Find out why a claim is not in a token
#[derive(Args)]
#[command(after_help = "\
Examples:
  claimsmith doctor org_id --token token.txt      a token that you have
  pbpaste | claimsmith doctor org_id --token -    from the clipboard; as an
                                                  argument it would stay in the
                                                  shell's history
  claimsmith doctor --event event.json --records items.json
                                                  what the trigger would do
  claimsmith doctor org_id --user SUB             what the table says
  aws cognito-idp describe-user-pool --user-pool-id ID |
    claimsmith doctor --pool -                    how it calls the function

All of these can be given together: the more it knows, the surer it is.
The token is sent nowhere, and neither it nor any claim's value is printed.

Exit status: 0 nothing wrong, 4 causes were found, 2 bad input.")]
pub struct Doctor {
    /// The claims that are missing; all of the policy if none is given
    #[arg(value_name = "CLAIM", value_parser = NonEmptyStringValueParser::new())]
    pub claims: Vec<String>,
    /// The token, or the JSON that Cognito handed it out in; - is standard input
    #[arg(long, value_name = "FILE", help_heading = "The sign-in")]
    pub token: Option<PathBuf>,
    /// The trigger event of the sign-in
    #[arg(long, value_name = "FILE", conflicts_with_all = ["user", "client"], help_heading = "The sign-in")]
    pub event: Option<PathBuf>,
    /// The `sub` of a person
    #[arg(long, value_name = "SUB", value_parser = NonEmptyStringValueParser::new(), help_heading = "The sign-in")]
    pub user: Option<String>,
    /// The app client; without a person, the machine that has it
    #[arg(long, value_name = "CLIENT_ID", value_parser = NonEmptyStringValueParser::new(), help_heading = "The sign-in")]
    pub client: Option<String>,
    /// A user attribute that no token has, such as custom:department=sales
    #[arg(long, value_name = "NAME=VALUE", value_parser = sign_in::pair, conflicts_with = "event", help_heading = "The sign-in")]
    attribute: Vec<(String, String)>,
    /// A member of the client metadata that the caller sent along, such as org_id=globex
    #[arg(long, value_name = "NAME=VALUE", value_parser = sign_in::pair, conflicts_with = "event", help_heading = "The sign-in")]
    metadata: Vec<(String, String)>,
    /// The event that the API handler got
    #[arg(long, value_name = "FILE", help_heading = "The way to the handler")]
    pub context: Option<PathBuf>,
    /// The front door before the handler
    #[arg(long, value_name = "DOOR", value_parser = door(), help_heading = "The way to the handler")]
    pub door: Option<Door>,
    /// What `aws cognito-idp describe-user-pool` prints
    #[arg(long, value_name = "FILE", help_heading = "The wiring")]
    pub pool: Option<PathBuf>,
    /// What `aws lambda get-function-configuration` prints
    #[arg(long, value_name = "FILE", help_heading = "The wiring")]
    pub function: Option<PathBuf>,
    /// What `aws lambda get-policy` prints
    #[arg(long, value_name = "FILE", help_heading = "The wiring")]
    pub function_policy: Option<PathBuf>,
    /// What `aws cognito-idp describe-user-pool-client` prints
    #[arg(long, value_name = "FILE", help_heading = "The wiring")]
    pub client_config: Option<PathBuf>,
    /// The policy; ./claims.toml if not given, and if there is none the built-in one
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// A JSON file of items instead of the policy's table
    #[arg(long, value_name = "FILE")]
    pub records: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// The front doors, as the command line calls them.
const DOORS: [(&str, Door); 6] = [
    ("http-api", Door::HttpApi),
    ("rest-cognito", Door::RestCognito),
    ("rest-jwt", Door::RestJwt),
    ("lambda-authorizer", Door::LambdaAuthorizer),
    ("appsync", Door::AppSync),
    ("appsync-lambda", Door::AppSyncLambda),
];

fn door() -> impl TypedValueParser<Value = Door> {
    PossibleValuesParser::new(DOORS.map(|(word, _)| word)).try_map(|word| {
        let named = DOORS.into_iter().find(|(known, _)| *known == word);
        named.map(|(_, door)| door).ok_or("no front door")
    })
}

impl Doctor {
    /// A word of a command stays in the shell's history and stands in the list of processes.
    pub fn refuse_tokens_as_words(&self) -> Result<(), Failure> {
        let files = self.files().into_iter().chain([&self.policy, &self.records]);
        let files = files.flatten().map(|path| path.to_string_lossy());
        let told = self.attribute.iter().chain(&self.metadata).map(|(_, value)| value);
        let names = self.user.iter().chain(&self.client).chain(&self.claims).chain(told);
        if files.chain(names.map(|name| name.as_str().into())).any(|it| looks_like_a_token(&it)) {
            return Err(Failure::Input(
                "a token as an argument stays in the shell's history and shows in the list of \
                 processes; put it into a file or pipe it: claimsmith doctor --token -"
                    .to_owned(),
            ));
        }
        let piped =
            self.files().into_iter().flatten().filter(|path| path.as_path() == Path::new("-"));
        if piped.count() > 1 {
            let problem = "standard input (-) can be read once only; put the others into files";
            return Err(Failure::Input(problem.to_owned()));
        }
        Ok(())
    }

    /// Whether there is the policy alone, which can only be wrong in itself.
    pub fn gives_nothing(&self) -> bool {
        self.files().into_iter().all(Option::is_none)
            && self.user.is_none()
            && self.client.is_none()
    }

    /// The files that are looked at.
    fn files(&self) -> [&Option<PathBuf>; 7] {
        [
            &self.token,
            &self.event,
            &self.context,
            &self.pool,
            &self.function,
            &self.function_policy,
            &self.client_config,
        ]
    }

    /// What wasn't given, and what it would tell.
    pub fn more(&self) -> Vec<(&'static str, &'static str)> {
        let sign_in = self.event.is_some() || self.user.is_some() || self.client.is_some();
        [
            ("--token FILE", "the token itself", self.token.is_some()),
            (
                "--user SUB",
                "what the records say about a person",
                sign_in || self.records.is_some(),
            ),
            (
                "--pool FILE",
                "whether the pool calls the function, and with which version",
                self.pool.is_some(),
            ),
            ("--function FILE", "whether it only reports", self.function.is_some()),
            (
                "--function-policy FILE",
                "whether the pool may call it",
                self.function_policy.is_some(),
            ),
            (
                "--client-config FILE",
                "what the app client may read and write",
                self.client_config.is_some(),
            ),
            (
                "--context FILE",
                "what a front door made of the claims",
                self.context.is_some() || self.door.is_some(),
            ),
        ]
        .into_iter()
        .filter(|(.., given)| !given)
        .map(|(option, tells, _)| (option, tells))
        .collect()
    }

    /// What was said about the sign-in.
    pub fn sign_in(&self) -> SignIn {
        SignIn {
            sub: self.user.clone(),
            client: self.client.clone(),
            attributes: self.attribute.clone(),
            metadata: self.metadata.clone(),
            ..SignIn::default()
        }
    }
}
