import type { Catalogue, SentRequest } from "@turnpike/adapters/console";
import { useState } from "preact/hooks";
import { api } from "../api.js";
import { linkTo } from "../route.js";

/** What a form for a request begins with. */
export interface SendStart {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  readonly subscription: string | null;
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/** A form that sends a request through the gateway, and leads to what became of it. Keys and tokens are put in by the console's server. */
export function SendForm({ start, catalogue }: { readonly start: SendStart; readonly catalogue: Catalogue }) {
  const [method, setMethod] = useState(start.method);
  const [url, setUrl] = useState(start.url);
  const [headers, setHeaders] = useState(start.headers.map(([name, value]) => `${name}: ${value}`).join("\n"));
  const [body, setBody] = useState(start.body);
  const [subscription, setSubscription] = useState(start.subscription ?? "");
  const [token, setToken] = useState("");
  const [message, setMessage] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  const send = async (): Promise<void> => {
    const pairs = headers
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => [line.slice(0, Math.max(0, line.indexOf(":"))).trim(), line.slice(line.indexOf(":") + 1).trim()] as const);
    const request: SentRequest = {
      method,
      url,
      headers: pairs,
      body: body === "" ? null : body,
      subscription: subscription === "" ? null : subscription,
      token: token === "" ? null : token,
    };
    setSending(true);
    setMessage(null);
    try {
      const { id } = await api.send(request);
      location.hash = linkTo("requests", id);
    } catch (error) {
      setMessage(error instanceof Error ? error.message : String(error));
    } finally {
      setSending(false);
    }
  };
  return (
    <form
      class="send"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <div class="bar">
        <label>
          Method{" "}
          <select value={method} onChange={({ currentTarget }) => setMethod(currentTarget.value)}>
            {[...new Set([...METHODS, start.method])].map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label class="wide">
          URL <input value={url} onInput={({ currentTarget }) => setUrl(currentTarget.value)} spellcheck={false} class="mono" />
        </label>
      </div>
      <div class="bar">
        <label>
          Key of{" "}
          <select value={subscription} onChange={({ currentTarget }) => setSubscription(currentTarget.value)}>
            <option value="">no subscription</option>
            {catalogue.subscriptions.map(({ id, name, scope, state }) => (
              <option key={id} value={id}>
                {name ?? id} ({scope}
                {state === "active" ? "" : `, ${state}`})
              </option>
            ))}
          </select>
        </label>
        {catalogue.tokens.length > 0 && (
          <label>
            Token{" "}
            <select value={token} onChange={({ currentTarget }) => setToken(currentTarget.value)}>
              <option value="">none</option>
              {catalogue.tokens.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        )}
      </div>
      <label class="block">
        Headers, one a line
        <textarea
          class="mono"
          rows={4}
          value={headers}
          onInput={({ currentTarget }) => setHeaders(currentTarget.value)}
          spellcheck={false}
        />
      </label>
      <label class="block">
        Body
        <textarea
          class="mono"
          rows={5}
          value={body}
          onInput={({ currentTarget }) => setBody(currentTarget.value)}
          spellcheck={false}
        />
      </label>
      <div class="bar">
        <button type="submit" class="primary" disabled={isSending}>
          {isSending ? "Sending…" : "Send"}
        </button>
        {message !== null && <span role="alert">{message}</span>}
      </div>
    </form>
  );
}
