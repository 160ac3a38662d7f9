import { createRequire } from "node:module";
import type { Host } from "@turnpike/expressions";
import type * as Liquidjs from "liquidjs";
import { filters } from "./filters.js";
import { jsonArrayFor } from "./json-array-for.js";
import { valueText } from "./value-text.js";

/** A template ready to be rendered. */
export interface Template {
  /** Throws Error where a limit is reached or a filter fails. */
  render(scope: Readonly<Record<string, unknown>>, host: Host): string;
}

/** Milliseconds that one rendering may take: it runs on the thread that serves all requests. */
const RENDER_LIMIT = 500;
/** What one rendering may allocate, in liquidjs' units of about a character. */
const MEMORY_LIMIT = 50_000_000;

let library: typeof Liquidjs | null = null;

/** liquidjs is loaded when the first document needs it: most have no templates. */
function liquidjs(): typeof Liquidjs {
  library ??= createRequire(import.meta.url)("liquidjs") as typeof Liquidjs;
  return library;
}

/** Snake-case names of DotLiquid's Ruby mode stay usable beside the C# names. */
const snakeCase = (name: string): string => name.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase();

/** Parses a template in DotLiquid's dialect. Throws Error on a syntax error. Templates can read no files and no prototypes. */
export function parseTemplate(source: string): Template {
  const { Liquid } = liquidjs();
  let host: Host | null = null;
  const engine = new Liquid({
    templates: {},
    ownPropertyOnly: true,
    strictFilters: true,
    outputEscape: valueText,
    renderLimit: RENDER_LIMIT,
    memoryLimit: MEMORY_LIMIT,
    parseLimit: 4_000_000,
  });
  for (const tag of ["include", "render", "layout", "block"]) delete engine.tags[tag];
  engine.registerTag("JSONArrayFor", jsonArrayFor(liquidjs()));
  // Filters that know the time get the host of the rendering under way: rendering is synchronous.
  const dotLiquid = filters({
    now: () => host!.now(),
    randomBytes: (length) => host!.randomBytes(length),
    elapsed: () => host!.elapsed(),
  });
  for (const [name, filter] of Object.entries(dotLiquid)) {
    engine.registerFilter(name, filter);
    engine.registerFilter(snakeCase(name), filter);
  }
  const parsed = engine.parse(source);
  return {
    render(scope, current) {
      host = current;
      return engine.renderSync(parsed, scope) as string;
    },
  };
}
