//! One mistake in a right policy: those that a reviewer once found, and any placeholder, source or
//! line in the place of another.
//!
//! Left out is what no check can see, because it is the author's word: what is `shared`, that an
//! item's mere existence counts, which attribute of an own item names the organisation.

use super::dice::Dice;
use super::layout::{Choice, Layout, Role};
use super::policy::Policy;
use super::text::Text;

const PLACEHOLDERS: [&str; 22] = [
    "{sub}",
    "{person}",
    "{client_id}",
    "{username}",
    "{tenant}",
    "{each}",
    "{*}",
    "{user_pool_id}",
    "{metadata.org_id}",
    "{metadata.shop:slug}",
    "{metadata.shop:uuid}",
    "{metadata.shop:number}",
    "{attributes.email}",
    "{attributes.custom:note}",
    "{attributes.custom:note:slug}",
    "{attributes.custom:org}",
    "{attributes.custom:tid}",
    "{user.invited_to}",
    "{user.org_id}",
    "{member.org_id}",
    "{sub|client_id}",
    "{tenant|metadata.org_id}",
];

const SOURCES: [&str; 20] = [
    "tenant",
    "groups",
    "member.role",
    "member.org_id",
    "member.features",
    "org.name",
    "org.features",
    "org.org_id",
    "tier.features",
    "user.theme",
    "user.org_id",
    "user.roles[tenant]",
    "membership.role",
    "membership.org_id",
    "client.org_id",
    "only.role",
    "standing.standing",
    "attributes.custom:tid",
    "attributes.custom:note",
    "roles.permissions",
];

/// What could name the tenant, as far as it is true in every layout.
const TENANTS: [&str; 12] = [
    "\"membership.org_id\"",
    "\"user.org_id\"",
    "\"client.org_id\"",
    "\"only.org_id\"",
    "\"org.org_id\"",
    "\"all.org_id\"",
    "\"tenant\"",
    "\"member.org_id\"",
    "\"metadata.org_id\"",
    "\"attributes.custom:tid\"",
    "{ from = \"metadata.org_id\", within = \"user.org_ids\" }",
    "{ from = \"metadata.org_id\", within = \"org.org_ids\" }",
];

/// Makes one mistake; its name.
pub fn mutate(dice: &mut Dice, layout: &Layout, policy: &mut Policy) -> String {
    let text = &mut policy.text;
    let name = match dice.roll(22) {
        0 => client_of_a_person(text),
        1 => key_of(dice, layout, text, "records.user", Role::Profile, "{username}"),
        2 => key_of(dice, layout, text, "records.user", Role::Profile, "{sub|client_id}"),
        3 => whole_choice(dice, layout, text),
        4 => two_decisions(dice, layout, text),
        5 => flags_of_home(text),
        6 => named_by_an_item(dice, layout, text),
        7 => guard_by_choice(dice, layout, text),
        8 => refuse_list(text),
        9 => braces(dice, text),
        10 => memory(dice, text),
        11 => member_by_hand(dice, layout, text),
        12..15 => swap_placeholder(dice, text),
        15 => drop_text(dice, text),
        16 | 17 => swap_source(dice, layout, text),
        18 => swap_tenant(dice, text),
        19 => swap_for(dice, text),
        _ => drop_line(dice, text),
    };
    name.unwrap_or_else(|| swap_placeholder(dice, text).unwrap_or_else(|| "none".to_owned()))
}

/// Whose client it is decides about people.
fn client_of_a_person(text: &mut Text) -> Option<String> {
    text.find_mut("records.client")?.unset("for");
    text.find_mut("tenant")?.set("person", "[\"client.org_id\"]");
    Some("a person's client_id".to_owned())
}

/// Another placeholder in the place of the own one, behind text or as the whole key.
fn key_of(
    dice: &mut Dice,
    layout: &Layout,
    text: &mut Text,
    head: &str,
    role: Role,
    placeholder: &str,
) -> Option<String> {
    let mut key = layout.key(role, &[placeholder]);
    if dice.chance(40) {
        key[0].1 = placeholder.to_owned();
    }
    text.find_mut(head)?.set("key", &inline(&key));
    Some(format!("{head} by {placeholder}"))
}

