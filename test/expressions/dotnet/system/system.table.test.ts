import { describe } from "vitest";
import { testTable } from "../csharp-table.js";

describe("as C# has it", () => testTable(new URL("./system.json", import.meta.url)));
describe("references compared as C# compares them", () => testTable(new URL("./references.json", import.meta.url)));
