export { regexTypes } from "./types.js";
