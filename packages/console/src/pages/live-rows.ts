import type { RequestEvent, RequestRow } from "@turnpike/adapters/console";
import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../api.js";

/** Rows that the page holds. */
const MOST_ROWS = 5_000;

/** The live list, and how it fares. */
export interface LiveRows {
  readonly rows: readonly RequestRow[];
  /** Requests that match but were too many to be sent here. */
  readonly skipped: number;
  readonly seen: number;
  readonly state: "connecting" | "live" | "away";
  readonly error: string | null;
  readonly isPaused: boolean;
  /** Rows that have come in while the list stands still. */
  readonly waiting: number;
  pause(isPaused: boolean): void;
}

/** Follows the requests that match a query, the latest first. */
export function useLiveRows(query: string): LiveRows {
  const [rows, setRows] = useState<readonly RequestRow[]>([]);
  const [counts, setCounts] = useState({ skipped: 0, seen: 0 });
  const [state, setState] = useState<LiveRows["state"]>("connecting");
  const [error, setError] = useState<string | null>(null);
  const [isPaused, setPaused] = useState(false);
  const [waiting, setWaiting] = useState(0);
  const held = useRef<RequestRow[]>([]);
  const paused = useRef(false);
  useEffect(() => {
    let stream: EventSource | null = null;
    let isOver = false;
    let again: ReturnType<typeof setTimeout> | undefined;
    held.current = [];
    setWaiting(0);
    const start = async (): Promise<void> => {
      const first = await api.requests(new URLSearchParams(`${query}&limit=1000`));
      if (isOver) return;
      setRows(first.rows);
      setCounts({ skipped: 0, seen: first.seen });
      setError(null);
      let latest = first.seen;
      const open = (): void => {
        const parameters = new URLSearchParams(query);
        parameters.set("after", String(latest));
        stream = new EventSource(api.streamOf(parameters));
        stream.onopen = () => setState("live");
        stream.onerror = () => {
          setState("away");
          // The browser's own attempts would ask from where the first one did.
          stream?.close();
          if (!isOver) again = setTimeout(open, 2_000);
        };
        stream.onmessage = ({ data }: MessageEvent<string>) => {
          const event = JSON.parse(data) as RequestEvent;
          latest = event.seen;
          setCounts(({ skipped }) => ({ skipped: skipped + event.skipped, seen: event.seen }));
          if (event.rows.length === 0) return;
          if (paused.current) {
            held.current = [...event.rows, ...held.current].slice(0, MOST_ROWS);
            setWaiting(held.current.length);
          } else setRows((known) => [...event.rows, ...known].slice(0, MOST_ROWS));
        };
      };
      open();
    };
    start().catch((reason: unknown) => {
      setState("away");
      setError(reason instanceof Error ? reason.message : String(reason));
    });
    return () => {
      isOver = true;
      clearTimeout(again);
      stream?.close();
    };
  }, [query]);
  return {
    rows,
    ...counts,
    state,
    error,
    isPaused,
    waiting,
    pause(wanted) {
      paused.current = wanted;
      setPaused(wanted);
      if (wanted) return;
      const missed = held.current;
      held.current = [];
      setWaiting(0);
      setRows((known) => [...missed, ...known].slice(0, MOST_ROWS));
    },
  };
}
