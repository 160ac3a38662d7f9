import { defineEnum, type TypeDeclaration } from "../../types/declare.js";
import { DAY_NAMES } from "./calendar.js";
import { dateTimeOffsetType } from "./date-time-offset-type.js";
import { dateTimeType } from "./date-time-type.js";
import { DateTimeKind } from "./parse-styles.js";
import { timeSpanType } from "./time-span-type.js";

/** System.DateTime, DateTimeOffset and TimeSpan with the enums of their members. */
export const dateTimeTypes: readonly TypeDeclaration[] = [
  dateTimeType,
  dateTimeOffsetType,
  timeSpanType,
  defineEnum("System.DateTimeKind", DateTimeKind),
  defineEnum("System.DayOfWeek", Object.fromEntries(DAY_NAMES.map((name, value) => [name, value])), { beyond: true }),
];
