//! The repository's documents, and what stands in their fences.

use crate::command::root;

/// The text of a file, by its path in the repository.
pub fn document(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The fenced blocks: what stands behind the fence, and the lines.
pub fn blocks(document: &str) -> Vec<(String, Vec<String>)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, Vec<String>)> = None;
    for line in document.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(info), None) => open = Some((info.to_owned(), Vec::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some((_, lines))) => lines.push(line.to_owned()),
            (None, None) => {}
        }
    }
    blocks
}

/// A command of a document with the output that it shows.
pub type Shown = (String, Vec<String>);

/// The commands of the blocks ```` ```console ````: the lines with `$`, each with the lines below.
/// A command that ends with a backslash goes on in the next line.
pub fn commands(blocks: &[(String, Vec<String>)]) -> Vec<Shown> {
    let mut commands: Vec<Shown> = Vec::new();
    for (_, lines) in blocks.iter().filter(|(info, _)| info == "console") {
        for line in lines {
            match (line.strip_prefix("$ "), commands.last_mut()) {
                (Some(command), _) => commands.push((command.to_owned(), Vec::new())),
                (None, Some((command, output))) if output.is_empty() && command.ends_with('\\') => {
                    command.push('\n');
                    command.push_str(line);
                }
                (None, Some((_, output))) => output.push(line.clone()),
                (None, None) => panic!("output without a command: {line}"),
            }
        }
    }
    commands
}
