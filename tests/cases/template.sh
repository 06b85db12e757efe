# Makes what every case starts from: a repository of three good commits (the first had a bad file,
# which the second took away), and the bare repository that it was pushed to.
git init --quiet --bare --template= upstream.git
git init --quiet --template= repository
cd repository
cat >gates.toml <<'GATES'
[gates.words]
run = "! grep -n FORBIDDE[N] {files}"

[gates.pair]
run = "! test -e left.txt || ! test -e right.txt"
files = ["left.txt", "right.txt"]

[commit-msg.signed-off-by]
required = "always"
GATES
mkdir folder
for name in a b folder/c; do
    printf '%s\n' one two three four five six seven eight >"$name.txt"
done
echo FORBIDDEN >old.txt
git add .
git commit --quiet --signoff --message 'first'
git rm --quiet old.txt
git commit --quiet --signoff --message 'take the old file away'
echo nine >>a.txt
git commit --quiet --signoff --all --message 'more of a'
git remote add origin ../upstream.git
git push --quiet --set-upstream origin main
git remote set-head origin main
# Few files are copied sooner than many.
git repack -q -a -d
git -C ../upstream.git repack -q -a -d
