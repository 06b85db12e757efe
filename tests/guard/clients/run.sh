#!/bin/sh
# Starts real hosts of agents with the guard installed and a model that only asks for a bypass, and says which have refused it.
# Usage: run.sh GATEKEEPER MODULES, where MODULES is a node_modules with @anthropic-ai/claude-code, @openai/codex,
# @google/gemini-cli and opencode-ai. Nothing leaves the machine.
set -eu
gatekeeper=$1 modules=$2
here=$(cd "$(dirname "$0")" && pwd)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
port=18900

try() {
    name=$1
    shift
    port=$((port + 1))
    top=$root/$name
    mkdir -p "$top/home" "$top/bin" "$top/repository"
    ln -s "$gatekeeper" "$top/bin/gatekeeper"
    cd "$top/repository"
    export HOME="$top/home" PATH="$top/bin:$PATH" PORT=$port
    git init -q .
    printf '[gates.a]\nrun = "true"\n' >gates.toml
    gatekeeper install --agent "$name" 2>"$top/installed"
    node "$here/model.mjs" "$port" "$top/log" &
    model=$!
    sleep 1
    "$@" </dev/null >"$top/output" 2>&1 || true
    kill "$model"
    # The reason has reached the model.
    if grep -q 'gatekeeper refused this: `--no-verify`' "$top/log"; then
        echo "$name: refused"
    else
        echo "$name: NOT refused"
        tail -5 "$top/output"
    fi
}

claude() {
    ANTHROPIC_BASE_URL=http://127.0.0.1:$PORT ANTHROPIC_API_KEY=x IS_SANDBOX=1 DISABLE_AUTOUPDATER=1 \
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1 \
        timeout 120 "$modules"/@anthropic-ai/claude-code-*/claude -p commit --dangerously-skip-permissions
}

codex() {
    mkdir -p "$HOME/.codex"
    cat >"$HOME/.codex/config.toml" <<END
model = "gpt-5.5"
model_provider = "stand-in"
[model_providers.stand-in]
name = "stand-in"
base_url = "http://127.0.0.1:$PORT/v1"
wire_api = "responses"
[projects."$(pwd)"]
trust_level = "trusted"
END
    timeout 120 "$modules"/@openai/codex-*/vendor/*/bin/codex exec --dangerously-bypass-approvals-and-sandbox \
        --dangerously-bypass-hook-trust commit
}

gemini() {
    mkdir -p "$HOME/.gemini"
    echo '{"security":{"auth":{"selectedType":"gemini-api-key"},"folderTrust":{"enabled":false}}}' >"$HOME/.gemini/settings.json"
    GOOGLE_GEMINI_BASE_URL=http://127.0.0.1:$PORT GEMINI_API_KEY=x GEMINI_CLI_TRUST_WORKSPACE=true \
        timeout 120 node "$modules/@google/gemini-cli/bundle/gemini.js" --yolo -m gemini-2.5-pro -p commit
}

opencode() {
    cat >opencode.json <<END
{"autoupdate":false,"model":"stand-in/m","small_model":"stand-in/m","permission":{"bash":"allow"},"provider":{"stand-in":{
"npm":"@ai-sdk/openai-compatible","options":{"baseURL":"http://127.0.0.1:$PORT/v1","apiKey":"x"},
"models":{"m":{"name":"m","tool_call":true}}}}}
END
    # There may be one for each C library.
    set -- "$modules"/opencode-*/bin/opencode
    timeout 120 "$1" run commit
}

for name in claude codex gemini opencode; do
    (try "$name" "$name")
done
