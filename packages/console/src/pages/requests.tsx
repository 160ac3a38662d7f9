import type { RequestRow } from "@turnpike/adapters/console";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { api } from "../api.js";
import { useLoaded } from "../loaded.js";
import { TimeBar, TimeLegend } from "../parts/time-bar.js";
import { VirtualRows } from "../parts/virtual-rows.js";
import { linkTo } from "../route.js";
import { clockTime, ms, pathOf, statusClass } from "../text.js";
import { useLiveRows } from "./live-rows.js";

const STATUSES = ["2xx", "3xx", "4xx", "5xx", "401", "403", "404", "429", "500", "502", "503", "504", "0"];
const LAYERS = ["gateway", "backend", "cache", "host"];

type Filter = Readonly<Record<string, string>>;

/** The live list of requests. */
export function RequestsPage() {
  const [filter, setFilter] = useState<Filter>(readFilter);
  const query = useMemo(
    () => new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== "")).toString(),
    [filter],
  );
  const live = useLiveRows(query);
  const catalogue = useLoaded(() => api.catalogue(), []);
  const search = useRef<HTMLInputElement>(null);
  const set = (name: string, value: string): void => {
    const changed = { ...filter, [name]: value };
    setFilter(changed);
    sessionStorage.setItem("filter", JSON.stringify(changed));
  };
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.target instanceof HTMLElement && event.target.closest("input, textarea, select") !== null) return;
      if (event.key === "/") {
        event.preventDefault();
        search.current?.focus();
      } else if (event.key === "p") live.pause(!live.isPaused);
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  });
  const operations =
    catalogue.kind === "there"
      ? catalogue.value.apis.flatMap(({ id, operations: all }) => all.map((operation) => `${id}/${operation.id}`))
      : [];
  const subscriptions = catalogue.kind === "there" ? catalogue.value.subscriptions.map(({ id }) => id) : [];
  const most = live.rows.slice(0, 300).reduce((longest, { times }) => Math.max(longest, times.total), 1);
  const isFiltered = query !== "";
  return (
    <section class="requests">
      <h1 class="visually-hidden">Requests</h1>
      <search class="bar">
        <input
          ref={search}
          type="search"
          placeholder="URL, id or error   /"
          aria-label="URL, request id or error"
          value={filter["text"] ?? ""}
          onInput={({ currentTarget }) => set("text", currentTarget.value)}
        />
        <Choice label="Status" value={filter["status"]} choices={STATUSES} set={(value) => set("status", value)} />
        <Choice label="Answered by" value={filter["by"]} choices={LAYERS} set={(value) => set("by", value)} />
        <Choice
          label="Operation"
          value={filter["operation"]}
          choices={[...new Set(operations)]}
          set={(value) => set("operation", value)}
        />
        <Choice
          label="Subscription"
          value={filter["subscription"]}
          choices={subscriptions}
          set={(value) => set("subscription", value)}
        />
        <Choice
          label="Slower than"
          value={filter["slower"]}
          choices={["100", "500", "1000", "5000"]}
          unit=" ms"
          set={(value) => set("slower", value)}
        />
        {isFiltered && (
          <button
            type="button"
            onClick={() => {
              setFilter({});
              sessionStorage.removeItem("filter");
            }}
          >
            Clear
          </button>
        )}
        <span class="gap" />
        <button type="button" aria-pressed={live.isPaused} onClick={() => live.pause(!live.isPaused)} title="Key p">
          {live.isPaused ? `Go on (${live.waiting} new)` : "Pause"}
        </button>
      </search>
      <VirtualRows<RequestRow>
        rows={live.rows}
        keyOf={({ id }) => id}
        label="Requests, the latest first"
        open={({ id }) => {
          location.hash = linkTo("requests", id);
        }}
        head={["Time", "Status", "Request", "Answered by", "Why", "Took", "Where the time went"].map((name) => (
          <span key={name} role="columnheader">
            {name}
          </span>
        ))}
        cells={(row) => (
          <>
            <span role="gridcell" class="mono muted">
              {clockTime(row.at)}
            </span>
            <span role="gridcell">
              <b class={`status ${statusClass(row.status)}`}>{row.status === 0 ? "gone" : row.status}</b>
            </span>
            <span role="gridcell" class="mono">
              <a href={linkTo("requests", row.id)} tabIndex={-1}>
                {row.method} {pathOf(row.url)}
              </a>
            </span>
            <span role="gridcell">
              {row.by.layer}
              {row.by.policy !== null && <span class="muted"> {row.by.policy}</span>}
            </span>
            <span role="gridcell" class="muted" title={row.error?.message ?? ""}>
              {row.error?.reason ?? (row.cache === "hit" ? "from the cache" : "")}
            </span>
            <span role="gridcell" class="mono number">
              {ms(row.times.total)}
            </span>
            <span role="gridcell">
              <TimeBar times={row.times} most={most} />
            </span>
          </>
        )}
      />
      <footer class="bar small muted">
        <span role="status">
          {live.state === "live"
            ? "Live"
            : live.state === "connecting"
              ? "Connecting…"
              : (live.error ?? "The gateway is away; trying again…")}
        </span>
        <span>{live.seen} requests seen</span>
        {live.skipped > 0 && <span>{live.skipped} more matched than are shown</span>}
        {live.rows.length === 0 && (
          <span>{isFiltered ? "No request matches." : "Send a request to the gateway: it shows up here."}</span>
        )}
        <span class="gap" />
        <TimeLegend />
      </footer>
    </section>
  );
}

function Choice({
  label,
  value = "",
  choices,
  unit = "",
  set,
}: {
  readonly label: string;
  readonly value: string | undefined;
  readonly choices: readonly string[];
  readonly unit?: string;
  readonly set: (value: string) => void;
}) {
  return (
    <label>
      <span class="visually-hidden">{label}</span>
      <select value={value} onChange={({ currentTarget }) => set(currentTarget.value)} class={value === "" ? "" : "chosen"}>
        <option value="">{label}</option>
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {choice === "0" ? "gone" : choice}
            {unit}
          </option>
        ))}
      </select>
    </label>
  );
}

function readFilter(): Filter {
  try {
    return JSON.parse(sessionStorage.getItem("filter") ?? "{}") as Filter;
  } catch {
    return {};
  }
}
