import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

const ROW_HEIGHT = 30;
const BEYOND = 12;

/**
 * A grid of many rows of which only those in view are in the page. Arrow keys, Page Up and Down, Home and End move, Enter opens.
 * @param keyOf what a row is known by: rows may come in above it
 */
export function VirtualRows<T>({
  rows,
  keyOf,
  cells,
  open,
  label,
  head,
}: {
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  readonly cells: (row: T) => ComponentChildren;
  readonly open: (row: T) => void;
  readonly label: string;
  readonly head: ComponentChildren;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  const [active, setActive] = useState<string | null>(null);
  const firstShown = useRef<{ key: string; top: number } | null>(null);

  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => setHeight(entry!.contentRect.height));
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);

  // Whoever has scrolled down keeps what is in view while rows come in above.
  useLayoutEffect(() => {
    const { current: anchor } = firstShown;
    const element = box.current!;
    if (anchor === null || element.scrollTop < ROW_HEIGHT) return;
    const index = rows.findIndex((row) => keyOf(row) === anchor.key);
    if (index > 0 && index * ROW_HEIGHT !== anchor.top) element.scrollTop += index * ROW_HEIGHT - anchor.top;
  }, [rows]);

  const from = Math.max(0, Math.floor(top / ROW_HEIGHT) - BEYOND);
  const to = Math.min(rows.length, Math.ceil((top + height) / ROW_HEIGHT) + BEYOND);
  const shown = rows.slice(from, to);
  const inView = Math.min(rows.length - 1, Math.ceil(top / ROW_HEIGHT));
  firstShown.current = rows.length === 0 ? null : { key: keyOf(rows[inView]!), top: inView * ROW_HEIGHT };
  const activeIndex = active === null ? -1 : rows.findIndex((row) => keyOf(row) === active);

  const move = (to: number): void => {
    const index = Math.max(0, Math.min(rows.length - 1, to));
    const row = rows[index];
    if (row === undefined) return;
    setActive(keyOf(row));
    const element = box.current!;
    if (index * ROW_HEIGHT < element.scrollTop) element.scrollTop = index * ROW_HEIGHT;
    else if ((index + 1) * ROW_HEIGHT > element.scrollTop + element.clientHeight)
      element.scrollTop = (index + 1) * ROW_HEIGHT - element.clientHeight;
  };
  const pressed = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(height / ROW_HEIGHT) - 1);
    const goals: Readonly<Record<string, number>> = {
      ArrowDown: activeIndex + 1,
      j: activeIndex + 1,
      ArrowUp: activeIndex - 1,
      k: activeIndex - 1,
      PageDown: activeIndex + page,
      PageUp: activeIndex - page,
      Home: 0,
      End: rows.length - 1,
    };
    const goal = goals[event.key];
    if (goal !== undefined) {
      event.preventDefault();
      move(goal);
    } else if (event.key === "Enter" && activeIndex >= 0) open(rows[activeIndex]!);
  };
  return (
    <div
      class="grid"
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      tabIndex={0}
      aria-activedescendant={activeIndex < from || activeIndex >= to ? undefined : `row-${active}`}
      onKeyDown={pressed}
    >
      <div class="row head" role="row" aria-rowindex={1}>
        {head}
      </div>
      <div class="rows" ref={box} role="rowgroup" onScroll={({ currentTarget }) => setTop(currentTarget.scrollTop)}>
        <div role="presentation" style={{ height: `${rows.length * ROW_HEIGHT}px`, position: "relative" }}>
          {shown.map((row, offset) => {
            const key = keyOf(row);
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys.
              <div
                key={key}
                id={`row-${key}`}
                role="row"
                aria-rowindex={from + offset + 2}
                aria-selected={key === active}
                class={key === active ? "row active" : "row"}
                style={{ transform: `translateY(${(from + offset) * ROW_HEIGHT}px)` }}
                onClick={() => open(row)}
              >
                {cells(row)}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
