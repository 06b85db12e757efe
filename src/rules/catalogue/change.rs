//! The rules for a change as a whole, and for what its message has to say about gates. Those for
//! the settings of a tool are in `tools`.

use crate::model::rule::rules;

rules! { pub Tests, TESTS:
    TESTS_REMOVED = Warn "tests.removed" "there are fewer tests after the change";
}

rules! { pub ToolConfiguration, TOOL_CONFIGURATION:
    UNREADABLE = Warn "config.unreadable" "the file can no longer be read";
    GIT_IGNORED = Error "config.git-ignored"
        "git's ignore rules name a tracked file, so that the tool of a gate leaves it out";
}

rules! { pub Gates, GATES:
    WEAKENED = Error "gates.weakened" "gates.toml requires less than before";
    BASELINE_GROWN = Error "gates.baseline-grown"
        "gates.baseline lists more known findings of a gate than before";
}

rules! { pub ProtectedFiles, PROTECTED_FILES:
    PROTECTED_SCRIPT = Error "protected.script"
        "what a gate's command runs: a script by its path or through an interpreter, the part of \
        `package.json` or `Makefile` that `npm test` or `make lint` runs, a program of a workspace \
        that `node_modules/.bin` leads to, and so on; also `sitecustomize.py` and \
        `usercustomize.py`";
    PROTECTED_TOOL = Warn "protected.tool"
        "configuration of tools whose settings are not compared (`eslint.config.js`, YAML)";
    PROTECTED_WORKFLOW = Warn "protected.workflow" "CI workflows";
    PROTECTED_AGENT = Warn "protected.agent" "settings of coding agents, `CODEOWNERS`";
}

rules! { pub Declarations, DECLARATIONS:
    GATE_CHANGE_MISSING = Error "gate-change.missing"
        "the commit weakens something, and its message does not give the reason";
    GATE_EXCEPTION_MISSING = Error "gate-exception.missing"
        "a gate failed under an exception that the message does not have";
    GATE_EXCEPTION_UNKNOWN = Error "gate-exception.unknown"
        "the exception is for a gate that neither the commit's gates.toml nor that of its parents has";
    GATE_EXCEPTION_MALFORMED = Error "gates.exception"
        "the value is not `gate -- reason`";
}
