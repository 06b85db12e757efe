//! Lines with secrets and lines without, made by a generator with a fixed seed: none of them is in this repository.

/// A line of the corpus.
pub(crate) struct Labelled {
    /// The file that it is in.
    pub(crate) path: String,
    /// What it says.
    pub(crate) text: String,
    /// What it is, without the secret.
    pub(crate) kind: &'static str,
    /// Whether it has a secret.
    pub(crate) is_secret: bool,
}

const DIGITS: &str = "0123456789";
const HEX: &str = "0123456789abcdef";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const BASE32: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE62: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const WORDS: [&str; 16] = [
    "service", "account", "parser", "reader", "window", "session", "config", "default", "update",
    "handler", "project", "storage", "client", "server", "number", "request",
];

/// How many lines there are of each kind.
const EACH: usize = 40;

/// Random numbers from a fixed seed (xorshift64*).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap_or(0) % limit
    }

    fn text(&mut self, alphabet: &str, length: usize) -> String {
        let bytes = alphabet.as_bytes();
        (0..length)
            .map(|_| char::from(bytes[self.below(bytes.len())]))
            .collect()
    }

    fn one<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.below(texts.len())]
    }

    fn words(&mut self, number: usize, between: &str) -> String {
        let words: Vec<&str> = (0..number).map(|_| self.one(&WORDS)).collect();
        words.join(between)
    }
}

/// The checksum of GitHub's tokens, computed otherwise than in the program: by a table.
fn checksum(text: &str) -> String {
    let table: Vec<u32> = (0..256)
        .map(|index: u32| {
            (0..8).fold(index, |crc, _| {
                if crc & 1 == 1 {
                    0xEDB8_8320 ^ (crc >> 1)
                } else {
                    crc >> 1
                }
            })
        })
        .collect();
    let crc = text.bytes().fold(u32::MAX, |crc, byte| {
        table[((crc ^ u32::from(byte)) & 0xff) as usize] ^ (crc >> 8)
    });
    let mut left = !crc as usize;
    let mut digits = Vec::new();
    for _ in 0..6 {
        digits.insert(0, char::from(BASE62.as_bytes()[left % 62]));
        left /= 62;
    }
    digits.into_iter().collect()
}

/// Bytes in base 64 for URLs.
fn base64(bytes: &[u8]) -> String {
    let alphabet: Vec<char> = BASE64.replace('+', "-").replace('/', "_").chars().collect();
    bytes
        .chunks(3)
        .flat_map(|chunk| {
            let bits = chunk
                .iter()
                .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
                << (8 * (3 - chunk.len()));
            let digit = |at: u32| alphabet[(bits >> (18 - 6 * at) & 63) as usize];
            (0..=u32::try_from(chunk.len()).unwrap_or(0))
                .map(digit)
                .collect::<Vec<char>>()
        })
        .collect()
}

fn macaroon(random: &mut Random) -> String {
    let mut bytes = b"\x02\x01\x08pypi.org\x02\x24".to_vec();
    bytes.extend((0..90).map(|_| u8::try_from(random.below(256)).unwrap_or(0)));
    format!("{}{}", ["pypi", ""].join("-"), base64(&bytes))
}

