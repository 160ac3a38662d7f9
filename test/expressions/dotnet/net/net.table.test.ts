import { describe } from "vitest";
import { testTable } from "../csharp-table.js";

describe("as C# has it", () => testTable(new URL("./net.json", import.meta.url)));
