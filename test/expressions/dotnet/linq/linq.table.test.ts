import { describe } from "vitest";
import { testTable } from "../csharp-table.js";

describe("as C# has it", () => testTable(new URL("./linq.json", import.meta.url)));
