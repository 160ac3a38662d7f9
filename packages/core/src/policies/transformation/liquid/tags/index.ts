import type { TagReader } from "../parser.js";
import { caseTag, ifTag, unlessTag } from "./branches.js";
import { cycle, ifChanged } from "./cycle.js";
import { breakTag, continueTag, forTag, jsonArrayFor } from "./loops.js";
import { tableRow } from "./table-row.js";
import { block, extendsTag, include } from "./templates.js";
import { comment, verbatim } from "./text.js";
import { assign, capture } from "./variables.js";

/** All tags, by name and case. */
export const tags: ReadonlyMap<string, TagReader> = new Map<string, TagReader>([
  ["assign", assign],
  ["block", block],
  ["break", breakTag],
  ["capture", capture],
  ["case", caseTag],
  ["comment", comment],
  ["continue", continueTag],
  ["cycle", cycle],
  ["extends", extendsTag],
  ["for", forTag],
  ["if", ifTag],
  ["ifchanged", ifChanged],
  ["include", include],
  ["JSONArrayFor", jsonArrayFor],
  ["literal", verbatim],
  ["raw", verbatim],
  ["tablerow", tableRow],
  ["unless", unlessTag],
]);
