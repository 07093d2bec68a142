//! The policy that a company with such a layout would write, without a mistake.

use super::dice::Dice;
use super::layout::{Choice, Layout, Otherwise, People, Role};
use super::model::TRUSTED;
use super::text::Text;

/// The scopes and group that policies grant by themselves.
pub const GRANTED: [&str; 3] = ["api/base", "web/all", "signed-in"];

/// What guards a token: every item of the record must hold a listed value.
#[derive(Clone, Debug)]
pub struct Guard {
    /// The section of the record, and its lines as they were written.
    pub section: String,
    pub key: String,
    pub require: String,
    /// Which item it is.
    pub role: Role,
}

/// A policy, and what its author meant by it.
#[derive(Clone, Debug)]
pub struct Policy {
    pub text: Text,
    pub guards: Vec<Guard>,
}

impl Policy {
    pub fn of(dice: &mut Dice, layout: &Layout) -> Self {
        let mut author = Author { dice, layout, text: Text { sections: Vec::new() } };
        author.surroundings();
        author.person();
        author.tenant();
        author.people();
        author.organisations();
        author.claims();
        author.tokens();
        let text = author.text;
        let guards = guards(&text);
        Self { text, guards }
    }
}

/// The records that guard, whatever the caller does: all with `require` but those that a caller
/// chooses a tenant with, and queries.
fn guards(text: &Text) -> Vec<Guard> {
    let roles = [
        ("records.user", Role::Profile),
        ("records.standing", Role::Standing),
        ("records.client", Role::Machine),
        ("records.org", Role::Organisation),
    ];
    let guard = |(head, role): (&str, Role)| {
        let section = text.find(head)?;
        Some(Guard {
            section: head.to_owned(),
            key: section.line("key")?.to_owned(),
            require: section.line("require")?.to_owned(),
            role,
        })
    };
    roles.into_iter().filter_map(guard).collect()
}

/// What an item must hold of `status`, in a layout where items say it and in one where they don't.
fn status(said: bool) -> String {
    match said {
        true => "require = { status = [\"active\"] }".to_owned(),
        false => "require = \"exists\"".to_owned(),
    }
}

struct Author<'d> {
    dice: &'d mut Dice,
    layout: &'d Layout,
    text: Text,
}

