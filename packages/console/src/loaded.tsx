import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

/** Something that is asked for: not there yet, there, or refused. */
export type Loaded<T> =
  | { readonly kind: "waiting" }
  | { readonly kind: "there"; readonly value: T }
  | { readonly kind: "failed"; readonly message: string };

/**
 * Asks for something, and again when one of the keys changes. What came before stays until then.
 * @param period milliseconds after which it is asked for again; without it once
 */
export function useLoaded<T>(ask: () => Promise<T>, keys: readonly unknown[], period?: number): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ kind: "waiting" });
  useEffect(() => {
    let isOver = false;
    const look = (): void =>
      void ask().then(
        (value) => isOver || setLoaded({ kind: "there", value }),
        (error: unknown) =>
          isOver || setLoaded({ kind: "failed", message: error instanceof Error ? error.message : String(error) }),
      );
    look();
    const timer = period === undefined ? undefined : setInterval(look, period);
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }, keys);
  return loaded;
}

/** Shows what was asked for once it is there, and until then, or instead of it, what is the matter. */
export function Show<T>({
  loaded,
  children,
}: {
  readonly loaded: Loaded<T>;
  readonly children: (value: T) => ComponentChildren;
}) {
  if (loaded.kind === "waiting") return <p class="muted">Loading…</p>;
  if (loaded.kind === "failed") return <p role="alert">{loaded.message}</p>;
  return <>{children(loaded.value)}</>;
}
