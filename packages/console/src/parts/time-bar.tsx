import type { RequestRow } from "@turnpike/adapters/console";
import { ms } from "../text.js";

/** How a request's time is split, as a bar. `most` milliseconds are its whole width. */
export function TimeBar({ times, most }: { readonly times: RequestRow["times"]; readonly most: number }) {
  const inside = Math.min(times.cache + times.store, times.gateway);
  const parts = [
    { name: "gateway", time: times.gateway - inside },
    { name: "store", time: inside },
    { name: "backend", time: times.backend },
    { name: "client", time: times.client },
  ];
  let from = 0;
  const label = `total ${ms(times.total)}: gateway ${ms(times.gateway)}, backend ${ms(times.backend)}, caller ${ms(times.client)}`;
  return (
    <svg class="time-bar" role="img" aria-label={label} viewBox="0 0 100 8" preserveAspectRatio="none">
      <title>{label}</title>
      {parts.map(({ name, time }) => {
        const width = most > 0 ? Math.min((time / most) * 100, 100 - from) : 0;
        const x = from;
        from += width;
        return width <= 0 ? null : <rect key={name} class={`t-${name}`} x={x} y="0" width={Math.max(width, 0.4)} height="8" />;
      })}
    </svg>
  );
}

/** What the colours of the bars mean. */
export function TimeLegend() {
  return (
    <span class="legend small">
      {["gateway", "store", "backend", "client"].map((name) => (
        <span key={name}>
          <i class={`swatch t-${name}`} /> {name === "client" ? "caller" : name === "store" ? "cache and counters" : name}
        </span>
      ))}
    </span>
  );
}
