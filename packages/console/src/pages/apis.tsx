import type { Catalogue, CatalogueApi, CatalogueOperation } from "@turnpike/adapters/console";
import type { EffectivePolicy } from "@turnpike/core/tools";
import { useState } from "preact/hooks";
import { api } from "../api.js";
import { Show, useLoaded } from "../loaded.js";
import { SendForm } from "../parts/send-form.js";
import { linkTo } from "../route.js";

const SECTIONS = ["inbound", "backend", "outbound", "on-error"] as const;

/** The catalogue; an operation of it with its pipeline in effect, and a form to try it. */
export function ApisPage({
  api: key,
  operation,
  canSend,
}: {
  readonly api: string | null;
  readonly operation: string | null;
  readonly canSend: boolean;
}) {
  const catalogue = useLoaded(() => api.catalogue(), []);
  const [wanted, setWanted] = useState("");
  return (
    <Show loaded={catalogue}>
      {(value) => {
        const chosenApi = value.apis.find((candidate) => candidate.key === key) ?? null;
        const chosen = chosenApi?.operations.find(({ id }) => id === operation) ?? null;
        return (
          <div class="apis">
            <nav aria-label="APIs">
              <input
                type="search"
                aria-label="Find an operation"
                placeholder="Find an operation"
                value={wanted}
                onInput={({ currentTarget }) => setWanted(currentTarget.value)}
              />
              {value.apis.map((shown) => (
                <ApiEntry key={shown.key} shown={shown} wanted={wanted.toLowerCase()} chosen={chosen} />
              ))}
            </nav>
            <section aria-label="Operation">
              {chosenApi === null || chosen === null ? (
                <>
                  <h1>APIs</h1>
                  <p class="muted">Choose an operation: its pipeline in effect is shown here, in the order in which it runs.</p>
                </>
              ) : (
                <Operation
                  key={`${chosenApi.key} ${chosen.id}`}
                  api={chosenApi}
                  operation={chosen}
                  catalogue={value}
                  canSend={canSend}
                />
              )}
            </section>
          </div>
        );
      }}
    </Show>
  );
}

function ApiEntry({
  shown,
  wanted,
  chosen,
}: {
  readonly shown: CatalogueApi;
  readonly wanted: string;
  readonly chosen: CatalogueOperation | null;
}) {
  const operations = shown.operations.filter(({ method, url, name }) =>
    `${shown.name} ${method} ${url} ${name}`.toLowerCase().includes(wanted),
  );
  if (operations.length === 0) return null;
  return (
    <>
      <h2 class="small">
        {shown.name}
        {shown.version === null ? "" : ` ${shown.version}`}
        {shown.isCurrent ? "" : ` (revision ${shown.revision})`}
      </h2>
      <ul>
        {operations.map((operation) => (
          <li key={operation.id}>
            <a
              href={linkTo("apis", shown.key, operation.id)}
              aria-current={operation === chosen ? "page" : undefined}
              class="mono"
            >
              <b>{operation.method}</b> {operation.url}
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}

function Operation({
  api: shown,
  operation,
  catalogue,
  canSend,
}: {
  readonly api: CatalogueApi;
  readonly operation: CatalogueOperation;
  readonly catalogue: Catalogue;
  readonly canSend: boolean;
}) {
  const [product, setProduct] = useState<string | null>(null);
  const pipeline = useLoaded(() => api.pipeline(shown.key, operation.id, product), [shown.key, operation.id, product]);
  return (
    <>
      <h1 class="mono">
        {operation.method} {operation.url}
      </h1>
      <dl class="facts">
        {[
          ["API", `${shown.name} (${shown.id})`],
          ["Operation", `${operation.name} (${operation.id})`],
          ["Service", shown.serviceUrl ?? "set by a policy"],
          ["Products", shown.products.map(({ name }) => name).join(", ") || "none"],
          ["Key", shown.subscriptionRequired ? "required" : "not required"],
          ["Type", shown.type],
        ].map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {canSend && (
        <details class="panel" open>
          <summary>Try it</summary>
          <SendForm
            start={{
              method: operation.method,
              url: `${catalogue.origin}${operation.url}`,
              headers: [],
              body: "",
              subscription: null,
            }}
            catalogue={catalogue}
          />
        </details>
      )}
      <Show loaded={pipeline}>
        {({ products, product: chosen, sections }) => (
          <section aria-labelledby="effective">
            <h2 id="effective">Pipeline in effect</h2>
            {products.length > 0 && (
              <label>
                In the context of{" "}
                <select value={chosen ?? ""} onChange={({ currentTarget }) => setProduct(currentTarget.value)}>
                  <option value="">no product</option>
                  {products.map(({ id, name }) => (
                    <option key={id} value={id}>
                      {name}
                    </option>
                  ))}
                </select>
              </label>
            )}
            {SECTIONS.map((section) => (
              <div key={section}>
                <h3>{section}</h3>
                {sections[section].length === 0 ? <p class="muted">nothing</p> : <Policies policies={sections[section]} />}
              </div>
            ))}
          </section>
        )}
      </Show>
    </>
  );
}

function Policies({ policies }: { readonly policies: readonly EffectivePolicy[] }) {
  return (
    <ol class="policies">
      {policies.map((policy, index) => (
        <li key={index}>
          <code>
            <b>{policy.name}</b>
            {Object.entries(policy.attributes).map(([name, value]) => (
              <span key={name}>
                {" "}
                <span class="attribute">{name}</span>=<span class="value">"{value}"</span>
              </span>
            ))}
          </code>{" "}
          <span class="muted small">
            {policy.scope}
            {policy.fragment === null ? "" : `, fragment ${policy.fragment}`}, {policy.file}:{policy.line}
          </span>
          {policy.text !== null && <pre class="body">{policy.text}</pre>}
          {policy.elements.length > 0 && <Policies policies={policy.elements} />}
        </li>
      ))}
    </ol>
  );
}
