#!/bin/sh
# Checks the reports of a failing run against the schemas and parsers of those who read them, which come from PyPI and npm.
# usage: tests/reports.sh PATH-TO-GATEKEEPER [WORK-DIRECTORY]
# Needs the network, git, python3 with venv, and npm; headless Chromium, if it is there, for the page.
set -eu

gatekeeper=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
work=${2:-$(mktemp -d)}
mkdir -p "$work"
cd "$work"

[ -d python ] || python3 -m venv python
python/bin/pip --quiet install check-jsonschema junitparser
[ -d node_modules ] || npm install --silent --no-save @microsoft/sarif-multitool-linux @umbrelladocs/rdformat-validator

rm -rf repository
git init --quiet repository
(
    cd repository
    git config user.name 'Jane Doe'
    git config user.email jane@example.com
    cat >gates.toml <<'GATES'
[gates.lint]
kind = "lint"
run = "sh lint.sh"

[gates.test]
kind = "test"
level = "warn"
run = "sh -c 'echo 3 failed; exit 1'"

[gates.format]
kind = "format"
run = "true"

[gates.docs]
run = "true"
files = ["*.md"]
GATES
    cat >lint.sh <<'LINT'
printf '%s\n' 'src/my app.py:1:8: F401 `os` imported <b>but</b> unused' 'other.py:3: error: ]]> & % :: , @someone [x]'
printf '\033[31m::error::no command\033[0m\a\n'
exit 1
LINT
    mkdir src
    echo 'import os' >'src/my app.py'
    printf 'a\nb\nc\n' >other.py
    git add .
    git commit --quiet --message 'x'
)

# In a repository of its own: the run, and a record with every outcome.
report() { (cd repository && "$gatekeeper" report "$@"); }
(cd repository && "$gatekeeper" run --quiet) 2>/dev/null || [ $? -eq 1 ]
runs=repository/.git/gatekeeper/runs
python3 - "$here/reports/failed.json" "$runs" <<'RECORD'
import json, sys
record = json.load(open(sys.argv[1]))
heading = {name: record[name] for name in ("run", "started", "trigger", "verdict", "duration_ms", "tree")}
heading["gates"] = []
with open(f"{sys.argv[2]}/{record['run']}.json", "w") as file:
    file.write(json.dumps(heading) + "\n" + json.dumps(record) + "\n")
RECORD

cat >code-quality.schema.json <<'SCHEMA'
{"type": "array", "items": {"type": "object", "required": ["description", "check_name", "fingerprint", "severity", "location"],
 "properties": {"description": {"type": "string", "minLength": 1}, "check_name": {"type": "string", "minLength": 1},
  "fingerprint": {"type": "string", "minLength": 1}, "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
  "location": {"type": "object", "required": ["path"], "properties": {"path": {"type": "string", "pattern": "^[^./]"},
   "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}}}}}}}
SCHEMA

failed=0
right() {
    name=$1
    shift
    if "$@" >out.log 2>&1; then
        echo "right  $name"
    else
        echo "WRONG  $name"
        cat out.log
        failed=1
    fi
}

sarif() {
    node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool validate "$1" --output validated.sarif --log ForceOverwrite \
        --level 'Error' --rule-kind 'Sarif;Ghas' || return 1
    python3 - <<'RESULTS'
import json, sys
results = [result for run in json.load(open("validated.sarif"))["runs"] for result in run["results"]]
for result in results:
    print(result["ruleId"], result.get("level"), json.dumps(result["message"]), json.dumps(result.get("locations"))[:300])
sys.exit(any(result.get("level", "warning") == "error" for result in results))
RESULTS
}

page() {
    # 0 is dark and 1 is light.
    chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --blink-settings="preferredColorScheme=$4" \
        --window-size="$2,2400" --screenshot="page-$3-$2-$4.png" "file://$work/$1" && [ -s "page-$3-$2-$4.png" ]
}

for run in "$(ls "$runs" | tail -n 1 | sed 's/[.]json$//')" 20260131-123456-0123abcd; do
    for format in json jsonl junit sarif gitlab rdjson markdown html; do
        report "$run" --format "$format" >"report.$format"
    done
    for format in json jsonl; do report --schema "$format" >"$format.schema.json"; done
    right "json, its schema" python/bin/check-jsonschema --schemafile json.schema.json report.json
    i=0
    while IFS= read -r line; do
        i=$((i + 1))
        printf '%s\n' "$line" >event.json
        right "jsonl, line $i, its schema" python/bin/check-jsonschema --schemafile jsonl.schema.json event.json
    done <report.jsonl
    right "gitlab, the documented fields" python/bin/check-jsonschema --schemafile code-quality.schema.json report.gitlab
    right "junit, junitparser" python/bin/python -c \
        "import junitparser; xml = junitparser.JUnitXml.fromfile('report.junit'); assert xml.failures + xml.errors > 0"
    right "sarif, the multitool with the rules for code scanning" sarif report.sarif
    right "rdjson, its validator" node_modules/.bin/rdformat-validator --strict --silent report.rdjson
    if command -v chromium >/dev/null; then
        for width in 1200 390; do
            for scheme in 0 1; do
                right "html, chromium, $width pixels, scheme $scheme" page report.html "$width" "$run" "$scheme"
            done
        done
    fi
done
echo "the files are in $work"
exit "$failed"
