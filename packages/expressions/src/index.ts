export { constant, defineEnum, defineType, withCall } from "./types/declare.js";
