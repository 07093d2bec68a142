//! What applies to each token as a whole.

use claimsmith_findings::{At, List, Literal};
use cognito_claims::TokenUse;
use cognito_claims::names::{self, Reserved};

use super::checker::{Checker, WrittenSource, entries};
use super::claims::CheckedClaim;
use super::sources::span_of;
use crate::policy::code::Code;
use crate::policy::rules::{ClientRules, PRESETS, TokenRules};
use crate::policy::source::Source;
use crate::policy::{file, reserved};
use crate::token;

/// SPEC: AWS, Cognito API reference, ResourceServerScopeType and the scope limits.
const SCOPE_LIMIT: usize = 256;

/// What is written about one token. An ID token has no scopes and keeps its audience.
#[derive(Clone, Copy, Default)]
struct Written<'f> {
    suppress: Option<&'f List>,
    budget: Option<&'f At<Literal>>,
    add_scopes: Option<&'f List>,
    suppress_scopes: Option<&'f List>,
    limit_scopes: Option<&'f WrittenSource>,
    aud: Option<&'f At<String>>,
}

impl<'f> Written<'f> {
    fn of(tokens: &'f file::Tokens, token: TokenUse) -> Self {
        let id = tokens.id.as_ref().filter(|_| token == TokenUse::Id);
        let access = tokens.access.as_ref().filter(|_| token == TokenUse::Access);
        let of_id = id.map(|id| Written {
            suppress: id.suppress.as_ref(),
            budget: id.budget.as_ref(),
            ..Written::default()
        });
        let of_access = access.map(|access| Written {
            suppress: access.suppress.as_ref(),
            budget: access.budget.as_ref(),
            add_scopes: access.add_scopes.as_ref(),
            suppress_scopes: access.suppress_scopes.as_ref(),
            limit_scopes: access.limit_scopes.as_ref(),
            aud: access.aud.as_ref(),
        });
        of_id.or(of_access).unwrap_or_default()
    }

    /// What isn't written here is taken from `base`.
    fn over(self, base: Self) -> Self {
        Written {
            suppress: self.suppress.or(base.suppress),
            budget: self.budget.or(base.budget),
            add_scopes: self.add_scopes.or(base.add_scopes),
            suppress_scopes: self.suppress_scopes.or(base.suppress_scopes),
            limit_scopes: self.limit_scopes.or(base.limit_scopes),
            aud: self.aud.or(base.aud),
        }
    }
}

/// The claims that a section suppresses in a token.
pub(super) fn suppressed(tokens: &file::Tokens, token: TokenUse) -> &[At<String>] {
    entries(Written::of(tokens, token).suppress)
}

