//! The rules for the other trailers of a message.

use crate::model::rule::rules;

rules! { pub Trailers, RULES:
    MIXED_PARAGRAPH = Error "trailers.mixed-paragraph"
        "credits share a paragraph with lines that are not trailers, so git sees none of them";
    OUTSIDE_BLOCK = Warn "trailers.outside-block"
        "credits are in a paragraph of their own above the last one";
    MISSING = Error "trailers.missing" "a required trailer is missing";
    FORBIDDEN = Error "trailers.forbidden"
        "the trailer is forbidden; `KEY@ai` forbids it only with an AI's address";
    REPEATED = Error "trailers.repeated" "a trailer that may appear only once is repeated";
    VALUE = Error "trailers.value" "the value is not allowed";
}
