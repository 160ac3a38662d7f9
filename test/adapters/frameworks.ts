import { createRequire } from "node:module";

const load = createRequire(new URL("../../packages/adapters/package.json", import.meta.url));

/** Both majors of Express, which come without types. */
export const express5: unknown = load("express");
export const express4: unknown = load("express4");
