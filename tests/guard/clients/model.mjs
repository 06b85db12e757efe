// Stands in for a model: asks once for `git commit --no-verify`, then says "finished". Speaks the interfaces of Anthropic, OpenAI
// (responses and chat completions) and Gemini. Usage: node model.mjs PORT LOG; each request is a line of LOG.
import fs from "node:fs"
import http from "node:http"

const [port, log] = process.argv.slice(2)
const command = "git commit --no-verify -m x"

const answers = {
  "/v1/messages": (request, text, send) => {
    const asks = (request.tools ?? []).some((tool) => tool.name === "Bash") && !text.includes("tool_result")
    const event = (type, fields) => send(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`)
    const usage = { input_tokens: 1, output_tokens: 1 }
    event("message_start", { message: { id: "m", type: "message", role: "assistant", model: request.model, content: [], usage } })
    const block = asks ? { type: "tool_use", id: "t", name: "Bash", input: {} } : { type: "text", text: "" }
    event("content_block_start", { index: 0, content_block: block })
    const input = JSON.stringify({ command, description: "x" })
    const delta = asks ? { type: "input_json_delta", partial_json: input } : { type: "text_delta", text: "finished" }
    event("content_block_delta", { index: 0, delta })
    event("content_block_stop", { index: 0 })
    event("message_delta", { delta: { stop_reason: asks ? "tool_use" : "end_turn" }, usage })
    event("message_stop", {})
  },
  "/responses": (request, text, send) => {
    const event = (fields) => send(`event: ${fields.type}\ndata: ${JSON.stringify(fields)}\n\n`)
    const names = (request.tools ?? []).map((tool) => tool.name)
    const name = ["exec_command", "shell_command", "shell"].find((name) => names.includes(name))
    const input = { exec_command: { cmd: command }, shell: { command: ["bash", "-lc", command] }, shell_command: { command } }[name]
    const item = text.includes("function_call_output")
      ? { type: "message", role: "assistant", id: "m", content: [{ type: "output_text", text: "finished" }] }
      : { type: "function_call", call_id: "c", name, arguments: JSON.stringify(input) }
    event({ type: "response.created", response: { id: "r" } })
    event({ type: "response.output_item.done", item })
    const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 }
    event({ type: "response.completed", response: { id: "r", usage } })
  },
  "enerateContent": (request, text, send) => {
    const asks = text.includes("run_shell_command") && !text.includes("functionResponse")
    const call = { functionCall: { name: "run_shell_command", args: { command, description: "x" } } }
    const content = { role: "model", parts: [asks ? call : { text: "finished" }] }
    const usageMetadata = { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 }
    send(`data: ${JSON.stringify({ candidates: [{ content, finishReason: "STOP", index: 0 }], usageMetadata })}\n\n`)
  },
  "/chat/completions": (request, text, send) => {
    const asks = (request.tools ?? []).some((tool) => tool.function?.name === "bash") && !text.includes('"role":"tool"')
    const chunk = (delta, finish_reason) => {
      const choices = [{ index: 0, delta, finish_reason }]
      send(`data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "m", choices })}\n\n`)
    }
    const input = JSON.stringify({ command, description: "x" })
    const call = { index: 0, id: "c", type: "function", function: { name: "bash", arguments: input } }
    chunk(asks ? { role: "assistant", tool_calls: [call] } : { role: "assistant", content: "finished" }, null)
    chunk({}, asks ? "tool_calls" : "stop")
    send("data: [DONE]\n\n")
  },
}

http
  .createServer((request, response) => {
    let text = ""
    request.on("data", (part) => (text += part))
    request.on("end", () => {
      fs.appendFileSync(log, JSON.stringify({ url: request.url, text }) + "\n")
      const answer = Object.entries(answers).find(([part]) => request.url.includes(part))?.[1]
      if (!answer || request.url.includes("count_tokens")) {
        response.setHeader("content-type", "application/json")
        response.end('{"input_tokens":1,"data":[],"models":[]}')
        return
      }
      response.setHeader("content-type", "text/event-stream")
      answer(JSON.parse(text), text, (part) => response.write(part))
      response.end()
    })
  })
  .listen(Number(port), "127.0.0.1")
