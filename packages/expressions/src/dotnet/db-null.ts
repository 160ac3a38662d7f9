import { defineType, type TypeDeclaration } from "../types/declare.js";
import { NetObject } from "../types/values.js";

/** System.DBNull: what data readers give for a missing value. No expression comes by one but through its name. */
class DbNull extends NetObject {
  override get declaration(): TypeDeclaration {
    return dbNullType;
  }

  override toText(): string {
    return "";
  }
}

const value = new DbNull();

/** `Convert.IsDBNull`. */
export const isDbNull = (other: unknown): boolean => other === value;

/** `System.DBNull`, as expressions know it. */
export const dbNullType: TypeDeclaration = defineType(
  "sealed class System.DBNull",
  {
    "static DBNull Value { get; }": () => value,
    "string ToString(IFormatProvider provider)": () => "",
  },
  { beyond: true },
);
