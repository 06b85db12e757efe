//! The forms of providers' tokens, from the documentation of each provider.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::checksum::{base64, ends_with_crc, entropy};

/// The form of a token.
pub(super) struct Form {
    /// What it is, with an article.
    pub(super) what: &'static str,
    /// Pieces of text of which every one of them has one.
    pub(super) hints: &'static [&'static str],
    /// The whole token, with nothing of it before or after; the group is what is random.
    pattern: &'static str,
    /// What else must hold.
    check: Check,
}

/// What the random part of a token must be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Check {
    /// It ends with its CRC-32.
    Crc,
    /// It is random, as far as that can be seen.
    Random,
    /// It is a macaroon of the Python Package Index.
    Macaroon,
    /// It is the id of a key of AWS, and the key is near.
    Aws,
}

const fn form(
    what: &'static str,
    hints: &'static [&'static str],
    pattern: &'static str,
    check: Check,
) -> Form {
    Form {
        what,
        hints,
        pattern,
        check,
    }
}

pub(super) const FORMS: [Form; 25] = [
    form(
        "a token of GitHub",
        &["ghp_", "gho_", "ghu_", "ghs_", "ghr_"],
        r"gh[pousr]_([A-Za-z0-9]{36})",
        Check::Crc,
    ),
    form(
        "a fine-grained token of GitHub",
        &["github_pat_"],
        r"github_pat_[A-Za-z0-9]{22}_([A-Za-z0-9]{59})",
        Check::Random,
    ),
    form(
        "a token of npm",
        &["npm_"],
        r"npm_([A-Za-z0-9]{36})",
        Check::Crc,
    ),
    form(
        "a token of the Python Package Index",
        &["pypi-Ag"],
        r"pypi-(Ag[A-Za-z0-9_-]{80,})",
        Check::Macaroon,
    ),
    form("a key of AWS", &["AKIA"], r"(AKIA[A-Z2-7]{16})", Check::Aws),
    form(
        "a temporary key of AWS",
        &["ASIA"],
        r"(ASIA[A-Z2-7]{16})",
        Check::Aws,
    ),
    form(
        "a token of Slack",
        &["xox"],
        r"xox[abeoprs]-(?:[0-9]{9,14}-){1,3}([A-Za-z0-9]{24,64})",
        Check::Random,
    ),
    form(
        "an app token of Slack",
        &["xapp-"],
        r"xapp-[0-9]-[A-Z0-9]{9,12}-[0-9]{10,14}-([a-f0-9]{64})",
        Check::Random,
    ),
    form(
        "a webhook of Slack",
        &["hooks.slack.com"],
        r"hooks\.slack\.com/(?:services|workflows)/T[A-Z0-9]{8,12}/[AB][A-Z0-9]{8,12}/([A-Za-z0-9]{24})",
        Check::Random,
    ),
    form(
        "a live key of Stripe",
        &["k_live_"],
        r"[rs]k_live_([A-Za-z0-9]{24,99})",
        Check::Random,
    ),
    form(
        "a secret for webhooks",
        &["whsec_"],
        r"whsec_([A-Za-z0-9+/]{32,64}={0,2})",
        Check::Random,
    ),
    form(
        "an API key of Google",
        &["AIza"],
        r"AIza([0-9A-Za-z_-]{35})",
        Check::Random,
    ),
    form(
        "a client secret of Google",
        &["GOCSPX-"],
        r"GOCSPX-([0-9A-Za-z_-]{28})",
        Check::Random,
    ),
    form(
        "a token of GitLab",
        &[
            "glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glft-", "glsoat-", "glagent-",
        ],
        r"gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent)-([0-9A-Za-z_-]{20,64})",
        Check::Random,
    ),
    form(
        "a key of OpenAI",
        &["T3BlbkFJ"],
        r"sk-(?:proj-|svcacct-|admin-)?([A-Za-z0-9_-]{20,74})T3BlbkFJ[A-Za-z0-9_-]{20,74}",
        Check::Random,
    ),
    form(
        "a key of Anthropic",
        &["sk-ant-"],
        r"sk-ant-(?:api|admin)[0-9]{2}-([A-Za-z0-9_-]{93})AA",
        Check::Random,
    ),
    form(
        "a token of Hugging Face",
        &["hf_"],
        r"hf_([A-Za-z]{34})",
        Check::Random,
    ),
    form(
        "a key of SendGrid",
        &["SG."],
        r"SG\.[A-Za-z0-9_-]{22}\.([A-Za-z0-9_-]{43})",
        Check::Random,
    ),
    form(
        "a token of DigitalOcean",
        &["dop_v1_", "doo_v1_", "dor_v1_"],
        r"do[opr]_v1_([a-f0-9]{64})",
        Check::Random,
    ),
    form(
        "a token of Docker Hub",
        &["dckr_"],
        r"dckr_[po]at_([A-Za-z0-9_-]{27,32})",
        Check::Random,
    ),
    form(
        "a token of crates.io",
        &["cio"],
        r"cio([A-Za-z0-9]{32})",
        Check::Random,
    ),
    form(
        "a token of a Telegram bot",
        &[":AA"],
        r"[0-9]{8,10}:AA([A-Za-z0-9_-]{33})",
        Check::Random,
    ),
    form(
        "a token of Shopify",
        &["shpat_", "shpca_", "shppa_", "shpss_"],
        r"shp(?:at|ca|pa|ss)_([a-f0-9]{32})",
        Check::Random,
    ),
    form(
        "a token of Databricks",
        &["dapi"],
        r"dapi([a-f0-9]{32})(?:-[0-9])?",
        Check::Random,
    ),
    form(
        "a key of Age",
        &["AGE-SECRET-KEY-1"],
        r"AGE-SECRET-KEY-1([A-Z0-9]{58})",
        Check::Random,
    ),
];

