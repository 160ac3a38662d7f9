// Inputs on disk: test/fuzz/corpus/FRONT/HASH, and those that once were findings beside them, with what was found.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../corpus/", import.meta.url));
/** Most inputs of a front end that are kept, and most bytes of one. */
const MOST_INPUTS = 48;
const MOST_BYTES = 2_048;

const hash = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 16);
const filesOf = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((one) => one.isFile() && !one.name.endsWith(".json"))
        .map(({ name }) => ({ name, bytes: readFileSync(`${folder}/${name}`) }))
    : [];

/** The inputs that are kept of a front end. */
export const readCorpus = (front) => filesOf(`${root}${front}`).map(({ bytes }) => bytes);

/** Inputs that once were findings, with the signature of what was found. */
export const readFindings = (front) =>
  filesOf(`${root}${front}/findings`).map(({ name, bytes }) => {
    const file = `${root}${front}/findings/${name}.json`;
    return { name, bytes, ...(existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {}) };
  });

/** Puts a finding down. @returns its file, from the root of the repository */
export function writeFinding(front, bytes, about) {
  const folder = `${root}${front}/findings`;
  mkdirSync(folder, { recursive: true });
  const name = hash(bytes);
  writeFileSync(`${folder}/${name}`, bytes);
  writeFileSync(`${folder}/${name}.json`, `${JSON.stringify(about, null, 2)}\n`);
  return `test/fuzz/corpus/${front}/findings/${name}`;
}

/**
 * Adds to what is kept of a front end the inputs that reach most, the short ones first, as long as there is room.
 * @param entries inputs with the number of blocks that each of them was first to reach
 */
export function writeCorpus(front, entries) {
  const folder = `${root}${front}`;
  mkdirSync(folder, { recursive: true });
  const room = MOST_INPUTS - filesOf(folder).length;
  const ranked = entries
    .filter(({ bytes, news }) => bytes.length <= MOST_BYTES && news > 0)
    .sort((a, b) => b.news / (64 + b.bytes.length) - a.news / (64 + a.bytes.length));
  for (const { bytes } of ranked.slice(0, Math.max(0, room))) writeFileSync(`${folder}/${hash(bytes)}`, bytes);
}
