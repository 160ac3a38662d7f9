// The upstream of the AI benchmark: a chat completion, whole or as a stream of 200 events, as the request asks.
import { createServer } from "node:http";
import { ready } from "../servers.mjs";

const EVENTS = 200;
const usage = { prompt_tokens: 20, completion_tokens: EVENTS, total_tokens: 20 + EVENTS };
const about = { id: "chatcmpl-1", created: 1, model: "gpt-4o" };
const whole = Buffer.from(
  JSON.stringify({
    ...about,
    object: "chat.completion",
    choices: [{ index: 0, message: { role: "assistant", content: "The sky is blue. ".repeat(50) }, finish_reason: "stop" }],
    usage,
  }),
);
const event = (more) => Buffer.from(`data: ${JSON.stringify({ ...about, object: "chat.completion.chunk", ...more })}\n\n`);
const piece = event({ choices: [{ index: 0, delta: { content: "blue " }, finish_reason: null }] });
const end = Buffer.concat([event({ choices: [], usage }), Buffer.from("data: [DONE]\n\n")]);

createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    if (!Buffer.concat(chunks).includes('"stream":true')) {
      response.writeHead(200, { "Content-Type": "application/json", "Content-Length": whole.length });
      return response.end(whole);
    }
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    let sent = 0;
    // Event by event, as a model does, in a turn of the loop each.
    const next = () => {
      if (sent++ < EVENTS) {
        response.write(piece);
        setImmediate(next);
      } else response.end(end);
    };
    next();
  });
}).listen(0, "127.0.0.1", function () {
  ready(this.address().port);
});
