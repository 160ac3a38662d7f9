import { defineType } from "../../types/declare.js";
import { NetObject } from "../../types/values.js";
import { type DerValue, derChildren, derOid, derText } from "./der.js";
import { attributeName } from "./oid.js";

interface NamePart {
  readonly name: string;
  readonly value: string;
}

/** System.Security.Cryptography.X509Certificates.X500DistinguishedName. */
export class DistinguishedName extends NetObject {
  /** Relative names in the order of the encoding: outermost first. */
  private readonly relative: readonly (readonly NamePart[])[];

  constructor(readonly encoded: DerValue) {
    super();
    this.relative = derChildren(encoded).map((set) =>
      derChildren(set).map((pair) => {
        const [oid, value] = derChildren(pair);
        return { name: attributeName(derOid(oid)), value: value === undefined ? "" : derText(value) };
      }),
    );
  }

  override get declaration() {
    return distinguishedNameType;
  }

  /** As `Subject` shows it: last relative name first. */
  get name(): string {
    return nameText(this.relative.toReversed());
  }

  /** In the order of the encoding, as the old `GetName()` shows it. */
  get nameInOrder(): string {
    return nameText(this.relative);
  }

  /** The innermost value of an attribute, or "". */
  find(name: string): string {
    return this.relative.flat().findLast((part) => part.name === name)?.value ?? "";
  }
}

function nameText(relative: readonly (readonly NamePart[])[]): string {
  return relative.map((set) => set.map(({ name, value }) => `${name}=${quoted(value)}`).join(" + ")).join(", ");
}

function quoted(value: string): string {
  return value === "" || /[,+"\n<>#;=]|^\s|\s$/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** `System.Security.Cryptography.X509Certificates.X500DistinguishedName`, as expressions know it. */
export const distinguishedNameType = defineType(
  "sealed class System.Security.Cryptography.X509Certificates.X500DistinguishedName",
  { "string Name { get; }": (self: DistinguishedName) => self.name },
);
