import { describe } from "vitest";
import { testTable } from "../csharp-table.js";

// Written by hand, around faults that were found.
describe("neighbours, as C# has them", () => testTable(new URL("./neighbours.json", import.meta.url)));
// A choice of the calls that `test/fuzz/net-calls.ts` generates.
describe("generated calls, as C# has them", () => testTable(new URL("./calls.json", import.meta.url)));
