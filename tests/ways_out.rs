//! Every command that a refusal prints is run, and works.

use insta::assert_snapshot;

use crate::sandbox::{Done, Sandbox};

const GATES: &str = "[gates.words]\nrun = \"! grep -n FORBIDDE[N] {files}\"\n";

/// Makes a commit that no gate has checked and that changes, adds and removes files: `$loose`.
const LOOSE: &str = "
echo new >new.txt; echo changed >a.txt; git rm -q --cached kept.txt; git add new.txt a.txt
loose=$(printf 'loose\\n\\nSigned-off-by: Jane Doe <jane@example.com>\\n' |
    git commit-tree -p HEAD \"$(git write-tree)\")
rm -f new.txt; git reset -q --hard; echo own >own.txt; git add own.txt
";

/// A repository with gates, whose gatekeeper is on PATH.
fn scene() -> Sandbox {
    let sandbox = Sandbox::with_gates(GATES).with_gatekeeper_on_path();
    sandbox
        .sh("echo a >a.txt; echo kept >kept.txt; git add .; git commit >/dev/null -s -m files")
        .expect(0);
    sandbox
}

/// The commands between backticks on the first line that has all of this text before them.
#[track_caller]
fn commands(done: &Done, after: &str) -> Vec<String> {
    let line = done.stderr.lines().find(|line| line.contains(after));
    let line = line.unwrap_or_else(|| panic!("{after:?} is not in\n{}", done.stderr));
    let (_, rest) = line.split_once(after).unwrap();
    let quoted = rest.split('`').skip(1).step_by(2);
    let reason = "a reason that says enough";
    let filled = |command: &str| {
        let quoted = command.replace("--reason REASON", &format!("--reason '{reason}'"));
        quoted.replace("REASON", reason)
    };
    quoted.map(filled).collect()
}

/// The only one of them.
#[track_caller]
fn command(done: &Done, after: &str) -> String {
    let found = commands(done, after);
    assert_eq!(found.len(), 1, "{after:?}: {found:?}");
    found.into_iter().next().unwrap()
}

#[test]
fn what_a_refused_move_leaves_behind_is_taken_back() {
    for attempt in [
        "git checkout -q -b x $loose",
        "git checkout -q -B main $loose",
        "git checkout -q --detach $loose",
        "git switch -q -c x $loose",
        "git merge -q --ff-only $loose",
        "git pull -q --ff-only . $loose",
        "git cherry-pick --ff $loose",
        "git rebase -q $loose",
        "git reset -q --keep $loose",
        "git reset -q --hard $loose",
        "git reset -q $loose",
        "git reset -q --soft $loose",
        "git format-patch -q --stdout -1 $loose | git am -q -n",
        "git branch x $loose",
        "git worktree add -q -b x ../linked $loose",
    ] {
        let sandbox = scene();
        // Some of these do not begin in an index with changes, or take them away.
        let clean = ["cherry-pick", "rebase", "--keep", "--hard", "am"];
        let is_clean = clean.iter().any(|word| attempt.contains(word));
        let tidy = if is_clean { "git reset -q --hard" } else { ":" };
        let done = sandbox.sh(&format!(
            "{LOOSE}\n{tidy}\ngit status --short >../before\n{attempt}"
        ));
        assert_ne!(done.code(), 0, "{attempt}");
        let done = done.says("unchecked commit");
        // A mixed reset unstages what was staged, with or without hooks.
        let is_mixed = attempt == "git reset -q $loose";
        if ["take that back", "take back what was begun"]
            .iter()
            .any(|words| done.stderr.contains(words))
        {
            let undo = command(&done, "take");
            sandbox.sh(&undo).expect(0);
        }
        let staged = if is_mixed { "sed s/A./??/" } else { "cat" };
        let same = format!(
            "{staged} ../before >../expected; git status --short >../after; diff ../expected ../after; \
             test \"$(git symbolic-ref HEAD)\" = refs/heads/main; ls .git | grep rebase; :"
        );
        assert_eq!(sandbox.sh(&same).expect(0).stdout, "", "{attempt}");
    }
}

/// What `git subtree add` runs, with `--squash` if `$1` is not empty.
const SUBTREE_ADD: &str = "
git fetch -q ../library main; rev=$(git rev-parse FETCH_HEAD)
git read-tree --prefix=vendor/library $rev; git checkout -q -- vendor/library
tree=$(git write-tree)
[ -z \"$SQUASH\" ] || rev=$(echo 'Squashed content' | git commit-tree \"$rev^{tree}\")
commit=$(echo 'Add vendor/library' | git commit-tree $tree -p HEAD -p $rev)
git reset -q $commit
";

/// Makes another project beside the repository, whose files no gate lets through.
fn library(sandbox: &Sandbox) {
    sandbox
        .sh("git init -q ../library && cd ../library &&
            for n in 1 2; do echo FORBIDDEN >$n.txt; git add . && git commit -q -m \"library $n\"; done")
        .expect(0);
}

#[test]
fn a_subtree_is_accepted_as_it_is() {
    for squash in ["", "yes"] {
        let mut sandbox = scene();
        sandbox.set("SQUASH", squash);
        library(&sandbox);
        let done = sandbox.sh(SUBTREE_ADD);
        assert_ne!(done.code(), 0);
        let [accept, finish] = commands(&done, "accept it").try_into().unwrap();
        let accepted = sandbox.sh(&accept).expect(0);
        let rules = "breaks 1 rule of this repository: signed-off-by.missing";
        accepted.says(rules);
        sandbox.sh(&finish).expect(0);
        let state = "git status --short; git log -1 --format=%s; git ls-files vendor";
        assert_eq!(
            sandbox.sh(state).expect(0).stdout,
            "Add vendor/library\nvendor/library/1.txt\nvendor/library/2.txt\n"
        );
        // What comes later is checked by itself.
        sandbox
            .sh("echo more >more.txt; git add . && git commit >/dev/null -s -m more")
            .expect(0);
        sandbox
            .sh("git init -q --bare ../up.git && git push -q ../up.git main")
            .expect(0);
    }
}

#[test]
fn a_refused_subtree_can_be_taken_back() {
    let sandbox = scene();
    library(&sandbox);
    sandbox.program("git-subtree", &format!("#!/bin/sh\n{SUBTREE_ADD}"));
    let before = sandbox.sh("git status --short --ignored").expect(0).stdout;
    for _ in 0..2 {
        let done = sandbox.sh("git subtree add");
        assert_ne!(done.code(), 0);
        let [undo] = commands(&done, "take that back").try_into().unwrap();
        sandbox.sh(&undo).expect(0);
        let after =
            sandbox.sh("git status --short --ignored; ls vendor 2>&1 | grep -v 'No such'; :");
        assert_eq!(after.expect(0).stdout, before);
    }
}

#[test]
fn history_that_begins_here_is_fixed_from_its_first_commit() {
    let sandbox = Sandbox::with_gates("[gates.a]\nrun = \"true\"\n");
    sandbox
        .sh("git init -q ../other && cd ../other && echo 1 >other.txt && git add . && git commit -qm other")
        .expect(0);
    sandbox
        .sh("git init -q --bare ../up.git && git remote add origin ../up.git && git push -q --no-verify origin HEAD:main &&
            git fetch -q origin && git -c core.hooksPath=/dev/null pull -q --no-rebase --no-edit --allow-unrelated-histories ../other HEAD")
        .expect(0);
    let done = sandbox.sh("git push origin HEAD:main").expect(1);
    let [fix] = commands(&done, "otherwise with").try_into().unwrap();
    let fixed = sandbox.sh(&fix).expect(0).told();
    assert!(fixed.contains("fixed: "), "{fixed}");
    assert_eq!(refused_signatures(&sandbox), "");
}

/// The commits of the branch without a sign-off.
fn refused_signatures(sandbox: &Sandbox) -> String {
    let script = "git log --no-merges --format='%s %(trailers:key=Signed-off-by,separator=%x20)' | grep -v Signed; :";
    sandbox.sh(script).expect(0).stdout
}

/// What `git subtree pull --squash` runs.
const SUBTREE_PULL: &str = "
git fetch -q ../library main; rev=$(git rev-parse FETCH_HEAD)
squash=$(echo 'Squashed changes' | git commit-tree \"$rev^{tree}\" -p HEAD^2)
git merge -q --no-ff -Xsubtree=vendor/library -m 'Merge vendor/library' $squash
";

/// A repository with a squashed subtree, which is accepted, and the other project beside it.
fn scene_with_subtree() -> Sandbox {
    let mut sandbox = scene();
    sandbox.set("SQUASH", "yes");
    library(&sandbox);
    let done = sandbox.sh(SUBTREE_ADD);
    for command in commands(&done, "accept it") {
        sandbox.sh(&command).expect(0);
    }
    sandbox
}

#[test]
fn changes_of_a_subtree_are_accepted_as_they_are() {
    for (content, said) in [("FORBIDDEN", "words failed"), ("fine", "unchecked commit")] {
        let sandbox = scene_with_subtree();
        sandbox
            .sh(&format!(
                "cd ../library && echo {content} >3.txt && git add . && git commit -q -m more"
            ))
            .expect(0);
        let done = sandbox
            .sh(SUBTREE_PULL)
            .says(said)
            .does_not_say("audit --record");
        assert_ne!(done.code(), 0);
        for command in commands(&done, "accept it") {
            sandbox.sh(&command).expect(0);
        }
        if content == "FORBIDDEN" {
            sandbox.sh("git commit --no-edit >/dev/null").expect(0);
        }
        assert_eq!(
            sandbox
                .sh("git status --short; git log -1 --format=%s; git ls-files vendor")
                .expect(0)
                .stdout,
            "Merge vendor/library\nvendor/library/1.txt\nvendor/library/2.txt\nvendor/library/3.txt\n"
        );
        sandbox
            .sh("git init -q --bare ../up.git && git push -q ../up.git main")
            .expect(0);
    }
}

/// What `git subtree split` makes: commits that have the files of the directory only. The first stands on
/// what `$1` names, if that is not empty.
const SUBTREE_SPLIT: &str = "
export GIT_AUTHOR_DATE=2026-01-01T00:00:00Z GIT_COMMITTER_DATE=2026-01-01T00:00:00Z
split() { part=$(echo one | git commit-tree HEAD:vendor/library ${1:+-p $1}); }
git fetch -q ../library main
";

#[test]
fn the_history_of_a_directory_is_accepted_as_it_is() {
    for (onto, attempt) in [
        ("FETCH_HEAD", "git update-ref refs/heads/out $part"),
        ("", "git update-ref refs/heads/out $part"),
        ("FETCH_HEAD", "git push -q ../up.git $part:refs/heads/out"),
        ("", "git push -q ../up.git $part:refs/heads/out"),
    ] {
        let sandbox = scene_with_subtree();
        let attempt = format!("{SUBTREE_SPLIT} split {onto}; {attempt}");
        let done = sandbox.sh(&format!("git init -q --bare ../up.git; {attempt}"));
        assert_ne!(done.code(), 0, "{attempt}");
        let done = done.does_not_say("audit --record");
        let accept = commands(&done, "accept it").remove(0);
        sandbox.sh(&accept).expect(0);
        sandbox.sh(&attempt).expect(0);
        sandbox.sh("git push -q ../up.git main").expect(0);
    }
}

#[test]
fn commits_without_gates_cannot_be_checked_but_accepted() {
    let sandbox = scene();
    library(&sandbox);
    sandbox
        .sh("git -c core.hooksPath=/dev/null fetch -q ../library main:other")
        .expect(0);
    let done = sandbox
        .sh("gatekeeper audit --record other~1..other")
        .expect(1)
        .says("there is no gates.toml in");
    let done = sandbox.sh(&command(&done, "accept them")).expect(2);
    let all = command(&done, "accept all of this history");
    sandbox.sh(&all).expect(0);
}

#[test]
fn a_merge_of_an_unrelated_project_is_accepted_as_it_is() {
    let sandbox = scene();
    library(&sandbox);
    let merge = "git fetch -q ../library main &&
        git merge -q --allow-unrelated-histories --signoff -m merged FETCH_HEAD";
    let done = sandbox.sh(merge).expect(1).says("words failed");
    sandbox.sh(&command(&done, "accept it")).expect(0);
    sandbox.sh("git commit >/dev/null -s --no-edit").expect(0);
    assert_eq!(sandbox.subject().as_deref(), Some("merged"));
    sandbox
        .sh("git init -q --bare ../up.git && git push -q ../up.git main")
        .expect(0);
}

#[test]
fn history_without_gates_may_be_pushed_from_another_repository() {
    let sandbox = scene();
    library(&sandbox);
    sandbox
        .sh(
            "git clone -q . ../there && git -C ../there switch -q -c side &&
            (cd ../there && gatekeeper install) && git fetch -q ../library main &&
            gatekeeper audit --accept --root FETCH_HEAD --reason 'the library comes in here' &&
            git merge -q --allow-unrelated-histories --signoff -m merged FETCH_HEAD",
        )
        .expect(0);
    // The merge has gates, and they look at what was accepted only here; the commits of the library have none.
    let push = "git push -q ../there main FETCH_HEAD:refs/heads/pages";
    let done = sandbox.sh(push).expect(128).says("have no gates.toml");
    assert!(!done.stderr.contains("would delete"), "{}", done.stderr);
    let accept = command(&done, "accept it, which is recorded");
    sandbox.sh(&format!("cd ../there && {accept}")).expect(0);
    sandbox.sh(push).expect(0);
    // What was made in the repository itself is refused, whatever names it.
    let mut told = sandbox
        .sh("cd ../there && git worktree add -q --detach ../linked side && git config alias.p 'push -q --no-verify'")
        .expect(0);
    for push in [
        "git push -q . $own:refs/heads/own",
        "git push -q \"file://$PWD\" $own:refs/heads/own",
        "git p ../there $own:refs/heads/own",
        "cd ../linked && git push -q ../there $own:refs/heads/own",
        "cd / && GIT_DIR=\"$OLDPWD/.git\" git push -q \"$OLDPWD\" $own:refs/heads/own",
        "cd / && git --git-dir=\"$OLDPWD/.git\" push -q \"$OLDPWD\" $own:refs/heads/own",
    ] {
        let own = "cd ../there && own=$(git commit-tree -m own pages^{tree}) && cd ../there";
        let done = sandbox.sh(&format!("{own} && {push} --no-verify"));
        assert_ne!(done.code(), 0, "{push}");
        told = done.says("own would get 1 unchecked commit");
    }
    let accept = command(&told, "accept it, which is recorded");
    let accept = accept.split("; ").next().unwrap();
    sandbox.sh(&format!("cd ../there && {accept}")).expect(0);
}

#[test]
fn hooks_that_were_replaced_are_installed_again() {
    let sandbox = scene();
    let replaced = "for hook in .git/hooks/*; do
        case $hook in */reference-transaction) ;; *) printf '#!/bin/sh\\nexit 0\\n' >$hook ;; esac
    done
    echo more >more.txt; git add .; git commit >/dev/null -s -m more";
    let done = sandbox.sh(replaced).expect(128);
    let install = command(&done, "git does not run 7 of gatekeeper's 8 hooks here");
    assert_eq!(install, "gatekeeper install");
    sandbox.sh(&install).expect(0);
    sandbox
        .sh("git commit >/dev/null -s -m more")
        .expect(0)
        .says("passed  words");
    // A hook that finds the others gone says so, whatever it refuses.
    let done = sandbox.sh(
        "rm .git/hooks/pre-push; git config core.bare false; echo FORBIDDEN >bad.txt; git add bad.txt
        git commit >/dev/null -s -m bad",
    );
    let install = command(
        &done.expect(1),
        "git does not run 1 of gatekeeper's 8 hooks here",
    );
    sandbox.sh(&install).expect(0);
    sandbox
        .sh("git commit >/dev/null -s -m bad")
        .expect(1)
        .does_not_say("does not run");
}

/// Writes the line that a message names into `[settings]` of gates.toml on main, and commits it as it says.
#[track_caller]
fn name_ungated(sandbox: &Sandbox, done: &Done) {
    let [line, .., commit] = &commands(done, "needs no gates, ")[..] else {
        panic!("{}", done.stderr);
    };
    sandbox.git(&["switch", "--quiet", "main"]);
    sandbox.write(
        "gates.toml",
        format!("{}\n[settings]\n{line}\n", sandbox.read("gates.toml")),
    );
    assert!(commit.starts_with("git commit "), "{commit}");
    sandbox.sh(commit).expect(0);
}

#[test]
fn a_branch_from_before_gets_gates_or_needs_none() {
    let sandbox = scene();
    sandbox
        .sh(": >gates.baseline; git add gates.baseline; git commit -q --amend --no-edit")
        .expect(0);
    sandbox
        .sh("git branch release; git -c core.hooksPath=/dev/null switch -q release")
        .expect(0);
    sandbox
        .sh("git rm -q gates.toml gates.baseline && git -c core.hooksPath=/dev/null commit -q -m old")
        .expect(0);
    sandbox.git(&["branch", "other"]);
    let again = "echo r >r.txt; git add r.txt; git commit >/dev/null -s -m more";
    let done = sandbox
        .sh(again)
        .expect(1)
        .says("there is no gates.toml on release");
    let bring = commands(&done, "bring the gates of main here").remove(0);
    assert_eq!(bring, "git checkout main -- gates.toml gates.baseline");
    name_ungated(&sandbox, &done);
    sandbox
        .sh(&format!("git switch -q release; {again}"))
        .expect(0)
        .says("nothing was checked");
    sandbox
        .sh("git cherry-pick main~1 2>../errors || git cherry-pick --skip")
        .expect(0);
    sandbox
        .sh(&format!("git switch -q other; {bring}; {again}"))
        .expect(0)
        .says("passed  words");
}

#[test]
fn a_branch_that_tools_write_needs_no_gates() {
    let sandbox = scene();
    let page = "page() { printf '100644 blob %s\\tx.html\\n' \"$(echo $1 | git hash-object -w --stdin)\" | git mktree; }
        git update-ref refs/heads/pages \"$(git commit-tree -m page \"$(page one)\")\"";
    let done = sandbox
        .sh(page)
        .expect(128)
        .says("pages would get 1 unchecked commit");
    name_ungated(&sandbox, &done);
    sandbox
        .sh(page)
        .expect(0)
        .says("pages is one of `ungated-branches`");
    sandbox
        .sh("git init -q --bare ../up.git && git push -q ../up.git main pages")
        .expect(0);
    // Neither code nor the main branch gets through by its name.
    sandbox
        .sh(&format!("{LOOSE}\ngit branch -f pages $loose"))
        .expect(128);
}

#[test]
fn a_push_without_gates_says_how_to_need_none() {
    let sandbox = scene();
    let push = "git init -q --bare ../up.git
        page() { printf '100644 blob %s\\tx.html\\n' \"$(echo $1 | git hash-object -w --stdin)\" | git mktree; }
        git push -q ../up.git \"$(git commit-tree -m page \"$(page one)\"):refs/heads/pages\"";
    let done = sandbox.sh(push).expect(1).says("which is pushed to pages");
    name_ungated(&sandbox, &done);
    sandbox.sh(push).expect(0);
}

#[test]
fn a_commit_of_a_bare_repository_is_checked_there() {
    let sandbox = scene();
    sandbox
        .sh("git clone -q --bare . ../bare.git && git -C ../bare.git worktree add -q ../main main &&
            cd ../main && gatekeeper install && git -C ../bare.git worktree remove ../main")
        .expect(0);
    let update = "cd ../bare.git
        blob=$(echo fine | git hash-object -w --stdin)
        tree=$( (git ls-tree main; printf '100644 blob %s\\tnew.txt\\n' $blob) | git mktree)
        export GIT_AUTHOR_DATE=2026-01-01T00:00:00Z GIT_COMMITTER_DATE=2026-01-01T00:00:00Z
        new=$(printf 'new\\n\\nSigned-off-by: Jane Doe <jane@example.com>\\n' | git commit-tree -p main $tree)
        git update-ref refs/heads/new $new";
    let done = sandbox
        .sh(update)
        .expect(128)
        .says("new would get 1 unchecked commit");
    let record = command(&done, "check the existing commits");
    sandbox
        .sh(&format!("cd ../bare.git && {record}"))
        .expect(0)
        .says("1 commit is now checked");
    sandbox.sh(update).expect(0);
}

#[test]
fn without_its_program_only_new_commits_are_refused() {
    let sandbox = Sandbox::with_gates(GATES);
    let copy = sandbox.copy_of_gatekeeper("copy");
    sandbox
        .sh("git init -q --bare ../up.git && git remote add origin ../up.git && git push -q -u origin main &&
            ../copy install && git clone -q ../up.git ../other && cd ../other && echo o >o.txt && git add . &&
            git commit -q -m o && git push -q")
        .expect(0);
    std::fs::remove_file(copy).unwrap();
    for fine in [
        "git pull -q --ff-only",
        "git switch -q -c other; git switch -q main; git branch -q -D other",
        "git reset -q --hard HEAD~1; git reset -q --hard ORIG_HEAD; git reset -q --hard HEAD~1",
        "git fetch -q --tags; git tag x; git stash list; git checkout -q --detach origin/main",
        "git switch -q main; git merge -q --ff-only origin/main",
    ] {
        let done = sandbox.sh(&format!("set -e; {fine}")).expect(0);
        assert_eq!(done.stderr, "", "{fine}");
    }
    for refused in [
        "git update-ref refs/heads/main $loose",
        "git reset -q --hard $loose",
        "git branch x $loose",
        "git push -q origin main:other",
    ] {
        let done = sandbox.sh(&format!(
            "git reset -q --hard; git read-tree -m -u HEAD
            echo a >a.txt; echo kept >kept.txt; git add a.txt kept.txt; {LOOSE}\n{refused}"
        ));
        assert_ne!(done.code(), 0, "{refused}");
        done.says("its program is missing");
    }
    let commit = "git reset -q --hard; echo new >new.txt; git add new.txt; git commit -q -m new";
    let done = sandbox.sh(commit).expect(1);
    sandbox.sh(&command(&done, "take its hooks out")).expect(0);
    sandbox.sh(commit).expect(0);
}

/// What a colleague does in another clone: another command, with or without a reason, which gets here by way
/// of an address of which there is no remote-tracking branch.
const COLLEAGUE: &str = r#"
git init -q --bare ../up.git && git push -q ../up.git main && git clone -q ../up.git ../other &&
(cd ../other && git config commit.gpgSign false && sed -i s/FORBIDDE/OTHE/ gates.toml &&
    git commit -q -s -a -m change ${REASON:+-m} ${REASON:+"Gate-Change: $REASON"} && git push -q) &&
git pull -q --ff-only ../up.git main
"#;

/// A repository in which every weakening needs a reason.
fn scene_with_every_rule() -> Sandbox {
    let sandbox = Sandbox::new().with_gatekeeper_on_path();
    sandbox.write("gates.toml", GATES);
    sandbox
        .sh("git add . && git commit -q -s -m gates && gatekeeper install")
        .expect(0);
    sandbox
}

#[test]
fn a_gate_change_of_a_colleague_is_declared_once() {
    let mut sandbox = scene_with_every_rule();
    let commit = "echo more >>a.txt; git add . && git commit >/dev/null -s -m more";
    sandbox.set("REASON", "the word is another one now");
    sandbox.sh(COLLEAGUE).expect(0);
    sandbox.sh(commit).expect(0).says("passed  words");
    sandbox.sh("git push -q ../up.git main").expect(0);
}

#[test]
fn a_gate_change_of_a_colleague_without_a_reason_is_accepted() {
    let mut sandbox = scene_with_every_rule();
    let commit = "echo more >>a.txt; git add . && git commit >/dev/null -s -m more";
    sandbox.set("REASON", "");
    sandbox.sh(COLLEAGUE).expect(0);
    let done = sandbox
        .sh(commit)
        .expect(1)
        .says("gates.weakened")
        .does_not_say("commit the configuration first");
    sandbox.sh(&command(&done, "accept it")).expect(0);
    sandbox.sh(commit).expect(0);
    sandbox.sh("git push -q ../up.git main").expect(0);
}

/// A hook that refuses one branch and leaves word of every call.
const OWN_HOOK: &str = "#!/bin/sh
if [ $1 = prepared ] && grep -q refs/heads/forbidden; then exit 1; fi
echo $1 >>$HOME/asked
";

#[test]
fn without_its_program_a_chained_hook_is_still_asked() {
    for place in [
        "cp ../hook .git/hooks/reference-transaction",
        "mkdir .own && cp ../hook .own/reference-transaction && git config core.hooksPath .own",
    ] {
        let sandbox = Sandbox::with_gates(GATES);
        let copy = sandbox.copy_of_gatekeeper("copy");
        sandbox.write("../hook", OWN_HOOK);
        sandbox
            .sh(&format!(
                "../copy uninstall; chmod +x ../hook; mkdir -p .git/hooks; {place} && ../copy install &&
                echo .own >.git/info/exclude &&
                git init -q --bare ../up.git && git remote add origin ../up.git && git push -q -u origin main &&
                git clone -q ../up.git ../other && cd ../other && echo o >o.txt && git add . &&
                git commit -q -m o && git push -q"
            ))
            .expect(0);
        std::fs::remove_file(copy).unwrap();
        let fine = "rm -f ~/asked; set -e; git pull -q --ff-only; git switch -q -c other; git switch -q main
            git reset -q --hard HEAD~1; git stash list; git tag x
            grep -q prepared ~/asked; grep -q committed ~/asked";
        let done = sandbox.sh(fine).expect(0);
        assert_eq!(done.stderr, "", "{place}");
        let done = sandbox.sh("git branch forbidden").expect(128);
        done.does_not_say("its program is missing");
        let loose =
            "git update-ref refs/heads/main $(git commit-tree -p HEAD -m loose HEAD^{tree})";
        let done = sandbox.sh(loose).expect(128);
        sandbox.sh(&command(&done, "take its hooks out")).expect(0);
        sandbox.sh(loose).expect(0);
    }
}

#[test]
fn a_program_in_the_work_tree_is_never_started() {
    let mut sandbox = Sandbox::with_gates(GATES);
    let copy = sandbox.copy_of_gatekeeper("copy");
    sandbox.sh("../copy install").expect(0);
    std::fs::remove_file(copy).unwrap();
    sandbox.write("tools/gatekeeper", "#!/bin/sh\nexit 0\n");
    let path = sandbox.machine.clone().into_string().unwrap();
    let tools = format!("{}/tools:tools:{path}", sandbox.top.display());
    sandbox.sh("chmod +x tools/gatekeeper; git add .").expect(0);
    sandbox.set("PATH", &tools);
    sandbox
        .sh("git commit >/dev/null -s -m x")
        .expect(1)
        .says("its program is missing");
}

#[test]
fn an_installation_of_another_user_is_added() {
    let sandbox = Sandbox::with_gates(GATES);
    let (first, second) = (
        sandbox.copy_of_gatekeeper("first"),
        sandbox.copy_of_gatekeeper("second"),
    );
    sandbox
        .sh("../first uninstall; git config core.sharedRepository group; ../first install && ../second install")
        .expect(0);
    let commit = |name: &str| {
        sandbox.sh(&format!(
            "echo x >{name}; git add {name}; git commit >/dev/null -s -m {name}"
        ))
    };
    commit("both").expect(0).says("passed  words");
    std::fs::remove_file(second).unwrap();
    commit("one").expect(0).says("passed  words");
    std::fs::remove_file(first).unwrap();
    commit("none").expect(1).says("its program is missing");
}

#[test]
fn an_install_script_runs_where_there_is_no_repository() {
    let sandbox = scene();
    let done =
        sandbox.sh("mkdir ../tarball && cd ../tarball && gatekeeper install --if-repository");
    insta::assert_snapshot!(done.expect(0), @"skipped: there is no git repository here, so no hooks were installed");
    let without_git =
        "cd ../tarball && mkdir -p ../only && ln -sf \"$(command -v gatekeeper)\" ../only/ &&
        PATH=$PWD/../only gatekeeper install --if-repository";
    sandbox
        .sh(without_git)
        .expect(0)
        .says("there is no git repository here");
    sandbox
        .sh("gatekeeper install --if-repository")
        .expect(0)
        .says("commits in this repository are now checked");
    // What is there and cannot be used is no reason to pass.
    sandbox
        .sh("rm gates.toml; gatekeeper install --if-repository")
        .expect(2);
}

#[test]
fn a_tool_that_is_not_on_the_path_of_a_desktop_is_found() {
    let sandbox = Sandbox::with_gates("[gates.tool]\nrun = \"a-tool-of-mine {files}\"\n");
    sandbox
        .sh("mkdir -p ~/.local/bin; printf '#!/bin/sh\\necho checked\\n' >~/.local/bin/a-tool-of-mine
            chmod +x ~/.local/bin/a-tool-of-mine; echo x >x.txt; git add x.txt")
        .expect(0);
    let commit = "git commit >/dev/null -s -m x";
    let done = sandbox.sh(commit).expect(1).says("/home/.local/bin");
    sandbox
        .sh(&command(&done, "to add this directory for yourself"))
        .expect(0);
    sandbox.sh(commit).expect(0).says("passed  tool");
    assert_eq!(sandbox.sh("git status --short").stdout, "");
}

#[test]
fn a_repository_that_is_shared_later_keeps_its_receipts() {
    let sandbox = scene();
    let commit = "echo more >>a.txt; git add . && git commit >/dev/null -s -m more";
    sandbox
        .sh(&format!(
            "{commit}; ! git commit -q -n -s -m x --allow-empty"
        ))
        .expect(0);
    sandbox.git(&["config", "core.sharedRepository", "group"]);
    for again in ["true", commit] {
        sandbox.sh(again).expect(0);
        let done = sandbox.gatekeeper(&["status"]).expect(0);
        assert!(
            done.stdout.ends_with("\ncommits here are checked\n"),
            "{}",
            done.stdout
        );
        for wrong in ["another key", "not written by gatekeeper", "are missing"] {
            assert!(!done.stdout.contains(wrong), "{}", done.stdout);
        }
    }
}

#[test]
fn a_bare_repository_with_work_trees_says_that_their_commits_are_checked() {
    let sandbox = scene();
    sandbox
        .sh("git clone -q --bare . ../bare.git && git -C ../bare.git worktree add -q ../main main")
        .expect(0);
    let status = "cd ../bare.git && gatekeeper status";
    let done = sandbox.sh(status).expect(1);
    assert!(done.stdout.contains("pushes to this repository are not"));
    sandbox.sh("cd ../main && gatekeeper install").expect(0);
    let done = sandbox.sh(status).expect(0);
    let verdict = "\ncommits in the work trees of this repository are checked\n";
    assert!(done.stdout.ends_with(verdict), "{}", done.stdout);
}

#[test]
fn values_that_a_shell_would_replace_otherwise_are_named() {
    let sandbox = scene();
    let env = |value: &str| {
        let gates = format!("{GATES}env = {{ X = \"{value}\" }}\n");
        sandbox.write("gates.toml", gates);
        sandbox.gatekeeper(&["config", "check"])
    };
    env("~root/bin:$PATH")
        .expect(2)
        .says("`~root` is not replaced by a directory");
    env("a:~root").expect(2).says("gates.toml:3:13");
    for plain in ["~/bin:$PATH", "~", "a~b", "~.x"] {
        let done = env(plain).expect(0);
        assert_eq!(done.stdout, "gates.toml is valid: 1 gate\n", "{plain}");
    }
    let done = env("${NOSUCH}/x:$$HOME:$HOME").expect(0);
    assert!(
        done.stdout.contains("names NOSUCH, which is not set here"),
        "{}",
        done.stdout
    );
}

/// Weakens the gates beside another change, on a branch of its own, where no hook sees it.
const MIXED: &str = "
git init -q --bare ../up.git && git remote add origin ../up.git
printf '[gates.more]\\nrun = \"true\"\\n' >>gates.toml; git add . && git commit -q -s -m more
git push -q origin main 2>&1
git switch -q -c side; head -n 2 gates.toml >new && mv new gates.toml; echo side >side.txt; git add .
git -c core.hooksPath=/dev/null commit -q -s -m side
git switch -q main; echo main >main.txt; git add . && git commit -q -s -m main 2>&1
";

#[test]
fn what_weakens_gates_beside_other_changes_becomes_two_commits() {
    for (attempt, subject, then) in [
        ("git merge -q --no-edit side", "Merge branch 'side'", ":"),
        ("git merge -q -m own side", "own", ":"),
        (
            "git merge -q --no-commit side; echo more >>main.txt; git commit -q -asm own",
            "own",
            ":",
        ),
        (
            "git merge -q --squash side; GIT_EDITOR=true git commit -q -s",
            "Squashed commit of the following:",
            ":",
        ),
        ("git cherry-pick side", "side", ":"),
        (
            "git switch -q side; echo t >t.txt; git add .
             git -c core.hooksPath=/dev/null commit -q -s -m two; git switch -q main
             git cherry-pick -x side~ side",
            "side",
            "git cherry-pick --continue && git reset -q --keep HEAD~",
        ),
        (
            "git switch -q side; git rebase -q main",
            "side",
            "git rebase --continue",
        ),
        (
            "printf '[gates.new]\nrun = \"echo new\"\n' >>gates.toml; echo new >new.txt; git add .
             git commit -q -s -m new; echo other >other.txt; git add .; git commit -q -s -m other
             git revert --no-edit HEAD~; git commit -q -s --no-edit",
            "Revert \"new\"",
            ":",
        ),
        (
            "git merge -q --no-commit side; echo more >>main.txt; git commit -q -s -i main.txt -m own",
            "own",
            ":",
        ),
        (
            "git checkout side -- .; git commit -q --amend -s --no-edit",
            "main",
            ":",
        ),
        (
            "git checkout side -- .; git restore --staged .; git add side.txt; git commit -q -a --amend -s --no-edit",
            "main",
            ":",
        ),
    ] {
        let mut sandbox = scene_with_every_rule();
        sandbox.set("GIT_EDITOR", "true");
        sandbox.sh(MIXED).expect(0);
        let done = sandbox.sh(attempt);
        let (_, block) = done
            .stderr
            .split_once("help: to keep the change, commit the rest first")
            .unwrap_or_else(|| panic!("{attempt}: {}", done.stderr));
        let commands = block.lines().skip(1);
        let commands: Vec<&str> = commands.map_while(|line| line.strip_prefix("  ")).collect();
        let commands = commands
            .join(" &&\n")
            .replace("REASON", "the gate is one of the words now");
        sandbox.sh(&format!("{commands} &&\n{then}")).expect(0);
        let made = "git log -2 --format='%s %(trailers:key=Gate-Change,separator=%x2c)'; \
                    git show --format= --name-only HEAD; git status --short";
        assert_eq!(
            sandbox.sh(made).expect(0).stdout,
            format!(
                "Change the gates Gate-Change: the gate is one of the words now\n{subject} \n\
                 gates.toml\n"
            ),
            "{attempt}"
        );
    }
}

#[test]
fn a_command_that_was_pasted_as_it_was_printed_is_recognised() {
    let sandbox = scene_with_every_rule();
    let up = "git init -q --bare ../up.git && git push -q ../up.git main && git remote add origin ../up.git
              git fetch -q origin";
    sandbox.sh(up).expect(0);
    let way_out = |done: &Done| {
        let (_, command) = done.stderr.split_once("in place of REASON: ").unwrap();
        command.lines().next().unwrap().to_owned()
    };
    let fails = "echo FORBIDDEN >bad.txt; git add .; git commit -q -m bad";
    // It signs off, without which it would be refused next.
    let first = way_out(&sandbox.sh(fails).expect(1));
    assert!(first.ends_with(" -s -q -m bad"), "{first}");
    let done = sandbox.sh(&first).expect(1);
    assert_eq!(way_out(&done), first);
    // An editor may have it as it was printed, too.
    let in_message = "git commit -q -s -m bad -m 'Gate-Exception: words -- REASON'";
    sandbox.sh(in_message).expect(1);
    sandbox
        .sh(&first.replace("REASON", "the word is quoted here"))
        .expect(0);
    let weaker = "printf '[gates.words]\\nrun = \"true\"\\n' >gates.toml; git add .
                  git commit -q -s -m weaker --trailer 'Gate-Change: REASON'";
    let done = sandbox.sh(weaker).expect(1);
    done.says("note: gates.toml:2: the configuration was changed: words:")
        .says("`REASON` is a placeholder: write the reason in its place")
        .says("help: write a reason of at least 10 characters in line 4")
        .says("next: edit .git/gatekeeper/message-");
    sandbox
        .sh("gatekeeper audit --accept --root HEAD --reason REASON")
        .expect(2)
        .says("`REASON` is a placeholder: write the reason in its place");
}

#[test]
fn a_required_trailer_has_to_be_filled_in() {
    let gates = format!("{GATES}[commit-msg.trailers]\nrequire = [\"Ticket\"]\n");
    let sandbox = Sandbox::with_gates(&gates);
    sandbox.write(
        "message",
        "subject\n\nTicket: VALUE\nSigned-off-by: Jane Doe <jane@example.com>\n",
    );
    let done = sandbox
        .gatekeeper(&["message", "check", "message"])
        .expect(1);
    assert_snapshot!(done, @"
    gatekeeper: the message would be refused: 1 problem

    error[trailers.value]: the Ticket trailer is not filled in
      |
    3 | Ticket: VALUE
      |         ^^^^^
    note: `VALUE` is a placeholder: write the value in its place
    help: correct line 3
    ");
}

#[test]
fn a_gate_whose_env_names_an_unset_variable_could_not_start() {
    let sandbox = Sandbox::with_gates(
        "[gates.one]\nrun = 'sh -c \"echo $A\"'\nenv = { A = '$NOSUCH/x:$A' }\n",
    );
    assert_snapshot!(sandbox.gatekeeper(&["run"]).expect(3), @r#"
    unable: one could not start: `A` in its `env` names NOSUCH, which is not set
    gatekeeper run: 1 path tracked
    could not start  one          `A` in its `env` names NOSUCH, which is not set

    one could not start
        cause  `A` in its `env` names NOSUCH, which is not set
      command  sh -c "echo $A"
         help  set NOSUCH; or, if the gate does not need it, write `${NOSUCH:-}` in `env` of [gates.one] in gates.toml, which stands for nothing where it is not set

    1 could not start in [TIME]
    next: no verdict: not every gate could start; fix the problems above and try again
    "#);
    let gates = "[gates.one]\nrun = 'sh -c \"echo $A\"'\nexpect = 'x:y:'\nenv = { A = 'x:${NOSUCH:-y}:$A' }\n";
    sandbox.write("gates.toml", gates);
    sandbox.gatekeeper(&["run"]).expect(0);
}

#[test]
fn what_is_accepted_is_named_by_every_rule_that_it_breaks() {
    let sandbox = scene();
    let other =
        "git init -q ../library && cd ../library && echo 'x = 1  # noqa' >a.py && git add . &&
        git commit -q -m 'library'; cd - >/dev/null && git fetch -q ../library main &&
        git branch imported FETCH_HEAD 2>/dev/null; git rev-parse FETCH_HEAD";
    let tip = sandbox.sh(other).expect(0).stdout;
    let accept = format!(
        "gatekeeper audit --accept --root {} --reason 'imported as it is'",
        tip.trim()
    );
    sandbox.sh(&accept).expect(0).says(
        "breaks 2 rules of this repository: python.noqa-bare (1 commit), signed-off-by.missing (1 commit)",
    );
}

#[test]
fn commands_in_messages_work_where_path_does_not_lead_to_the_program() {
    let mut sandbox = Sandbox::new();
    sandbox.write("gates.toml", GATES);
    sandbox.git(&["add", "."]);
    let own = sandbox.copy_of_gatekeeper("the program");
    let path = sandbox.path_of_programs();
    // Another program of the name is not the one that is meant.
    sandbox.program("gatekeeper", "#!/bin/sh\nexit 9\n");
    let machine = sandbox.machine.to_string_lossy().into_owned();
    for search in [path, machine] {
        sandbox.set("PATH", search);
        let status = sandbox.sh("\"../the program\" status").expect(1);
        let install = status.stdout.rsplit('`').nth(1).unwrap().to_owned();
        assert_eq!(install, format!("'{}' install", own.display()));
        sandbox.sh(&install).expect(0);
        sandbox.sh("\"../the program\" status").expect(0);
        sandbox.sh("\"../the program\" uninstall").expect(0);
    }
    let done = sandbox
        .sh("\"../the program\" run --fix --from HEAD")
        .expect(2);
    sandbox
        .sh(&command(&done, "to fix every tracked file"))
        .expect(0);
}

#[test]
fn a_push_from_a_work_tree_of_a_bare_clone_knows_what_the_remote_has() {
    let sandbox = Sandbox::new().with_gatekeeper_on_path();
    sandbox.write("gates.toml", GATES);
    sandbox.sh(
        "git add .; git commit -q -m unsigned; echo 1 >a.txt; git add .; git commit -q -m 'unsigned, too'
        git clone -q --bare . ../remote.git; git clone -q --bare ../remote.git ../clone.git
        git -C ../clone.git worktree add -q ../work -b work",
    )
    .expect(0);
    let here = |script: &str| sandbox.sh(&format!("cd ../work && {script}"));
    here("gatekeeper install").expect(0);
    let nothing_new =
        here("git push -q origin work && git push -q ../remote.git work:other").expect(0);
    assert_eq!(nothing_new.stderr, "");
    here("echo 2 >a.txt; git commit -qsam signed 2>/dev/null && git push -q origin work").expect(0);
    // What the remote has not is checked as everywhere, however it is asked.
    here("git -c core.hooksPath=/dev/null commit -qm loose --allow-empty; echo 3 >a.txt
        git -c core.hooksPath=/dev/null commit -qsam loose; git -c core.hooksPath=/dev/null push -q . HEAD:refs/heads/x
        git clone -q --bare ../clone.git ../has-it.git; git config url.../has-it.git.insteadOf ../remote.git
        git config url.../remote.git.pushInsteadOf ../remote.git; git config remote.origin.url ../remote.git")
    .expect(0);
    here("git push -q origin HEAD:third")
        .expect(1)
        .says("commit message");
}