static COMPILED: LazyLock<Vec<Option<Regex>>> = LazyLock::new(|| {
    let whole = |form: &Form| {
        let pattern = form.pattern;
        Regex::new(&format!(
            "(?-u)(?:^|[^A-Za-z0-9_-])(?:{pattern})(?:$|[^A-Za-z0-9_-])"
        ))
        .ok()
    };
    FORMS.iter().map(whole).collect()
});

/// The secret key that belongs to an id of AWS: 40 characters of base 64.
static AWS_KEY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?-u)(?:^|[^A-Za-z0-9/+_-])([A-Za-z0-9/+]{40})(?:$|[^A-Za-z0-9/+=_-])").ok()
});

/// What token a line has. `around` are the lines beside it.
pub(super) fn find<'l, I>(text: &[u8], around: impl Fn() -> I) -> Option<&'static str>
where
    I: Iterator<Item = &'l [u8]>,
{
    found(text, around).next().map(|(what, _)| what)
}

/// The tokens of a text: what each is, and where its random part is.
pub(super) fn found<'l, I>(
    text: &[u8],
    around: impl Fn() -> I,
) -> impl Iterator<Item = (&'static str, Range<usize>)>
where
    I: Iterator<Item = &'l [u8]>,
{
    let forms = FORMS.iter().zip(COMPILED.iter());
    let has = |hint: &&str| bstr::ByteSlice::contains_str(text, hint);
    let named = forms.filter(move |(form, _)| form.hints.iter().any(has));
    let compiled = named.filter_map(|(form, compiled)| Some((form, compiled.as_ref()?)));
    let matches = compiled.flat_map(move |(form, compiled)| {
        let all = compiled.captures_iter(text);
        all.filter_map(move |found| Some((form, found.get(1)?)))
    });
    matches.filter_map(move |(form, random)| {
        let value = random.as_bytes();
        let holds = match form.check {
            Check::Crc => ends_with_crc(value),
            Check::Random => is_random(value),
            Check::Macaroon => is_macaroon(value),
            Check::Aws => !value.ends_with(b"EXAMPLE") && around().any(has_aws_key),
        };
        holds.then(|| (form.what, random.range()))
    })
}

/// Whether a text looks random: an example repeats a character, counts, or spells words.
fn is_random(text: &[u8]) -> bool {
    let is_hex = text.iter().all(u8::is_ascii_hexdigit);
    let least = if is_hex { 2.8 } else { 3.4 };
    entropy(text) >= least && !is_example(text)
}

/// Whether a text has a run as people type it for an example.
pub(super) fn is_example(text: &[u8]) -> bool {
    let lower = text.to_ascii_lowercase();
    let words: [&[u8]; 12] = [
        b"example",
        b"xxxx",
        b"placeholder",
        b"changeme",
        b"dummy",
        b"yourtoken",
        b"your_",
        b"abcdef",
        b"123456",
        b"redacted",
        b"sample",
        b"insert",
    ];
    words
        .iter()
        .any(|word| bstr::ByteSlice::contains_str(lower.as_slice(), word))
        || lower
            .windows(5)
            .any(|run| run.iter().all(|byte| *byte == run[0]))
}

/// Whether a text in base 64 is a macaroon whose location is a Python Package Index: version 2, then the field
/// of the location with its length.
fn is_macaroon(text: &[u8]) -> bool {
    let Some(bytes) = base64(text) else {
        return false;
    };
    let places: [&[u8]; 2] = [
        b"\x02\x01\x08pypi.org\x02",
        b"\x02\x01\x0dtest.pypi.org\x02",
    ];
    places.iter().any(|place| bytes.starts_with(place)) && entropy(text) > 4.0
}

fn has_aws_key(line: &[u8]) -> bool {
    let Some(key) = AWS_KEY.as_ref() else {
        return false;
    };
    let mut found = key.captures_iter(line);
    found.any(|found| {
        found.get(1).is_some_and(|key| {
            let key = key.as_bytes();
            let is_id = key.iter().all(u8::is_ascii_hexdigit);
            !is_id && entropy(key) > 4.0 && !is_example(key)
        })
    })
}