impl Checker<'_, '_> {
    /// The rules of `[tokens]`, for clients without a section of their own.
    pub(super) fn any_client(
        &mut self,
        tokens: &file::Tokens,
        claims: &[CheckedClaim<'_>],
    ) -> Option<ClientRules> {
        for token in TokenUse::BOTH {
            self.added_and_suppressed(claims.iter(), suppressed(tokens, token), token);
        }
        self.client_rules(tokens, &file::Tokens::default(), claims)
    }

    /// The rules of one section, with what it leaves open taken from `base`.
    pub(super) fn client_rules(
        &mut self,
        tokens: &file::Tokens,
        base: &file::Tokens,
        claims: &[CheckedClaim<'_>],
    ) -> Option<ClientRules> {
        let id = self.token_rules(tokens, base, TokenUse::Id, claims);
        let access = self.token_rules(tokens, base, TokenUse::Access, claims);
        Some(ClientRules { section: None, claims: None, id: id?, access: access? })
    }

    fn token_rules(
        &mut self,
        tokens: &file::Tokens,
        base: &file::Tokens,
        token: TokenUse,
        claims: &[CheckedClaim<'_>],
    ) -> Option<TokenRules> {
        let (own, base) = (Written::of(tokens, token), Written::of(base, token));
        let all = own.over(base);
        let before = self.findings.count();
        self.suppressed_claims(entries(own.suppress));
        for list in [own.suppress, own.add_scopes, own.suppress_scopes] {
            self.findings.unique(entries(list));
        }
        self.scopes(own, base);
        self.granted_scopes(own.add_scopes);
        // What is inherited is read once more; its findings are those that it has already.
        let limit_scopes = all.limit_scopes.map(|list| self.limit_scopes(list));
        if let Some(aud) = own.aud.filter(|aud| aud.value != "client_id") {
            let message = "Cognito allows no other audience than the app client id";
            self.findings.add(Code::Audience, aud.span, message, "write `aud = \"client_id\"`");
        }
        let values = |list: Option<&List>| list.map(List::values).unwrap_or_default();
        let mut rules = TokenRules {
            suppress: values(all.suppress),
            add_scopes: values(all.add_scopes),
            suppress_scopes: values(all.suppress_scopes),
            limit_scopes: limit_scopes.flatten(),
            audience: all.aud.is_some(),
            ..TokenRules::default()
        };
        if let Some(budget) = own.budget {
            let required = claims.iter().filter(|claim| claim.required && claim.stands_in(token));
            let names = required.map(|claim| claim.name.value.as_str());
            if let Some(never) = self.names.never {
                let least =
                    token::least_bytes(token, &rules.add_scopes, rules.audience, names, never);
                self.budget(budget, token, least);
            }
        }
        // A text that only a variable completes is no budget yet: the next one outwards counts.
        let written = own.budget.and_then(bytes).or(base.budget.and_then(bytes));
        rules.budget = written.unwrap_or(rules.budget);
        (self.findings.count() == before).then_some(rules)
    }

    fn suppressed_claims(&mut self, suppress: &[At<String>]) {
        for entry in suppress {
            if let Some(reserved) = names::reserved_to_suppress(&entry.value) {
                let (problem, help) = match reserved {
                    Reserved::Audience => ("can't be suppressed", "take it out of this list"),
                    Reserved::Groups | Reserved::Scope => {
                        (reserved.problem(), reserved::help(reserved))
                    }
                    _ => (reserved.problem(), "take it out of this list"),
                };
                let message = format!("`{}` {problem}", self.findings.written(entry.span));
                self.findings.add(Code::ReservedSuppress, entry.span, message, help);
            } else if entry.value.is_empty() {
                let help = "write a claim name";
                self.findings.add(Code::ClaimName, entry.span, "an empty claim name", help);
            }
        }
    }

    /// SPEC: AWS, "Pre token generation Lambda trigger": of a claim that is added and suppressed
    /// nothing is left, so a typo would drop a security claim without a word.
    pub(super) fn added_and_suppressed<'c>(
        &mut self,
        added: impl Iterator<Item = &'c CheckedClaim<'c>> + Clone,
        suppressed: &[At<String>],
        token: TokenUse,
    ) {
        for entry in suppressed {
            let is_same = |claim: &CheckedClaim<'_>| claim.name.value == entry.value;
            if added.clone().any(|claim| is_same(claim) && claim.stands_in(token)) {
                let name = self.findings.written(entry.span);
                let message =
                    format!("`{name}` is added to the {token} token and suppressed in it");
                let help =
                    format!("take it out of this list, or \"{token}\" out of the claim's `tokens`");
                self.findings.add(Code::AddAndSuppress, entry.span, message, help);
            }
        }
    }

    fn scopes(&mut self, own: Written<'_>, base: Written<'_>) {
        let (add, suppress) = (entries(own.add_scopes), entries(own.suppress_scopes));
        for scope in add {
            self.has_braces(
                scope,
                "write the scope itself; to limit scopes by data, use `limit_scopes`",
            );
        }
        for scope in add.iter().chain(suppress) {
            let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
            if !(1..=SCOPE_LIMIT).contains(&scope.value.len()) || !scope.value.bytes().all(is_plain)
            {
                let message = "Cognito would not accept this scope";
                let help =
                    "write printable ASCII without blanks, `\"` and `\\`, such as `items/read`";
                self.findings.add(Code::Scope, scope.span, message, help);
            }
        }
        // A list that isn't given here is inherited, and can contradict the other one as well.
        let all = own.over(base);
        let (list, other) = match suppress {
            [] => (add, entries(all.suppress_scopes)),
            _ => (suppress, entries(all.add_scopes)),
        };
        for scope in list.iter().filter(|scope| other.iter().any(|o| o.value == scope.value)) {
            let written = self.findings.written(scope.span);
            let message = format!("the scope `{written}` is added and suppressed");
            let help = match own.add_scopes.is_some() && own.suppress_scopes.is_some() {
                true => "take it out of one of the two lists",
                false => "take it out here; or give this client the other list too, without it",
            };
            self.findings.add(Code::Scope, scope.span, message, help);
        }
    }

    /// The list of all scopes that may be issued.
    fn limit_scopes(&mut self, written: &WrittenSource) -> Option<Source> {
        let span = span_of(written);
        let Some(source) = self.source(written) else {
            self.names.missed_uses = true;
            return None;
        };
        let source = At { value: source, span };
        self.is_list(&source, Code::Source, span);
        Some(source.value)
    }

    fn budget(&mut self, budget: &At<Literal>, token: TokenUse, least: usize) {
        let (message, help) = match bytes(budget) {
            None => (
                "this is no budget".to_owned(),
                "write `cookie`, `nginx`, `gateway` or a number of bytes".to_owned(),
            ),
            Some(bytes) if bytes < least => (
                format!(
                    "an {token} token can need {least} bytes before any claim that may be shed"
                ),
                format!("write {least} or more, or say in [pool] what it `never` does"),
            ),
            Some(_) => return,
        };
        self.findings.add(Code::Budget, budget.span, message, help);
    }
}

/// A budget in bytes, by its name or as a number.
fn bytes(budget: &At<Literal>) -> Option<usize> {
    match &budget.value {
        Literal::String(word) => {
            PRESETS.iter().find(|(name, _)| name == word).map(|(_, bytes)| *bytes)
        }
        Literal::Number(number) => number.as_u64().and_then(|number| usize::try_from(number).ok()),
        _ => None,
    }
}
