import type { GatewayState } from "@turnpike/adapters/console";
import type { ComponentChildren } from "preact";
import { api } from "../api.js";
import { Show, useLoaded } from "../loaded.js";
import { linkTo } from "../route.js";
import { age, keyText } from "../text.js";

/** Milliseconds between two looks. */
const PERIOD = 3_000;

/** How the gateway is at the moment. */
export function StatePage() {
  const state = useLoaded(() => api.state(), [], PERIOD);
  return <Show loaded={state}>{(value) => <State state={value} />}</Show>;
}

function State({ state }: { readonly state: GatewayState }) {
  const { now, since, backends, store, counters, cache, secrets, configuration, lastChange, source } = state;
  const looked = cache.hits + cache.misses;
  return (
    <article>
      <h1>State</h1>
      <section aria-labelledby="configuration">
        <h2 id="configuration">Configuration</h2>
        <p>
          In force for {age(since, now)}: {configuration.apis} APIs with {configuration.operations} operations,{" "}
          {configuration.products} products, {configuration.subscriptions} subscriptions, {configuration.backends} backends,{" "}
          {configuration.namedValues} named values.
        </p>
        {source !== null && (
          <p>
            It comes from {source.source}
            {source.origin === "last-good" ? ", as it was kept: the source could not be had" : ""}.
          </p>
        )}
        {source?.problem != null && <p role="alert">The source was not taken over at the last look: {source.problem.message}</p>}
        {configuration.setAside.length > 0 && (
          <Table head={["Set aside", "Why"]}>
            {configuration.setAside.map(({ kind, id, message }) => (
              <tr key={`${kind} ${id}`}>
                <td>
                  {kind} {id}
                </td>
                <td>{message}</td>
              </tr>
            ))}
          </Table>
        )}
        {configuration.findings.length > 0 && (
          <details>
            <summary>{configuration.findings.length} findings</summary>
            <ul>
              {configuration.findings.map(({ severity, place, message }, index) => (
                <li key={index}>
                  {severity} <span class="mono">{place}</span> {message}
                </li>
              ))}
            </ul>
          </details>
        )}
        <h3>What the last change made different</h3>
        {lastChange === null ? (
          <p class="muted">It has not changed since the console is there.</p>
        ) : (
          <>
            <p>
              {age(lastChange.at, now)} ago: {lastChange.differences.length === 0 ? "nothing that operations do." : ""}
            </p>
            <ul>
              {lastChange.differences.map(({ api: key, operation, method, url, change, route, backend, pipelines }) => (
                <li key={`${key} ${operation}`}>
                  <span class="mono">
                    {method} {url}
                  </span>{" "}
                  {change}
                  <ul>
                    {[...route, ...backend].map(({ name, before, after }) => (
                      <li key={name}>
                        {name}: <del>{before ?? "none"}</del> <ins>{after ?? "none"}</ins>
                      </li>
                    ))}
                    {pipelines.flatMap(({ products, changes }, group) =>
                      changes.map(({ change: what, section, policy }, index) => (
                        <li key={`${group} ${index}`}>
                          {what === "added" ? <ins>added</ins> : <del>removed</del>} in {section}: <code>{policy.name}</code>{" "}
                          <code class="muted">
                            {Object.entries(policy.attributes)
                              .map(([name, value]) => `${name}="${value}"`)
                              .join(" ")}
                          </code>{" "}
                          <span class="muted small">
                            {policy.file}:{policy.line}
                            {products.some((product) => product !== null)
                              ? `, for ${products.map((product) => product ?? "no product").join(", ")}`
                              : ""}
                          </span>
                        </li>
                      )),
                    )}
                  </ul>
                </li>
              ))}
            </ul>
          </>
        )}
      </section>
      <section aria-labelledby="backends">
        <h2 id="backends">Backends, breakers and pools</h2>
        {backends.length === 0 ? (
          <p class="muted">The configuration has no backend entities.</p>
        ) : (
          <Table head={["Backend", "Address or members", "Takes requests", "Breaker", "Failures"]}>
            {backends.map((backend) => (
              <tr key={`${backend.workspace} ${backend.id}`}>
                <td>
                  {backend.workspace === null ? "" : `${backend.workspace}/`}
                  {backend.id}
                </td>
                <td class="mono">{backend.url ?? backend.weights.join("; ")}</td>
                <td>
                  <b class={backend.isAvailable ? "good" : "bad"}>{backend.isAvailable ? "yes" : "no"}</b>
                </td>
                <td>
                  {backend.circuit ?? "none"}
                  {backend.openUntil === null ? "" : ` for ${age(now, backend.openUntil)}`}
                </td>
                <td class="number">{backend.failures}</td>
              </tr>
            ))}
          </Table>
        )}
      </section>
      <section aria-labelledby="limits">
        <h2 id="limits">Limits</h2>
        {counters.length === 0 ? (
          <p class="muted">No traced request has counted towards a limit that has not renewed since.</p>
        ) : (
          <Table head={["Policy", "Key", "Used", "", "Renews in"]}>
            {counters.map(({ policy, key, count, limit, renewsAt, request }) => (
              <tr key={`${policy} ${key}`}>
                <td>{policy}</td>
                <td class="mono">
                  <a href={linkTo("requests", request)}>{keyText(key)}</a>
                </td>
                <td class="number mono">
                  {count} of {limit}
                </td>
                <td>
                  <meter
                    min={0}
                    max={limit}
                    high={limit * 0.8}
                    value={Math.min(count, limit)}
                    aria-label={`${count} of ${limit}`}
                  />
                </td>
                <td>{renewsAt === null ? "never" : age(now, renewsAt)}</td>
              </tr>
            ))}
          </Table>
        )}
        <p class="muted small">As the last traced request of each key saw it, the nearest to its limit first.</p>
      </section>
      <section aria-labelledby="cache">
        <h2 id="cache">Cache and store</h2>
        <p>
          Counters are <b class={store.counters === "up" ? "good" : "bad"}>{store.counters}</b>, the cache is{" "}
          <b class={store.cache === "up" ? "good" : "bad"}>{store.cache}</b>. Of {looked} looks into the response cache,{" "}
          {cache.hits} found an entry
          {looked === 0 ? "" : ` (${Math.round((cache.hits / looked) * 100)} %)`}.
        </p>
      </section>
      <section aria-labelledby="secrets">
        <h2 id="secrets">Secrets</h2>
        {secrets.length === 0 ? (
          <p class="muted">The configuration has no secrets.</p>
        ) : (
          <Table head={["Secret", "From", "Age", "Looked up"]}>
            {secrets.map(({ what, from, since: changed, lookedUpAt, problem }) => (
              <tr key={what}>
                <td>{what}</td>
                <td>{from}</td>
                <td>{changed === null ? "never had" : age(changed, now)}</td>
                <td>{problem ?? (lookedUpAt === null ? "" : `${age(lookedUpAt, now)} ago`)}</td>
              </tr>
            ))}
          </Table>
        )}
      </section>
      <p class="muted small">
        The console keeps {state.console.rows} of {state.console.seen} requests, and {state.console.traces} traces in{" "}
        {Math.round(state.console.bytes / 1000)} KB.
      </p>
    </article>
  );
}

function Table({ head, children }: { readonly head: readonly string[]; readonly children: ComponentChildren }) {
  return (
    <div class="scrolls">
      <table>
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name} scope="col">
                {name === "" ? <span class="visually-hidden">Share</span> : name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
