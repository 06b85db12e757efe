//! Signatures by the keys of ssh, as git makes them for commits with `gpg.format=ssh`: ssh-keygen(1), `-Y`.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Repository, text};
use crate::base::fault::{Fault, Result};
use crate::base::scratch::Scratch;
use crate::base::text::{clean_line, show_path};

/// The program.
const PROGRAM: &str = "ssh-keygen";

/// What a signature is for: one that was made for something else does not count.
const NAMESPACE: &str = "gatekeeper";

impl Repository {
    /// The key that the user signs commits with, if it is one of ssh in a file.
    #[must_use]
    pub(crate) fn signing_key(&self) -> Option<PathBuf> {
        let asked = ["config", "--type=path", "--get", "user.signingKey"];
        let key = self.git().with_user_settings().output(asked).ok()?;
        let key = PathBuf::from(text(&key).trim_end_matches('\n'));
        key.is_absolute().then_some(key)
    }

    /// The address of the user, by which a signature names who made it.
    #[must_use]
    pub(crate) fn signer(&self) -> Option<String> {
        let asked = ["config", "--get", "user.email"];
        let address = self.git().with_user_settings().output(asked).ok()?;
        let address = text(&address).trim().to_owned();
        (!address.is_empty()).then_some(address)
    }
}

/// Signs a text.
///
/// # Errors
///
/// There is no ssh-keygen, or it cannot use the key.
pub(crate) fn sign(payload: &str, key: &Path) -> Result<String> {
    let mut command = Command::new(PROGRAM);
    command.args(["-Y", "sign", "-n", NAMESPACE, "-f"]).arg(key);
    let (is_done, output, complaint) =
        fed(&mut command, payload).map_err(|error| missing(&error))?;
    if is_done {
        return Ok(output);
    }
    let complaint: Vec<String> = complaint
        .lines()
        .map(|line| clean_line(line.as_bytes()))
        .collect();
    Err(
        Fault::unable(format!("cannot sign with {}", show_path(key)))
            .detail(complaint.join("\n"))
            .hint("name the private key with --key; its passphrase is asked from ssh-agent"),
    )
}

/// Whether a signature of a text is good, by a key that the list of allowed signers has for this signer.
///
/// # Errors
///
/// There is no ssh-keygen, or no temporary file can be written.
pub(crate) fn is_signed_by(
    payload: &str,
    signature: &str,
    signer: &str,
    allowed: &str,
) -> Result<bool> {
    let unable = |error: &io::Error| Fault::unable("cannot write a temporary file").because(error);
    let dir = Scratch::new().map_err(|error| unable(&error))?;
    for (name, contents) in [("signature", signature), ("allowed", allowed)] {
        std::fs::write(dir.join(name), contents).map_err(|error| unable(&error))?;
    }
    let mut command = Command::new(PROGRAM);
    command.args(["-Y", "verify", "-n", NAMESPACE, "-I", signer, "-f"]);
    command
        .arg(dir.join("allowed"))
        .arg("-s")
        .arg(dir.join("signature"));
    let (is_good, ..) = fed(&mut command, payload).map_err(|error| missing(&error))?;
    Ok(is_good)
}

fn missing(error: &io::Error) -> Fault {
    Fault::unable("cannot run ssh-keygen")
        .because(error)
        .hint("install OpenSSH")
}

/// Whether a program succeeds with this input, what it prints, and what it complains about.
fn fed(command: &mut Command, input: &str) -> io::Result<(bool, String, String)> {
    let pipe = || Stdio::piped();
    let mut child = command
        .stdin(pipe())
        .stdout(pipe())
        .stderr(pipe())
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // Who stops reading too early has failed, and says so.
        let _ = stdin.write_all(input.as_bytes());
    }
    let output = child.wait_with_output()?;
    Ok((
        output.status.success(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    ))
}
