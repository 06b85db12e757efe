//! The rules for the sign-off of a message.

use crate::model::rule::rules;

rules! { pub SignedOffBy, RULES:
    MISSING = Error "signed-off-by.missing"
        "git sees no sign-off. If a line looks like one, it is shown: a misspelled key, a \
        full-width colon, a line that is commented out, quoted or indented";
    OUTSIDE_BLOCK = Error "signed-off-by.outside-block"
        "the sign-off is not in the last paragraph, or is in the subject's paragraph";
    MALFORMED = Error "signed-off-by.malformed" "the value is not `Name <local@domain>`";
    PLACEHOLDER = Error "signed-off-by.placeholder"
        "the value is from an example: `Your Name`, `you@example.com`";
    MISMATCH = Error "signed-off-by.mismatch"
        "no sign-off is the author's or the committer's (`match`), by name and address, ignoring \
        case. The staged `.mailmap`, or that of the range's end, can map them. `GitHub \
        <noreply@github.com>` never matches";
    AI_IDENTITY = Error "signed-off-by.ai-identity"
        "the address belongs to an AI: only a person can certify the \
        [DCO](https://developercertificate.org)";
    DUPLICATE = Error("duplicates") "signed-off-by.duplicate" "the same sign-off appears twice";
    NOT_LAST = Warn("order") "signed-off-by.not-last" "other trailers come after the sign-off";
    CO_DEVELOPED = Off("co-developed") "signed-off-by.co-developed"
        "the Linux kernel's rule: each `Co-developed-by` must be followed by that person's \
        sign-off, and must not name the author";
    MAILMAP = Note "signed-off-by.mailmap"
        "the sign-off matches because of an entry in `.mailmap`, which is shown";
    REMEDIATED = Note "signed-off-by.remediated"
        "a later commit of the range signs off this one, in the exact words of the DCO app: `I, \
        NAME <MAIL>, hereby add my Signed-off-by to this commit: SHA`, with the whole id \
        (`remediation`)";
}
