import { describe } from "vitest";
import { testTable } from "../csharp-table.js";

describe("as C# has it", () => testTable(new URL("./text.json", import.meta.url)));
