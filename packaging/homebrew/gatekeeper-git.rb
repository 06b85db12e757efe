# A formula for a tap; only its syntax is checked in this repository. VERSION, REPOSITORY and the checksums are
# filled in at a release: docs/release.md.
class GatekeeperGit < Formula
  desc "Quality-gate runner for git: fails closed, on exactly the tree being committed"
  homepage "REPOSITORY"
  version "VERSION"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "REPOSITORY/releases/download/vVERSION/gatekeeper-VERSION-aarch64-apple-darwin.tar.gz"
      sha256 "SHA256_DARWIN_ARM64"
    end
    on_intel do
      url "REPOSITORY/releases/download/vVERSION/gatekeeper-VERSION-x86_64-apple-darwin.tar.gz"
      sha256 "SHA256_DARWIN_X64"
    end
  end

  on_linux do
    on_arm do
      url "REPOSITORY/releases/download/vVERSION/gatekeeper-VERSION-aarch64-unknown-linux-musl.tar.gz"
      sha256 "SHA256_LINUX_ARM64"
    end
    on_intel do
      url "REPOSITORY/releases/download/vVERSION/gatekeeper-VERSION-x86_64-unknown-linux-musl.tar.gz"
      sha256 "SHA256_LINUX_X64"
    end
  end

  depends_on "git"

  def install
    bin.install "gatekeeper"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/gatekeeper --version")
  end
end
