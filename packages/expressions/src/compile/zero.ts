export { zeroOf } from "../types/zero.js";
