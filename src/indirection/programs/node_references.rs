//! The paths in scripts of JavaScript and TypeScript by which they load or start other files.

/// A path in a script, relative to its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    /// A file without or with its suffix; a directory if the rest is not known.
    pub(super) path: String,
    /// Whether any file of the directory may be meant.
    pub(super) is_open: bool,
}

/// Whether a suffix is that of code.
pub(super) fn is_code(suffix: &str) -> bool {
    matches!(
        suffix,
        "js" | "mjs" | "cjs" | "ts" | "mts" | "cts" | "tsx" | "jsx"
    )
}

/// Expressions for the directory of the file.
const HERE: [&str; 4] = [
    "__dirname",
    "import.meta.dirname",
    "dirname(fileURLToPath(import.meta.url))",
    "dirname(__filename)",
];

/// The relative paths that a text loads or starts.
pub(super) fn references(text: &str) -> Vec<Reference> {
    let mut found = literals(text);
    for here in HERE {
        for (at, _) in text.match_indices(here) {
            let line = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
            found.extend(beside(&text[line..at], &text[at + here.len()..]));
        }
    }
    found
}

/// The literals that begin with a dot, where they are loaded.
fn literals(text: &str) -> Vec<Reference> {
    const BEFORE: [&str; 8] = [
        "require(", "import(", "resolve(", "from", "import", "URL(", "fork(", "Worker(",
    ];
    // What it makes has any name.
    let is_renamed = text.contains("createRequire(");
    let mut found = Vec::new();
    for (at, quote) in text.match_indices(['"', '\'', '`']) {
        let after = &text[at + 1..];
        if !after.starts_with('.') {
            continue;
        }
        let Some((path, _)) = after.split_once(quote) else {
            continue;
        };
        let before = text[..at].trim_end();
        let is_loaded =
            BEFORE.iter().any(|word| before.ends_with(word)) || is_renamed && before.ends_with('(');
        let is_relative = matches!(path, "." | "..") || path.starts_with("./");
        if !is_loaded || !(is_relative || path.starts_with("../")) || path.contains('\n') {
            continue;
        }
        found.push(match path.split_once('$') {
            Some((known, _)) if quote == "`" => directory(known),
            Some(_) => continue,
            None => Reference {
                path: path.to_owned(),
                is_open: false,
            },
        });
    }
    found
}

/// Any file in the directory that the beginning of a path names.
fn directory(known: &str) -> Reference {
    let end = known.rfind('/').map_or(0, |slash| slash + 1);
    Reference {
        path: known[..end].to_owned(),
        is_open: true,
    }
}

/// What an expression with the directory of the file stands for: `path.join(__dirname, "a", "b.js")`,
/// `__dirname + "/a.js"`, `${__dirname}/a.js`. Of an open one, only if its line loads something.
fn beside(before: &str, after: &str) -> Option<Reference> {
    const LOADING: [&str; 7] = [
        "require", "import(", "fork(", "spawn", "exec", "readdir", "Worker(",
    ];
    let is_loading = LOADING.iter().any(|word| before.contains(word));
    if let Some(rest) = after.strip_prefix('}') {
        let end = rest.find(['`', '\n'])?;
        return match rest[..end].split_once('$') {
            Some((known, _)) => is_loading.then(|| directory(known.trim_start_matches('/'))),
            None => named(&rest[..end]),
        };
    }
    let mut parts: Vec<&str> = Vec::new();
    let mut rest = after.trim_start();
    let mut is_known = true;
    while let Some(next) = rest.strip_prefix([',', '+']) {
        let next = next.trim_start();
        let Some(quote) = next.chars().next().filter(|c| ['"', '\'', '`'].contains(c)) else {
            // A comma may only end a list.
            is_known = next.starts_with([')', ']', '{', '[']);
            break;
        };
        let (literal, after) = next[1..].split_once(quote)?;
        if let Some((known, _)) = literal.split_once('$') {
            parts.push(known);
            is_known = false;
            break;
        }
        parts.push(literal.trim_matches('/'));
        rest = after.trim_start();
    }
    let path = parts.join("/");
    if !is_known || parts.is_empty() {
        let known = if is_known || !path.is_empty() && !path.ends_with('/') {
            format!("{path}/")
        } else {
            path
        };
        return is_loading.then(|| directory(known.trim_start_matches('/')));
    }
    if before.contains("readdir") {
        return Some(directory(&format!("{path}/")));
    }
    named(&path)
}

/// A file that is named, if it is code.
fn named(path: &str) -> Option<Reference> {
    let path = path.trim_start_matches('/');
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_code = match name.rsplit_once('.') {
        Some((_, end)) => is_code(end),
        None => !name.is_empty(),
    };
    is_code.then(|| Reference {
        path: path.to_owned(),
        is_open: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let all = references(text).into_iter();
        all.map(|found| format!("{}{}", found.path, ["", "*"][usize::from(found.is_open)]))
            .collect()
    }

    #[test]
    fn relative_paths_are_found() {
        let text = "const a = require('./a'); import b from \"../b.js\";\nimport './c';\n\
            export { d } from './d'; await import(`./e.mjs`); require('f'); say('./g');\n\
            import(`./${h}`);";
        assert_eq!(
            shown(text),
            ["./a", "../b.js", "./c", "./d", "./e.mjs", "./*"]
        );
    }

    #[test]
    fn paths_beside_the_file_are_found() {
        for (text, expected) in [
            ("require(path.join(__dirname, 'a.js'))", "a.js"),
            ("require(path.resolve(__dirname, '..', \"b\"))", "../b"),
            ("fork(__dirname + '/w')", "w"),
            ("spawn('node', [`${__dirname}/w.js`])", "w.js"),
            ("require(`${__dirname}/checks/${name}.js`)", "checks/*"),
            ("require(path.join(__dirname, 'checks', name))", "checks/*"),
            ("fs.readdirSync(__dirname)", "*"),
            ("fs.readdirSync(path.join(__dirname, 'c'))", "c/*"),
            ("import(new URL('./r.mjs', import.meta.url))", "./r.mjs"),
            ("const r = createRequire(import.meta.url); r('./c')", "./c"),
            ("fs.readFileSync(path.join(__dirname, 'a.txt'))", ""),
            ("const root = path.join(__dirname, name)", ""),
        ] {
            assert_eq!(shown(text).join(" "), expected, "{text}");
        }
    }
}
