//! Modules use only what stands above them in the list of `src/lib.rs`.

use std::fs;
use std::path::Path;

/// The layers, from the words to the command line. Within one, arrows may point anywhere.
const LAYERS: [&[&str]; 9] = [
    &["text", "platform", "exit_code", "fault", "environment"],
    &[
        "gate", "trigger", "outcome", "finding", "message", "shell", "tools",
    ],
    &["config", "git"],
    &["plan"],
    &["event"],
    &["view", "run", "fix", "policy", "receipt"],
    &["report"],
    &["install"],
    &["cli"],
];

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

fn sources(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn no_arrow_points_upwards() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let mut arrows = 0;
    for file in files {
        let relative = file.strip_prefix(&src).unwrap();
        let first = relative.iter().next().unwrap().to_str().unwrap();
        let module = first.strip_suffix(".rs").unwrap_or(first);
        if matches!(module, "lib" | "main") {
            continue;
        }
        let own = layer(module).unwrap_or_else(|| panic!("{module} is in no layer"));
        for (_, after) in fs::read_to_string(&file)
            .unwrap()
            .match_indices("crate::")
            .map(|(at, found)| (at, at + found.len()))
            .map(|(at, end)| (at, fs::read_to_string(&file).unwrap()[end..].to_owned()))
        {
            let used: String = after
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            if let Some(used_layer) = layer(&used) {
                arrows += 1;
                assert!(used_layer <= own, "{} uses {used}", relative.display());
            }
        }
    }
    assert!(arrows > 50, "the test has found only {arrows} uses");
}
