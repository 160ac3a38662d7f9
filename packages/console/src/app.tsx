import { useEffect, useState } from "preact/hooks";
import { api } from "./api.js";
import { useLoaded } from "./loaded.js";
import { ApisPage } from "./pages/apis.js";
import { ComparePage } from "./pages/compare.js";
import { RequestPage } from "./pages/request.js";
import { RequestsPage } from "./pages/requests.js";
import { StatePage } from "./pages/state.js";
import { linkTo, useRoute } from "./route.js";

const TABS = [
  { name: "Requests", key: "requests" },
  { name: "APIs", key: "apis" },
  { name: "State", key: "state" },
] as const;

/** The whole page: what it shows depends on the part of the address behind the `#`. */
export function App() {
  const route = useRoute();
  const facts = useLoaded(() => api.facts(), []);
  const [tab = "requests", ...rest] = route.parts;
  const canSend = facts.kind === "there" && !facts.value.isReadOnly;
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      const isTyping =
        event.target instanceof HTMLElement && event.target.closest("input, textarea, select, [contenteditable]") !== null;
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      const chosen = TABS[Number(event.key) - 1];
      if (chosen !== undefined) location.hash = linkTo(chosen.key);
      if (event.key === "Escape" && rest.length > 0) location.hash = linkTo(tab === "compare" ? "requests" : tab);
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [tab, rest.length]);
  return (
    <>
      <header class="top">
        <a class="brand" href={linkTo("requests")}>
          Turnpike
        </a>
        <nav aria-label="Console">
          {TABS.map(({ name, key }, index) => (
            <a key={key} href={linkTo(key)} aria-current={tab === key ? "page" : undefined} title={`Key ${index + 1}`}>
              {name}
            </a>
          ))}
        </nav>
        <span class="gap" />
        {facts.kind === "there" && (
          <span class="muted small">
            {facts.value.gateway} · {facts.value.version} · {facts.value.isReadOnly ? "read-only" : "may send"}
          </span>
        )}
        <Theme />
      </header>
      <main>
        {tab === "requests" && rest[0] === undefined && <RequestsPage />}
        {tab === "requests" && rest[0] !== undefined && <RequestPage key={rest[0]} id={rest[0]} canSend={canSend} />}
        {tab === "compare" && <ComparePage left={rest[0] ?? ""} right={rest[1] ?? ""} />}
        {tab === "apis" && <ApisPage api={rest[0] ?? null} operation={rest[1] ?? null} canSend={canSend} />}
        {tab === "state" && <StatePage />}
      </main>
    </>
  );
}

const THEMES = ["system", "light", "dark"] as const;

/** Light, dark, or as the system has it. */
function Theme() {
  const [theme, setTheme] = useState<(typeof THEMES)[number]>(
    () => THEMES.find((known) => known === localStorage.getItem("theme")) ?? "system",
  );
  useEffect(() => {
    document.documentElement.dataset["theme"] = theme;
    localStorage.setItem("theme", theme);
  }, [theme]);
  return (
    <button type="button" class="quiet" onClick={() => setTheme(THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]!)}>
      Theme: {theme}
    </button>
  );
}
