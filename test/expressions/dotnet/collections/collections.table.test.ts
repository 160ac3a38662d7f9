import { describe } from "vitest";
import { testTable } from "../csharp-table.js";

describe("as C# has it", () => testTable(new URL("./collections.json", import.meta.url)));
