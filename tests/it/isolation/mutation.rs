//! One mistake in a right policy: those that a reviewer once found, and any placeholder, source or
//! line in the place of another.
//!
//! Left out is what no check can see, because it is the author's word: what is `shared`, that an
//! item's mere existence counts, which attribute of an own item names the organisation.

use super::dice::Dice;
use super::layout::{Choice, Layout};
use super::mistakes::*;
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

/// Those of a reviewer, and those of a typist.
const ALL: [Mistake; 19] = [
    client_of_a_person,
    beside_member,
    not_ones_own,
    whole_choice,
    two_decisions,
    flags_of_home,
    named_by_an_item,
    guard_by_choice,
    refuse_list,
    braces,
    long_memory,
    member_by_hand,
    swap_placeholder,
    swap_placeholder,
    drop_text,
    swap_source,
    swap_tenant,
    swap_for,
    drop_line,
];

/// Makes one mistake, half of the time one of those that a property is about; its name.
pub fn mutate(dice: &mut Dice, layout: &Layout, policy: &mut Policy, about: &[Mistake]) -> String {
    let text = &mut policy.text;
    let one = if dice.chance(50) { *dice.pick(about) } else { *dice.pick(&ALL) };
    let made = one(dice, layout, text).or_else(|| swap_placeholder(dice, layout, text));
    made.unwrap_or_else(|| "none".to_owned())
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

fn swap_placeholder(dice: &mut Dice, _: &Layout, text: &mut Text) -> Option<String> {
    let all = lines(text, |_, line| !placeholders(line).is_empty());
    let (section, line) = *dice.pick(&all);
    let line = &mut text.sections[section].lines[line];
    let (start, end) = *dice.pick(&placeholders(line));
    let new = *dice.pick(&PLACEHOLDERS);
    line.replace_range(start..end, new);
    Some(format!("{new} in {}", text.sections[section].head))
}

/// The text before a placeholder goes. What is shared stays what it is.
fn drop_text(dice: &mut Dice, _: &Layout, text: &mut Text) -> Option<String> {
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
    line.replace_range(quote..start, dice.one_of(&["", "", "X", "ORG#", "USER#"]));
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

fn swap_tenant(dice: &mut Dice, _: &Layout, text: &mut Text) -> Option<String> {
    let tenant = text.find_mut("tenant")?;
    let count = 1 + dice.roll(2);
    let sources: Vec<&str> = (0..count).map(|_| *dice.pick(&TENANTS)).collect();
    let who = *dice.pick(&["person", "person", "machine"]);
    tenant.set(who, &format!("[{}]", sources.join(", ")));
    Some(format!("{who} by {}", sources.join(", ")))
}

fn swap_for(dice: &mut Dice, _: &Layout, text: &mut Text) -> Option<String> {
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
fn drop_line(dice: &mut Dice, _: &Layout, text: &mut Text) -> Option<String> {
    let all = lines(text, |head, line| !head.is_empty() && !line.starts_with("admin_only"));
    let (section, line) = *dice.pick(&all);
    let dropped = text.sections[section].lines.remove(line);
    Some(format!("no `{dropped}` in {}", text.sections[section].head))
}
