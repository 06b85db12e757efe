//! The rules for the content and the paths that a change adds, in any language.

use crate::model::rule::rules;

rules! { pub Checks, RULES:
    MERGE_MARKER = Error("merge-markers") "check.merge-marker"
        "the markers of a merge conflict (`<<<<<<<`, `=======`, `>>>>>>>`) are left";
    SECRET = Error("secrets") "check.secret"
        "a token of a provider, by its form and checksum, or a random value that is assigned to a name such as `api_key`";
    PRIVATE_KEY = Error("private-keys") "check.private-key" "a private key, whose body can be decoded";
    LARGE_FILE = Error("large-files") "check.large-file"
        "a file is larger than `max-file-size`, and was not before";
    PATH_COLLISION = Error("path-collisions") "check.path-collision"
        "a new path differs from another one only in upper and lower case";
    WINDOWS_NAME = Warn("windows-names") "check.windows-name"
        "Windows cannot have a file of that name: `aux.c`, `a:b`, a blank or a full stop at the end";
    SYMLINK = Error("symlinks") "check.symlink"
        "a symbolic link leads to nothing in the repository, or became a file that holds its target";
    SYNTAX = Error("syntax") "check.syntax"
        "a JSON, TOML or YAML file cannot be read, and could be before if it is not new";
    TRAILING_BLANK = Off("trailing-blanks") "check.trailing-blank" "an added line ends with blanks";
    FINAL_NEWLINE = Off("final-newline") "check.final-newline"
        "the last line has no line break, or blank lines follow it";
    LINE_ENDING = Off("line-endings") "check.line-ending"
        "a file has lines that end with CR LF and others that end with LF";
    BYTE_ORDER_MARK = Off("byte-order-mark") "check.byte-order-mark"
        "a file begins with a byte order mark of UTF-8";
    SCRIPT_MODE = Off("script-modes") "check.script-mode"
        "an executable file does not begin with `#!`, or one that does is not executable";
    SUBMODULE = Off("submodules") "check.submodule" "a submodule is new";
}
