// What there is in the repository of a language, to begin with.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Texts of all files with an ending in a folder of the repository. */
export function textsIn(folder, ending, most = Number.POSITIVE_INFINITY) {
  const path = root + folder;
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true })
    .filter((name) => name.endsWith(ending) && !name.includes("node_modules"))
    .sort((a, b) => (a < b ? -1 : 1))
    .slice(0, most)
    .map((name) => readFileSync(`${path}/${name}`, "utf8"));
}

/** Every so many-th of a list, so that about `most` are left. */
export const some = (list, most) => list.filter((_, i) => i % Math.max(1, Math.floor(list.length / most)) === 0).slice(0, most);

/** Texts that stand between quotation marks in tests: their tables. */
export function quotedIn(folder, ending = ".test.ts", wanted = /./s) {
  const found = new Set();
  for (const text of textsIn(folder, ending))
    for (const [, double, single, back] of text.matchAll(/"((?:\\.|[^"\\\n])*)"|'((?:\\.|[^'\\\n])*)'|`((?:\\.|[^`\\])*)`/g)) {
      const plain = (double ?? single ?? back).replace(/\\(u[0-9a-f]{4}|.)/gis, (_, c) =>
        c.length > 1 ? String.fromCharCode(Number.parseInt(c.slice(1), 16)) : ({ n: "\n", r: "\r", t: "\t" }[c] ?? c),
      );
      if (plain.length < 2_000 && wanted.test(plain)) found.add(plain);
    }
  return [...found];
}

/** Expressions of a policy document: what stands in `@(…)` and `@{…}`, roughly. */
export const expressionsOf = (text) =>
  [...text.matchAll(/@[({][\s\S]*?[)}](?=["<\s])/g)].map(([found]) =>
    found.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&"),
  );