fn inline(key: &[(&'static str, String)]) -> String {
    let pairs: Vec<String> =
        key.iter().map(|(name, template)| format!("{name} = \"{template}\"")).collect();
    format!("{{ {} }}", pairs.join(", "))
}

fn whole_choice(dice: &mut Dice, layout: &Layout, text: &mut Text) -> Option<String> {
    let placeholder =
        *dice.pick(&["{metadata.org_id}", "{metadata.org_id:slug}", "{metadata.org_id:uuid}"]);
    let mut key = layout.key(Role::Membership, &[layout.own(), placeholder]);
    key[1].1 = match dice.chance(50) {
        true => placeholder.to_owned(),
        false => format!("{}{placeholder}", dice.pick(&["ORG", "O", "", "SEAT#"])),
    };
    text.find_mut("records.membership")?.set("key", &inline(&key));
    Some("any own item is a membership".to_owned())
}

/// The guard looks at one organisation, the token names another.
fn two_decisions(dice: &mut Dice, layout: &Layout, text: &mut Text) -> Option<String> {
    let home = *dice.pick(&["user.org_id", "membership.org_id", "member.org_id"]);
    if dice.chance(50) {
        let key = layout.key(Role::Organisation, &[&format!("{{{home}}}")]);
        text.find_mut("records.org")?.set("key", &inline(&key));
    } else {
        let from = match dice.chance(50) {
            true => format!("\"{home}\""),
            false => format!("[\"{home}\", \"tenant\"]"),
        };
        text.find_mut("claims.org_id")?.set("from", &from);
    }
    Some(format!("{home} beside tenant"))
}

fn flags_of_home(text: &mut Text) -> Option<String> {
    let merge = "[\"org.features\", \"user.features\"]";
    text.find_mut("claims.flags")?.set("merge", merge);
    Some("flags of home".to_owned())
}

/// An item of mine names an organisation, and its record is read as if I belonged there.
fn named_by_an_item(dice: &mut Dice, layout: &Layout, text: &mut Text) -> Option<String> {
    let by = *dice.pick(&["{user.invited_to}", "{user.last_org}", "{member.org_id}"]);
    let key = layout.key(Role::Organisation, &[by]);
    let mut lines = vec![format!("key = {}", inline(&key))];
    if layout.split {
        lines.push("table = \"orgs\"".to_owned());
    }
    // Not true, but beside the tenant's own record the check can see that.
    if dice.chance(50) {
        lines.push("shared = true".to_owned());
    }
    text.section("records.invitation", &lines);
    text.section("claims.invitation", &["from = \"invitation.name\"".to_owned()]);
    Some(format!("an organisation by {by}"))
}

/// A guard that isn't asked if the caller leaves something out.
fn guard_by_choice(dice: &mut Dice, layout: &Layout, text: &mut Text) -> Option<String> {
    if layout.separator.is_empty() {
        return None;
    }
    let choice = *dice.pick(&["{metadata.seat:slug}", "{metadata.seat:number}"]);
    let words = match dice.chance(50) {
        true => [layout.own(), "{tenant}", choice],
        false => [layout.own(), "x", choice],
    };
    let mut lines = vec![
        format!("key = {}", inline(&layout.key(Role::Seat, &words))),
        "for = \"user\"".to_owned(),
        "require = \"exists\"".to_owned(),
    ];
    if layout.split {
        lines.push("table = \"ties\"".to_owned());
    }
    text.section("records.device", &lines);
    Some("a guard by choice".to_owned())
}

/// What refuses is listed, so that anything else passes.
fn refuse_list(text: &mut Text) -> Option<String> {
    let org = text.find_mut("records.org")?;
    org.unset("require");
    org.unset("stale_guard");
    org.set("refuse_if", "{ status = [\"suspended\"] }");
    Some("a list of what refuses".to_owned())
}

fn braces(dice: &mut Dice, text: &mut Text) -> Option<String> {
    match dice.chance(50) {
        true => {
            text.section("claims.brace", &["value = \"{org.name}\"".to_owned()]);
        }
        false => match text.find_mut("tokens.access") {
            Some(access) => access.set("add_scopes", "[\"api/{org.tier}\"]"),
            None => {
                text.section("tokens.access", &["add_scopes = [\"api/{org.tier}\"]".to_owned()])
            }
        },
    }
    Some("braces".to_owned())
}

/// What decides comes from memory for longer than it should.
fn memory(dice: &mut Dice, text: &mut Text) -> Option<String> {
    let heads: Vec<String> = text
        .sections
        .iter()
        .filter(|section| section.line("require").is_some())
        .map(|section| section.head.clone())
        .collect();
    let record = text.find_mut(&dice.word(&heads))?;
    record.set("cache", *dice.pick(&["\"61s\"", "\"24h\""]));
    record.set(*dice.pick(&["stale_if_error", "stale_guard"]), "\"24h\"");
    Some("a long memory".to_owned())
}

/// What is about one organisation merged with what is about a person.
fn member_by_hand(dice: &mut Dice, layout: &Layout, text: &mut Text) -> Option<String> {
    let person = if layout.choice == Some(Choice::Map) { "user.theme" } else { "user.role" };
    let with = *dice.pick(&["org.name", "tenant", "member.role"]);
    match dice.chance(50) {
        true => text.section("claims.mixed", &[format!("from = [\"{with}\", \"{person}\"]")]),
        false => {
            text.section("claims.mixed", &[format!("template = \"{{{with}}}/{{{person}}}\"")]);
        }
    }
    Some("two subjects".to_owned())
}

/// The lines in which something stands, by section and line.
fn lines(text: &Text, stands: impl Fn(&str, &str) -> bool) -> Vec<(usize, usize)> {
    let sections = text.sections.iter().enumerate();
    sections
        .flat_map(|(at, section)| {
            let lines = section.lines.iter().enumerate();
            lines
                .filter(|(_, line)| stands(&section.head, line))
                .map(move |(line, _)| (at, line))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// The places in a line from one mark to another, marks included.
fn between(line: &str, open: char, close: char) -> Vec<(usize, usize)> {
    let mut places = Vec::new();
    let mut rest = 0;
    while let Some(start) = line[rest..].find(open).map(|at| rest + at) {
        let Some(end) = line[start + 1..].find(close).map(|at| start + 1 + at) else { break };
        places.push((start, end + 1));
        rest = end + 1;
    }
    places
}

/// A placeholder is in quotes; other braces are tables.
fn placeholders(line: &str) -> Vec<(usize, usize)> {
    between(line, '"', '"')
        .into_iter()
        .flat_map(|(from, to)| {
            let inner = between(&line[from..to], '{', '}');
            inner.into_iter().map(move |(start, end)| (from + start, from + end))
        })
        .collect()
}

fn swap_placeholder(dice: &mut Dice, text: &mut Text) -> Option<String> {
    let all = lines(text, |_, line| !placeholders(line).is_empty());
    let (section, line) = *dice.pick(&all);
    let line = &mut text.sections[section].lines[line];
    let (start, end) = *dice.pick(&placeholders(line));
    let new = *dice.pick(&PLACEHOLDERS);
    line.replace_range(start..end, new);
    Some(format!("{new} in {}", text.sections[section].head))
}

/// The text before a placeholder goes. What is shared stays what it is.
fn drop_text(dice: &mut Dice, text: &mut Text) -> Option<String> {
    let shared: Vec<String> = text
        .sections
        .iter()
        .filter(|section| section.line("shared").is_some())
        .map(|section| section.head.clone())
        .collect();
    let all = lines(text, |head, line| {
        (line.starts_with("key = ") || line.starts_with("query = "))
            && !placeholders(line).is_empty()
            && !shared.iter().any(|name| name == head)
    });
    let (section, line) = *dice.pick(&all);
    let line = &mut text.sections[section].lines[line];
    let (start, _) = *dice.pick(&placeholders(line));
    let quote = line[..start].rfind(['"', '}'])? + 1;
    line.replace_range(quote..start, *dice.pick(&["", "", "X", "ORG#", "USER#"]));
    Some(format!("another text in {}", text.sections[section].head))
}

fn swap_source(dice: &mut Dice, layout: &Layout, text: &mut Text) -> Option<String> {
    let all = lines(text, |head, line| {
        let of_record = line.starts_with("each = ");
        let of_claim = ["from = ", "merge = ", "limit_scopes = "];
        of_record || (head != "tenant" && of_claim.iter().any(|start| line.starts_with(start)))
    });
    let (section, line) = *dice.pick(&all);
    let line = &mut text.sections[section].lines[line];
    let (start, end) = *dice.pick(&between(line, '"', '"'));
    let new = *dice.pick(&SOURCES);
    // Where it is no map, its author wouldn't ask for a member of it.
    if new == "user.roles[tenant]" && layout.choice != Some(Choice::Map) {
        return None;
    }
    line.replace_range(start + 1..end - 1, new);
    Some(format!("{new} in {}", text.sections[section].head))
}

fn swap_tenant(dice: &mut Dice, text: &mut Text) -> Option<String> {
    let tenant = text.find_mut("tenant")?;
    let count = 1 + dice.roll(2);
    let sources: Vec<&str> = (0..count).map(|_| *dice.pick(&TENANTS)).collect();
    let who = *dice.pick(&["person", "person", "machine"]);
    tenant.set(who, &format!("[{}]", sources.join(", ")));
    Some(format!("{who} by {}", sources.join(", ")))
}

fn swap_for(dice: &mut Dice, text: &mut Text) -> Option<String> {
    let all = lines(text, |_, line| line.starts_with("for = "));
    let (section, line) = *dice.pick(&all);
    let line = &mut text.sections[section].lines[line];
    *line = match line.contains("user") {
        true => "for = \"client\"".to_owned(),
        false => "for = \"user\"".to_owned(),
    };
    Some(format!("for in {}", text.sections[section].head))
}

/// A line goes. Whatever it was, what is left says less.
fn drop_line(dice: &mut Dice, text: &mut Text) -> Option<String> {
    let all = lines(text, |head, line| !head.is_empty() && !line.starts_with("admin_only"));
    let (section, line) = *dice.pick(&all);
    let dropped = text.sections[section].lines.remove(line);
    Some(format!("no `{dropped}` in {}", text.sections[section].head))
}
