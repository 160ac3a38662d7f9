// `pnpm bench streaming`: 1 GiB up and 1 GiB down through a pipeline that reads no body.
import { streamingGrowth } from "./streaming.mjs";

const BYTES = 2 ** 30;
const MOST = 60 * 2 ** 20;
const { sent, received, growthUp, growthDown } = await streamingGrowth(BYTES);
const mebibytes = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
console.log(`up    ${mebibytes(sent)}: the process grew by ${mebibytes(growthUp)}`);
console.log(`down  ${mebibytes(received)}: the process grew by ${mebibytes(growthDown)}`);
const isWell = sent === BYTES && received === BYTES && growthUp < MOST && growthDown < MOST;
console.log(isWell ? `ok: less than ${mebibytes(MOST)}` : `not ok: expected all bytes, and less than ${mebibytes(MOST)}`);
process.exit(isWell ? 0 : 1);
