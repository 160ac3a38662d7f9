import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { threadId } from "node:worker_threads";
import { CoverageRecorder, isOwnDocument, type RecordedItem } from "./recorder.js";

/** Where coverage of TypeScript tests is kept unless they say another folder. */
const FOLDER = "coverage/policies";
const KEPT = "recorded";

const recorders = new Map<string, CoverageRecorder>();

/** The recorder of this process for a folder: what it counts is written there, in a file of its own, whenever something new was reached. */
export function keptRecorder(option: true | string): CoverageRecorder {
  const folder = option === true ? FOLDER : option;
  const known = recorders.get(folder);
  if (known !== undefined) return known;
  // Texts in place have no file to speak of.
  const recorder = new CoverageRecorder((file) => file.startsWith("configuration#") || isOwnDocument(file));
  recorders.set(folder, recorder);
  let isPlanned = false;
  const write = (): void => {
    isPlanned = false;
    mkdirSync(join(folder, KEPT), { recursive: true });
    writeFileSync(join(folder, KEPT, `${process.pid}-${threadId}.json`), JSON.stringify([...recorder.recorded()]));
  };
  recorder.onHit = () => {
    if (isPlanned) return;
    isPlanned = true;
    setImmediate(write);
  };
  process.once("exit", () => {
    if (isPlanned) write();
  });
  return recorder;
}

/** What tests of other processes have left in a folder. It is taken out: the next run begins anew. */
export function takeKeptCoverage(folder: string): RecordedItem[] {
  const kept = join(folder, KEPT);
  let names: string[];
  try {
    names = readdirSync(kept).filter((name) => name.endsWith(".json"));
  } catch {
    return [];
  }
  const items = names.flatMap((name) => JSON.parse(readFileSync(join(kept, name), "utf8")) as RecordedItem[]);
  rmSync(kept, { recursive: true });
  return items;
}