impl Author<'_> {
    fn section(&mut self, head: &str, lines: impl IntoIterator<Item = String>) {
        let lines: Vec<String> = lines.into_iter().collect();
        self.text.section(head, &lines);
    }

    /// The lines that say which item a record is.
    fn key(&self, form: &str, role: Role, words: &[&str]) -> Vec<String> {
        let (table, ..) = self.layout.table(role);
        let key = self.layout.key(role, words);
        let pairs: Vec<String> =
            key.iter().map(|(name, template)| format!("{name} = \"{template}\"")).collect();
        let mut lines = vec![format!("{form} = {{ {} }}", pairs.join(", "))];
        if table != self.layout.table(Role::Profile).0 {
            lines.push(format!("table = \"{table}\""));
        }
        lines
    }

    fn record(&mut self, name: &str, role: Role, words: &[&str], rest: &[String]) {
        let mut lines = self.key("key", role, words);
        lines.extend_from_slice(rest);
        self.section(&format!("records.{name}"), lines);
    }

    fn surroundings(&mut self) {
        self.section("", ["version = 1".to_owned()]);
        if self.layout.otherwise == Some(Otherwise::Administrator) {
            self.section("pool", ["admin_only = [\"custom:org\"]".to_owned()]);
        }
        let writes = "writes = [\"custom:tid\"]".to_owned();
        let verifies = "verifies = [\"email\"]".to_owned();
        match (self.layout.otherwise, self.layout.people) {
            (Some(Otherwise::Provider), People::BySub) => {
                self.section(&format!("providers.{TRUSTED}"), [writes]);
            }
            (Some(Otherwise::Provider), People::ByAddress) => {
                self.section(&format!("providers.{TRUSTED}"), [writes, verifies]);
            }
            (_, People::ByAddress) => self.section(&format!("providers.{TRUSTED}"), [verifies]),
            _ => {}
        }
        let (name, partition, sort) = self.layout.table(Role::Profile);
        let mut lines =
            vec![format!("name = \"{name}\""), format!("partition_key = \"{partition}\"")];
        lines.extend(sort.map(|sort| format!("sort_key = \"{sort}\"")));
        let numbers: Vec<String> =
            self.layout.number_keys().iter().map(|name| format!("{name} = \"number\"")).collect();
        if !numbers.is_empty() {
            lines.push(format!("keys = {{ {} }}", numbers.join(", ")));
        }
        self.section("table", lines);
    }

    fn person(&mut self) {
        if self.layout.people == People::ByAddress {
            let lines = [
                "index = \"by-email\"",
                "key = { email = \"{verified.email}\" }",
                "id = \"user_id\"",
                "profile = \"user\"",
            ];
            self.section("person", lines.map(str::to_owned));
        }
    }

    fn tenant(&mut self) {
        let chosen =
            |within: &str| format!("{{ from = \"metadata.org_id\", within = \"{within}\" }}");
        let choice = self.layout.choice.map(|choice| match choice {
            Choice::Items => "\"membership.org_id\"".to_owned(),
            Choice::List => chosen("user.org_ids"),
            Choice::Map => chosen("user.roles"),
            Choice::Groups => chosen("groups"),
        });
        let otherwise = self.layout.otherwise.map(|otherwise| match otherwise {
            Otherwise::Home => "\"user.org_id\"".to_owned(),
            Otherwise::Only => "\"only.org_id\"".to_owned(),
            Otherwise::Administrator => "\"attributes.custom:org\"".to_owned(),
            Otherwise::Provider => "\"attributes.custom:tid\"".to_owned(),
        });
        let sources: Vec<String> = choice.into_iter().chain(otherwise).collect();
        let mut lines = vec![format!("id = \"{}\"", self.layout.id.word())];
        lines.push(format!("person = [{}]", sources.join(", ")));
        if self.layout.machines {
            lines.push("machine = [\"client.org_id\"]".to_owned());
        }
        if self.dice.chance(20) {
            lines.push("optional = true".to_owned());
        }
        self.section("tenant", lines);
    }

    fn people(&mut self) {
        let own = self.layout.own();
        let for_user = "for = \"user\"".to_owned();
        // The status of a person is about all of the product.
        let require = status(self.dice.chance(60));
        self.record("user", Role::Profile, &[own], &[for_user.clone(), require]);
        let require = status(self.layout.statuses);
        if self.layout.choice == Some(Choice::Items) {
            let rest = [for_user.clone(), require.clone()];
            self.record("membership", Role::Membership, &[own, "{metadata.org_id}"], &rest);
        }
        if self.layout.otherwise == Some(Otherwise::Only) {
            let mut lines = self.key("query", Role::Membership, &[own, "{*}"]);
            lines.extend([for_user.clone(), require.clone(), "only = true".to_owned()]);
            self.section("records.only", lines);
        }
        if self.layout.has_memberships() && self.dice.chance(50) {
            let mut lines = self.key("query", Role::Membership, &[own, "{*}"]);
            let at_most = format!("at_most = {}", self.dice.pick(&[1, 2, 20]));
            lines.extend([for_user.clone(), require, at_most]);
            self.section("records.all", lines);
        }
        if self.dice.chance(25) {
            let require = "require = { standing = [\"good\"] }".to_owned();
            self.record("standing", Role::Standing, &[own], &[for_user.clone(), require]);
        }
        // Two words side by side would need something between them.
        if !self.layout.separator.is_empty() && self.dice.chance(25) {
            let which = ["{metadata.seat:slug}", "{metadata.seat:number}"];
            let words = [own, "{tenant}", *self.dice.pick(&which)];
            self.record("seat", Role::Seat, &words, &[for_user]);
        }
        if self.layout.machines {
            let rest = ["for = \"client\"".to_owned(), status(true)];
            self.record("client", Role::Machine, &["{client_id}"], &rest);
        }
    }

    fn organisations(&mut self) {
        let mut rest = Vec::new();
        let guarded = self.dice.chance(80);
        if guarded {
            rest.push("require = { status = [\"active\", \"trial\"] }".to_owned());
        }
        if self.dice.chance(60) {
            rest.push("cache = \"60s\"".to_owned());
            if self.dice.chance(60) {
                let key = if guarded { "stale_guard" } else { "stale_if_error" };
                rest.push(format!("{key} = \"10m\""));
            }
        }
        self.record("org", Role::Organisation, &["{tenant}"], &rest);
        if self.dice.chance(60) {
            let mut rest = vec!["shared = true".to_owned()];
            if self.dice.chance(60) {
                rest.push("cache = \"5m\"".to_owned());
                rest.push("stale_if_error = \"1h\"".to_owned());
            }
            self.record("tier", Role::Tier, &["{org.tier}"], &rest);
        }
        let words = match (self.layout.choice, self.layout.otherwise) {
            (Some(Choice::Map), _) => Some("user.roles[tenant]"),
            _ if self.has_member() => Some("member.roles"),
            _ => None,
        };
        if let Some(words) = words.filter(|_| self.dice.chance(40)) {
            let mut rest = vec![format!("each = \"{words}\""), "at_most = 5".to_owned()];
            if self.dice.chance(50) {
                rest.push("missing = \"skip\"".to_owned());
            }
            self.record("roles", Role::Permissions, &["{tenant}", "{each}"], &rest);
        }
    }

    /// Whether some item proves the tenant, so that there is a `member`.
    fn has_member(&self) -> bool {
        self.layout.choice == Some(Choice::Items)
            || matches!(self.layout.otherwise, Some(Otherwise::Home | Otherwise::Only))
    }

    fn claims(&mut self) {
        let optional = self.text.says("tenant", "optional = true");
        let mut org_id = vec!["from = \"tenant\"".to_owned()];
        if !optional && self.dice.chance(50) {
            org_id.push("required = true".to_owned());
        }
        self.section("claims.org_id", org_id);
        // Each record is used by something.
        let guarded =
            self.text.find("records.org").is_some_and(|org| org.line("require").is_some());
        let tiers = self.text.find("records.tier").is_some();
        self.claim(if guarded { 70 } else { 100 }, "org_name", &["from = \"org.name\""]);
        if self.dice.chance(60) {
            let on_fault = format!("on_fault = \"{}\"", self.dice.pick(&["omit", "refuse"]));
            self.claim(100, "theme", &["from = \"user.theme\"", &on_fault]);
        }
        self.claim(30, "region", &["value = \"eu\""]);
        self.claim(30, "paid", &["value = true", "when = { \"org.tier\" = [\"pro\"] }"]);
        if self.layout.choice == Some(Choice::Map) {
            self.claim(70, "role", &["from = \"user.roles[tenant]\"", "type = \"list\""]);
        } else if self.has_member() {
            self.claim(60, "role", &["from = \"member.role\"", "default = \"guest\""]);
            self.claim(30, "title", &["template = \"{org.name}/{member.role}\""]);
        }
        let mut flags = vec!["\"org.features\""];
        if tiers {
            flags.insert(0, "\"tier.features\"");
        }
        if self.has_member() {
            flags.push("\"member.features\"");
        }
        self.claim(
            if tiers { 100 } else { 80 },
            "flags",
            &[&format!("merge = [{}]", flags.join(", "))],
        );
        if self.text.find("records.roles").is_some() {
            self.claim(100, "permissions", &["merge = [\"roles.permissions\"]"]);
        }
        if self.text.find("records.seat").is_some() {
            self.claim(100, "desk", &["from = \"seat.desk\""]);
        }
        if self.text.find("records.all").is_some() {
            let mut lines = vec!["from = \"all\"", "fields = { id = \"org_id\", role = \"role\" }"];
            if self.dice.chance(40) {
                lines.push("first = 1");
            }
            self.claim(100, "orgs", &lines);
        }
    }

    fn claim(&mut self, percent: usize, name: &str, lines: &[&str]) {
        if self.dice.chance(percent) {
            self.section(&format!("claims.{name}"), lines.iter().map(|line| (*line).to_owned()));
        }
    }

    fn tokens(&mut self) {
        let mut access = Vec::new();
        if self.dice.chance(50) {
            access.push("add_scopes = [\"api/base\"]".to_owned());
        }
        if self.dice.chance(20) {
            access.push("limit_scopes = \"org.scopes\"".to_owned());
        }
        if !access.is_empty() {
            self.section("tokens.access", access);
        }
        if self.dice.chance(20) {
            let id = "client_id = \"1machineexample000000000000\"".to_owned();
            self.section("clients.web", [id]);
            self.section("clients.web.tokens.access", ["add_scopes = [\"web/all\"]".to_owned()]);
        }
        if self.dice.chance(20) {
            let lines = ["mode = \"add\"".to_owned(), "names = [\"signed-in\"]".to_owned()];
            self.section("groups", lines);
        }
        if self.dice.chance(15) && !self.text.says("tenant", "optional = true") {
            self.section("session_tags", ["tags = { Org = \"org_id\" }".to_owned()]);
        }
    }
}
