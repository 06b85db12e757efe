//! The rules for the credit of agents.

use crate::model::rule::rules;

rules! { pub AssistedBy, RULES:
    MISSING = Error "assisted-by.missing" "an agent is running, but the message credits none";
    OUTSIDE_BLOCK = Error "assisted-by.outside-block" "the credit is not in the last paragraph";
    EMPTY = Error "assisted-by.empty" "the value is empty";
    PLACEHOLDER = Error "assisted-by.placeholder"
        "the value is from the template: `[agent-name]`, `SHORT_HASH`";
    TWO_AGENTS_ON_ONE_LINE = Error "assisted-by.two-agents-on-one-line"
        "the line credits several agents; each needs its own line";
    MODEL_AS_AGENT = Error "assisted-by.model-as-agent"
        "the value names a model (`claude-sonnet-4`), not the agent that used it";
    NO_PARENTHESES = Error "assisted-by.no-parentheses" "the model in parentheses is missing";
    BAD_HASH = Error "assisted-by.bad-hash"
        "the hash is missing, or is not 4 to 40 lowercase hexadecimal digits (64 for SHA-256)";
    UNKNOWN_AGENT = Error "assisted-by.unknown-agent"
        "no file defines an agent of that name; the most similar name is shown";
    HASH_MISMATCH = Error "assisted-by.hash-mismatch"
        "the hash does not match the agent's definition; the right one is shown";
    DUPLICATE = Error "assisted-by.duplicate" "the same credit appears twice";
    MALFORMED = Error "assisted-by.malformed" "the value does not have the required form";
    UNCHECKED = Note "assisted-by.unchecked"
        "`[agents] definitions` is configured, but this tree has no definitions, so the hash was \
        not checked";
    FORBIDDEN = Error "assisted-by.forbidden"
        "with `required = \"forbidden\"`: the message has an AI credit, with this or another key";
}
