import { describe } from "vitest";
import { testTable } from "../csharp-table.js";

describe.each(["documents", "reader", "conversions", "serializer"])("%s, as C# has it", (name) =>
  testTable(new URL(`./${name}.json`, import.meta.url)),
);
