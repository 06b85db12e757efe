//! Silencers of the shell, and commands of git in any language.

use super::check;

#[test]
fn silencers_are_found() {
    check(
        "a.sh",
        &[
            ("git commit --no-verify -m x", "git.no-verify"),
            ("git commit --no-verif", "git.no-verify"),
            ("git push origin --no-verify", "git.no-verify"),
            ("git -C \"$dir\" commit -qnm x", "git.no-verify"),
            ("git commit -m \"a -n b\" -n", "git.no-verify"),
            ("git commit \\\n  -m x \\\n  --no-verify", "git.no-verify"),
            ("x=$(git commit -n)", "git.no-verify"),
            (
                "git commit --no-verify  # -- a bot's commit",
                "git.no-verify!",
            ),
            ("git commit -m \"a -n b\"", ""),
            ("git commit -mn", ""),
            ("git log --grep commit -n 5", ""),
            ("git push -n", ""),
            ("git tag x; cargo publish --no-verify", ""),
            ("cargo workspaces publish --from-git --no-verify", ""),
            ("echo 'git commit --no-verify'", ""),
            ("echo \"never git commit --no-verify\"", ""),
            ("# git commit --no-verify", ""),
            ("cat <<E\ngit commit --no-verify\nE", ""),
            ("git -c core.hooksPath=/dev/null commit", "git.hooks-off"),
            ("git config core.hooksPath /dev/null", "git.hooks-off"),
            (
                "git config --local core.hooksPath .githooks",
                "git.hooks-path",
            ),
            ("git config core.hooksPath \"$d\"", "git.hooks-path"),
            ("git config --get core.hooksPath", ""),
            ("git config core.hooksPath", ""),
            ("HUSKY=0 git push", "git.hook-switch"),
            ("SKIP=mypy git commit", "git.hook-switch"),
            ("SKIP=mypy make", ""),
            ("grep -c x y || true", "shell.or-true"),
            ("make || exit 0", "shell.or-true"),
            ("make || exit 1", ""),
            ("set +e", "shell.set-plus-e"),
            ("# shellcheck disable=SC2086", "shell.shellcheck-disable"),
            (
                "# shellcheck disable=SC2086 # words are wanted",
                "shell.shellcheck-disable!",
            ),
        ],
    );
    check("Makefile", &[("x:\n\tgit commit -n", "git.no-verify")]);
    check(
        "hooks/run",
        &[
            ("#!/bin/sh\ngit commit -n", "git.no-verify"),
            ("git commit -n", ""),
        ],
    );
    check(
        "package.json",
        &[(
            "{\"scripts\": {\"r\": \"x && git push --no-verify\"}}",
            "git.no-verify",
        )],
    );
    check(
        "a.py",
        &[
            ("run(['git', 'commit', '--no-verify'])", "git.no-verify"),
            ("os.system('git commit --no-verify -m x')", "git.no-verify"),
            (
                "os.system('git commit -n')  # -- a bot's commit",
                "git.no-verify!",
            ),
            ("x = 'use \"git commit --no-verify\"'", ""),
            ("'''\n\"git commit --no-verify\"\n'''", ""),
            ("parser.add_argument('--no-verify')", ""),
        ],
    );
}
