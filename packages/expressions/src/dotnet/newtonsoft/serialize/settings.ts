import { defineEnum, defineType, type TypeDeclaration } from "../../../types/declare.js";
import { NetObject } from "../../../types/values.js";

/** Newtonsoft.Json.JsonSerializerSettings: those settings that change what comes out; others may be set, to no effect. */
export class JsonSerializerSettings extends NetObject {
  /** Values of the enums of the same names. */
  readonly values = new Map<string, number>();

  override get declaration(): TypeDeclaration {
    return settingsType;
  }

  get ignoresNulls(): boolean {
    return this.values.get("NullValueHandling") === 1;
  }

  get isIndented(): boolean {
    return this.values.get("Formatting") === 1;
  }

  get readsDates(): boolean {
    return this.values.get("DateParseHandling") !== 0;
  }
}

const ENUMS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  NullValueHandling: { Include: 0, Ignore: 1 },
  DefaultValueHandling: { Include: 0, Ignore: 1, Populate: 2, IgnoreAndPopulate: 3 },
  MissingMemberHandling: { Ignore: 0, Error: 1 },
  ReferenceLoopHandling: { Error: 0, Ignore: 1, Serialize: 2 },
  DateParseHandling: { None: 0, DateTime: 1, DateTimeOffset: 2 },
  DateFormatHandling: { IsoDateFormat: 0, MicrosoftDateFormat: 1 },
  DateTimeZoneHandling: { Local: 0, Utc: 1, Unspecified: 2, RoundtripKind: 3 },
};
const DEFAULTS: Readonly<Record<string, number>> = { DateParseHandling: 1, DateTimeZoneHandling: 3 };

const properties = Object.fromEntries(
  [...Object.keys(ENUMS), "Formatting"].map((name) => [
    `Newtonsoft.Json.${name} ${name} { get; set; }`,
    {
      get: (self: JsonSerializerSettings) => self.values.get(name) ?? DEFAULTS[name] ?? 0,
      set: (self: JsonSerializerSettings, value: number) => {
        self.values.set(name, value);
      },
    },
  ]),
);

const settingsType: TypeDeclaration = defineType(
  "class Newtonsoft.Json.JsonSerializerSettings",
  { "new()": () => new JsonSerializerSettings(), ...properties },
  { beyond: true },
);

/** The settings and their enums. */
export const settingsTypes: readonly TypeDeclaration[] = [
  ...Object.entries(ENUMS).map(([name, values]) => defineEnum(`Newtonsoft.Json.${name}`, values, { beyond: true })),
  defineType("abstract class Newtonsoft.Json.JsonConverter", {}, { beyond: true }),
  settingsType,
];