/// A kind of token, and one of it.
type Token = (&'static str, fn(&mut Random) -> String);

/// Tokens of providers. Their beginnings are put together, so that no scanner stumbles over this file.
const TOKENS: [Token; 18] = [
    ("GitHub", |r| {
        let (kind, body) = (r.one(&["p", "o", "u", "s", "r"]), r.text(BASE62, 30));
        format!("gh{kind}_{body}{}", checksum(&body))
    }),
    ("GitHub, fine-grained", |r| {
        format!(
            "github_{}_{}_{}",
            "pat",
            r.text(BASE62, 22),
            r.text(BASE62, 59)
        )
    }),
    ("npm", |r| {
        let body = r.text(BASE62, 30);
        format!("npm_{body}{}", checksum(&body))
    }),
    ("PyPI", macaroon),
    ("AWS", |r| {
        let (id, key) = (r.text(BASE32, 16), r.text(BASE64, 40));
        format!(
            "{}{id}\", aws_secret_access_key=\"{key}",
            ["AK", "IA"].concat()
        )
    }),
    ("Slack, bot", |r| {
        format!(
            "xox{}-{}-{}-{}",
            "b",
            r.text(DIGITS, 12),
            r.text(DIGITS, 12),
            r.text(BASE62, 24)
        )
    }),
    ("Slack, webhook", |r| {
        let (team, hook) = (
            r.text(&format!("{UPPER}{DIGITS}"), 8),
            r.text(&format!("{UPPER}{DIGITS}"), 10),
        );
        format!(
            "https://hooks.slack.com/services/T{team}/B{hook}/{}",
            r.text(BASE62, 24)
        )
    }),
    ("Stripe", |r| {
        format!("{}_live_{}", r.one(&["sk", "rk"]), r.text(BASE62, 24))
    }),
    ("Google, API", |r| {
        format!("AI{}{}", "za", r.text(&format!("{BASE62}_-"), 35))
    }),
    ("Google, OAuth", |r| {
        format!("GOC{}-{}", "SPX", r.text(&format!("{BASE62}_-"), 28))
    }),
    ("GitLab", |r| format!("gl{}-{}", "pat", r.text(BASE62, 20))),
    ("OpenAI", |r| {
        format!(
            "sk-{}T3Blbk{}{}",
            r.text(BASE62, 20),
            "FJ",
            r.text(BASE62, 20)
        )
    }),
    ("Anthropic", |r| {
        format!("sk-{}-api03-{}AA", "ant", r.text(BASE62, 93))
    }),
    ("Hugging Face", |r| {
        format!("hf{}{}", "_", r.text(&BASE62[10..], 34))
    }),
    ("SendGrid", |r| {
        format!("S{}.{}.{}", "G", r.text(BASE62, 22), r.text(BASE62, 43))
    }),
    ("DigitalOcean", |r| {
        format!("dop{}_{}", "_v1", r.text(HEX, 64))
    }),
    ("Docker Hub", |r| {
        format!("dckr{}_{}", "_pat", r.text(BASE62, 27))
    }),
    ("Telegram", |r| {
        format!("{}:A{}{}", r.text(DIGITS, 10), "A", r.text(BASE62, 33))
    }),
];

/// Values that look like secrets and are none, in lines that say so.
const HARMLESS: [Token; 24] = [
    ("a token of GitHub with a wrong checksum", |r| {
        format!("token = \"ghp_{}000000\"", r.text(BASE62, 30))
    }),
    ("a placeholder of GitHub", |_| {
        format!("token = \"ghp_{}\"", "x".repeat(36))
    }),
    ("a token of npm with a wrong checksum", |r| {
        format!("//registry/:_authToken=npm_{}000000", r.text(BASE62, 30))
    }),
    ("a placeholder of a key", |r| {
        format!("API_KEY = \"your_{}_api_key_here\"", r.one(&WORDS))
    }),
    ("a variable of the environment", |r| {
        format!(
            "api_key = os.environ[\"{}_API_KEY\"]",
            r.words(2, "_").to_uppercase()
        )
    }),
    ("a template", |r| {
        format!(
            "password: ${{{{ secrets.{}_PASSWORD }}}}",
            r.one(&WORDS).to_uppercase()
        )
    }),
    ("a call", |r| {
        format!(
            "client_secret = load_{}(\"client_secret\")",
            r.words(3, "_")
        )
    }),
    ("a commit", |r| format!("rev: {}", r.text(HEX, 40))),
    ("a digest", |r| format!("sha256 = \"{}\"", r.text(HEX, 64))),
    ("an integrity", |r| {
        format!("\"integrity\": \"sha512-{}==\",", r.text(BASE64, 86))
    }),
    ("a UUID as a token", |r| {
        let parts = [8, 4, 4, 4, 12].map(|length| r.text(HEX, length));
        format!("access_token: {}", parts.join("-"))
    }),
    ("an image", |r| {
        format!(
            "src=\"data:image/png;base64,iVBORw0KGgo{}\"",
            r.text(BASE64, 300)
        )
    }),
    ("a long name", |r| {
        format!("access_token_{} = {}", r.words(3, "_"), r.words(4, "_"))
    }),
    ("a type", |r| {
        format!(
            "private_key: {}::{}",
            r.words(2, "::"),
            r.one(&["PrivateKey", "KeyProvider", "SecretString"])
        )
    }),
    ("an id of AWS alone", |r| {
        format!(
            "AWS_ACCESS_KEY_ID={}{}",
            ["AK", "IA"].concat(),
            r.text(BASE32, 16)
        )
    }),
    ("the example of AWS", |_| {
        format!(
            "aws_access_key_id = {}IOSFODNN7EXAMPLE",
            ["AK", "IA"].concat()
        )
    }),
    ("a URL", |r| {
        format!(
            "token_url = \"https://{}.example.com/oauth2/v1/{}\"",
            r.one(&WORDS),
            r.words(3, "/")
        )
    }),
    ("a path", |r| {
        format!("private_key = \"/etc/{}/private.pem\"", r.words(3, "/"))
    }),
    ("a test key of Stripe", |r| {
        format!("STRIPE_KEY=sk_{}_{}", "test", r.text(BASE62, 24))
    }),
    ("a placeholder of Slack", |_| {
        format!(
            "xox{}-123456789012-123456789012-abcdefghijklmnopqrstuvwx",
            "b"
        )
    }),
    ("a placeholder of a webhook", |_| {
        "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX".to_owned()
    }),
    ("a message", |r| {
        format!(
            "raise ValueError(\"the API key for {} is invalid\")",
            r.words(4, " ")
        )
    }),
    ("a name of a secret", |r| {
        format!("apiKeySecretName: \"{}-credentials-v2\"", r.words(3, "-"))
    }),
    ("a public key", |r| {
        format!(
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{} me@host",
            r.text(BASE64, 43)
        )
    }),
];

/// Lines with true and false secrets.
pub(crate) fn corpus() -> Vec<Labelled> {
    let mut random = Random(0x5EED_0F5E_C2E7_0001);
    let mut lines = Vec::new();
    let paths = [
        "src/client.py",
        "config/production.yaml",
        ".env",
        "lib/api.ts",
        "deploy.sh",
        "Main.java",
    ];
    for (kind, token) in TOKENS {
        for _ in 0..EACH {
            let secret = token(&mut random);
            let text = match random.below(5) {
                0 => format!("const token = \"{secret}\";"),
                1 => format!("TOKEN={secret}"),
                2 => format!("  - name: x\tvalue: '{secret}'"),
                3 => format!("curl -H \"Authorization: Bearer {secret}\" https://example.com"),
                _ => format!("client = Client(\"{secret}\")  # {}", random.words(3, " ")),
            };
            lines.push(Labelled {
                path: random.one(&paths).to_owned(),
                text,
                kind,
                is_secret: true,
            });
        }
    }
    for _ in 0..EACH * 4 {
        let name = random.one(&[
            "api_key",
            "API_KEY",
            "apiKey",
            "client_secret",
            "SECRET_KEY",
            "authToken",
            "DB_PASSWORD",
            "access-token",
        ]);
        let value = if random.below(3) == 0 {
            random.text(HEX, 40)
        } else {
            let length = 24 + random.below(30);
            random.text(BASE62, length)
        };
        let text = match random.below(4) {
            0 => format!("{name} = \"{value}\""),
            1 => format!("\"{name}\": \"{value}\","),
            2 => format!("export {name}={value}"),
            _ => format!("{name}: {value}"),
        };
        let kind = "a random value with such a name";
        lines.push(Labelled {
            path: random.one(&paths).to_owned(),
            text,
            kind,
            is_secret: true,
        });
    }
    for (kind, line) in HARMLESS {
        for _ in 0..EACH {
            let text = line(&mut random);
            lines.push(Labelled {
                path: random.one(&paths).to_owned(),
                text,
                kind,
                is_secret: false,
            });
        }
    }
    lines
}
