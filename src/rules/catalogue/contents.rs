//! The rules for the subject of a message, and for what must not be in it.

use crate::model::rule::rules;

rules! { pub Contents, RULES:
    CONVENTIONAL = Error "subject.conventional"
        "the subject is not `type(scope): description`, or its type is not in `types` \
        ([Conventional Commits 1.0](https://www.conventionalcommits.org/en/v1.0.0/))";
    NO_BLANK_LINE = Error "subject.no-blank-line"
        "with `style = \"conventional\"`: there is no blank line below the subject";
    BREAKING_CHANGE = Error "subject.breaking-change"
        "with `style = \"conventional\"`: `breaking change:` is not in capitals";
    TOO_LONG = Error "subject.too-long" "the subject is wider than `max-length` columns";
    TRAILING_PERIOD = Off("trailing-period") "subject.trailing-period"
        "the subject ends with a full stop";
    AUTOSQUASH = Error "subject.autosquash"
        "in ranges: a `fixup!`, `squash!` or `amend!` commit must be squashed before it is \
        merged. The hook accepts such messages";
    BYTE_ORDER_MARK = Warn "subject.byte-order-mark"
        "the subject begins with a byte order mark, which git keeps";
    SKIP_CI = Error("skip-ci") "message.skip-ci" "`[skip ci]` and the like keep CI from running";
    DIFF = Error("diff") "message.diff"
        "a line begins like a diff, which `git am` would treat as the patch";
    DIVIDER = Warn "message.divider" "`---` above the sign-off ends the message for `git am`";
    ENCODING = Error "message.encoding"
        "`i18n.commitEncoding` is an encoding that does not contain ASCII (UTF-16, UTF-7, ISO-2022-JP), so that \
        git may see other trailers than those that are written";
    EMPTY = Error "message.empty" "in ranges; at a commit, git itself rejects an empty message";
}
