//! The mistakes that a reviewer once found in policies that the check accepted.

use super::dice::Dice;
use super::layout::{Choice, Layout, Otherwise, Role};
use super::text::Text;

/// Makes a mistake in a text; its name, or nothing if there is no place for it.
pub type Mistake = fn(&mut Dice, &Layout, &mut Text) -> Option<String>;

/// Whose client it is decides about people.
pub fn client_of_a_person(_: &mut Dice, _: &Layout, text: &mut Text) -> Option<String> {
    text.find_mut("records.client")?.unset("for");
    text.find_mut("tenant")?.set("person", "[\"client.org_id\"]");
    Some("a person's client_id".to_owned())
}

/// People choose their user name, and an app client is everybody's who uses it.
pub fn not_ones_own(dice: &mut Dice, layout: &Layout, text: &mut Text) -> Option<String> {
    let placeholder = *dice.pick(&["{username}", "{sub|client_id}", "{client_id}"]);
    let mut key = layout.key(Role::Profile, &[placeholder]);
    if dice.chance(40) {
        key[0].1 = placeholder.to_owned();
    }
    text.find_mut("records.user")?.set("key", &inline(&key));
    Some(format!("a person by {placeholder}"))
}

fn inline(key: &[(&'static str, String)]) -> String {
    let pairs: Vec<String> =
        key.iter().map(|(name, template)| format!("{name} = \"{template}\"")).collect();
    format!("{{ {} }}", pairs.join(", "))
}

pub fn whole_choice(dice: &mut Dice, layout: &Layout, text: &mut Text) -> Option<String> {
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
pub fn two_decisions(dice: &mut Dice, layout: &Layout, text: &mut Text) -> Option<String> {
    let home = match layout.otherwise {
        Some(Otherwise::Home) => "user.org_id",
        _ => *dice.pick(&["user.org_id", "membership.org_id", "member.org_id"]),
    };
    if dice.chance(30) {
        let key = layout.key(Role::Organisation, &[&format!("{{{home}}}")]);
        text.find_mut("records.org")?.set("key", &inline(&key));
    } else {
        let from = match dice.chance(70) {
            true => format!("\"{home}\""),
            false => format!("[\"{home}\", \"tenant\"]"),
        };
        text.find_mut("claims.org_id")?.set("from", &from);
    }
    Some(format!("{home} beside tenant"))
}

/// A flag that was granted at one company is carried into the next.
pub fn flags_of_home(_: &mut Dice, _: &Layout, text: &mut Text) -> Option<String> {
    let merge = "[\"org.features\", \"user.features\"]";
    text.find_mut("claims.flags")?.set("merge", merge);
    Some("flags of home".to_owned())
}

/// Nothing says what an item must hold to be a proof, so that one of the past proves too.
pub fn proof_of_anything(dice: &mut Dice, _: &Layout, text: &mut Text) -> Option<String> {
    let heads = ["records.client", "records.membership", "records.only"];
    let there: Vec<&str> = heads.into_iter().filter(|head| text.find(head).is_some()).collect();
    if there.is_empty() {
        return None;
    }
    let head = *dice.pick(&there);
    text.find_mut(head)?.unset("require");
    Some(format!("{head} proves by nothing"))
}

/// The membership that was asked for speaks, though home decides.
pub fn beside_member(_: &mut Dice, layout: &Layout, text: &mut Text) -> Option<String> {
    if layout.choice != Some(Choice::Items) {
        return None;
    }
    text.find_mut("tenant")?.set("person", "[\"user.org_id\", \"membership.org_id\"]");
    text.section("claims.beside", &["from = \"membership.role\"".to_owned()]);
    Some("membership beside member".to_owned())
}

/// An item of mine names an organisation, and its record is read as if I belonged there.
pub fn named_by_an_item(dice: &mut Dice, layout: &Layout, text: &mut Text) -> Option<String> {
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
pub fn guard_by_choice(dice: &mut Dice, layout: &Layout, text: &mut Text) -> Option<String> {
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
pub fn refuse_list(_: &mut Dice, _: &Layout, text: &mut Text) -> Option<String> {
    let org = text.find_mut("records.org")?;
    org.unset("require");
    org.unset("stale_guard");
    org.set("refuse_if", "{ status = [\"suspended\"] }");
    Some("a list of what refuses".to_owned())
}

pub fn braces(dice: &mut Dice, _: &Layout, text: &mut Text) -> Option<String> {
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
pub fn long_memory(dice: &mut Dice, _: &Layout, text: &mut Text) -> Option<String> {
    let heads: Vec<String> = text
        .sections
        .iter()
        .filter(|section| section.line("require").is_some())
        .map(|section| section.head.clone())
        .collect();
    let record = text.find_mut(&dice.word(&heads))?;
    record.set("cache", dice.one_of(&["\"61s\"", "\"24h\""]));
    record.set(dice.one_of(&["stale_if_error", "stale_guard"]), "\"24h\"");
    Some("a long memory".to_owned())
}

/// What is about one organisation merged with what is about a person.
pub fn member_by_hand(dice: &mut Dice, layout: &Layout, text: &mut Text) -> Option<String> {
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
