//! Types of files, as pre-commit names them (`types`, `types_or`, `exclude_types`), as globs.

/// A type, with the globs of its files.
const TYPES: &[(&str, &[&str])] = &[
    ("bash", &["**/*.{sh,bash}"]),
    ("c", &["**/*.{c,h}"]),
    ("c#", &["**/*.cs"]),
    ("c++", &["**/*.{cc,cpp,cxx,hh,hpp,hxx,h}"]),
    ("cmake", &["**/CMakeLists.txt", "**/*.cmake"]),
    ("css", &["**/*.css"]),
    ("csv", &["**/*.csv"]),
    ("cuda", &["**/*.{cu,cuh}"]),
    ("cython", &["**/*.{pyx,pxd,pxi}"]),
    ("dart", &["**/*.dart"]),
    (
        "dockerfile",
        &["**/Dockerfile", "**/Dockerfile.*", "**/*.dockerfile"],
    ),
    ("elixir", &["**/*.{ex,exs}"]),
    ("erlang", &["**/*.{erl,hrl}"]),
    ("go", &["**/*.go"]),
    ("graphql", &["**/*.{graphql,gql}"]),
    ("haskell", &["**/*.hs"]),
    ("header", &["**/*.{h,hh,hpp,hxx}"]),
    ("html", &["**/*.{html,htm}"]),
    ("ini", &["**/*.{ini,cfg}"]),
    ("java", &["**/*.java"]),
    ("javascript", &["**/*.{js,cjs,mjs}"]),
    ("jinja", &["**/*.{jinja,jinja2,j2}"]),
    ("json", &["**/*.json"]),
    ("jsx", &["**/*.jsx"]),
    ("jupyter", &["**/*.ipynb"]),
    ("kotlin", &["**/*.{kt,kts}"]),
    ("less", &["**/*.less"]),
    ("lua", &["**/*.lua"]),
    ("makefile", &["**/Makefile", "**/*.mk"]),
    ("markdown", &["**/*.{md,markdown,mdown}"]),
    ("mdx", &["**/*.mdx"]),
    ("nix", &["**/*.nix"]),
    ("perl", &["**/*.{pl,pm}"]),
    ("php", &["**/*.php"]),
    ("plain-text", &["**/*.txt"]),
    ("powershell", &["**/*.{ps1,psm1}"]),
    ("proto", &["**/*.proto"]),
    ("protobuf", &["**/*.proto"]),
    ("pyi", &["**/*.pyi"]),
    ("pyproject", &["**/pyproject.toml"]),
    ("python", &["**/*.{py,pyi}"]),
    ("r", &["**/*.{r,R}"]),
    ("rst", &["**/*.rst"]),
    (
        "ruby",
        &["**/*.{rb,rake,gemspec}", "**/Gemfile", "**/Rakefile"],
    ),
    ("rust", &["**/*.rs"]),
    ("sass", &["**/*.sass"]),
    ("scala", &["**/*.scala"]),
    ("scss", &["**/*.scss"]),
    ("sh", &["**/*.sh"]),
    ("shell", &["**/*.{sh,bash,zsh}"]),
    ("sql", &["**/*.sql"]),
    ("svelte", &["**/*.svelte"]),
    ("svg", &["**/*.svg"]),
    ("swift", &["**/*.swift"]),
    ("terraform", &["**/*.{tf,tfvars}"]),
    ("tex", &["**/*.tex"]),
    ("toml", &["**/*.toml"]),
    ("ts", &["**/*.{ts,cts,mts}"]),
    ("tsx", &["**/*.tsx"]),
    ("vue", &["**/*.vue"]),
    ("xml", &["**/*.{xml,xsd,xsl}"]),
    ("yaml", &["**/*.{yaml,yml}"]),
    ("zsh", &["**/*.zsh"]),
];

/// Types that every file has, or nearly every one.
const EVERY: [&str; 4] = ["file", "text", "non-executable", "regular"];

/// Binary files, by their usual names.
pub(super) const BINARY: &str = "**/*.{png,jpg,jpeg,gif,ico,webp,avif,bmp,tiff,pdf,zip,gz,bz2,xz,zst,7z,tar,tgz,jar,\
                                 whl,woff,woff2,ttf,otf,eot,mp3,mp4,wav,ogg,webm,mov,exe,dll,so,dylib,a,o,pyc,class,\
                                 bin,dat,db,sqlite,npy,npz,pkl,parquet}";

/// What comes after a beginning of a path that may be anything.
const REST: &str = "{*,*/**}";

/// What types stand for.
pub(super) struct Typed {
    /// The globs of files that have them; empty: every file.
    pub(super) files: Vec<String>,
    /// The types that no glob stands for.
    pub(super) unknown: Vec<String>,
    /// Whether binary files do not have them.
    pub(super) is_text: bool,
}

/// The files that have one of these types.
pub(super) fn any_of<'a>(types: impl IntoIterator<Item = &'a str>) -> Typed {
    let mut found = Typed {
        files: Vec::new(),
        unknown: Vec::new(),
        is_text: false,
    };
    for name in types {
        found.is_text |= name == "text";
        match TYPES.iter().find(|(known, _)| *known == name) {
            Some((_, globs)) => found
                .files
                .extend(globs.iter().map(|&glob| glob.to_owned())),
            None if EVERY.contains(&name) => {}
            None => found.unknown.push(name.to_owned()),
        }
    }
    found
}

/// The globs of files that match one of both lists: below a directory of the first, with a name of the second.
pub(super) fn both(places: Vec<String>, names: Vec<String>) -> Vec<String> {
    if places.is_empty() || names.is_empty() {
        return [places, names].concat();
    }
    let mut globs = Vec::new();
    for place in places {
        if let Some(dir) = place.strip_suffix("/**") {
            globs.extend(names.iter().map(|name| format!("{dir}/{name}")));
        } else if let Some(beginning) = place.strip_suffix(REST) {
            for name in &names {
                globs.push(format!("{beginning}*/{name}"));
                let own = name.strip_prefix("**/").filter(|own| own.starts_with('*'));
                globs.extend(own.map(|own| format!("{beginning}{own}")));
            }
        } else {
            globs.push(place);
        }
    }
    globs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_names_are_joined() {
        let globs = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
        for (places, names, expected) in [
            (&["src/**"][..], &["**/*.py"][..], &["src/**/*.py"][..]),
            (&["a.py"], &["**/*.py"], &["a.py"]),
            (&["src{*,*/**}"], &["**/*.py"], &["src*/**/*.py", "src*.py"]),
            (&[], &["**/*.py"], &["**/*.py"]),
            (&["src/**"], &[], &["src/**"]),
        ] {
            assert_eq!(both(globs(places), globs(names)), expected);
        }
    }
}
