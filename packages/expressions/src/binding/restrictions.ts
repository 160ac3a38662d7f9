import type { Place } from "../diagnostics/diagnostic.js";
import { nearestName } from "../diagnostics/nearest-name.js";
import type { MemberSymbol, NetType } from "../types/net-type.js";
import type { Binder } from "./binder.js";
import { bindingErrors } from "./errors.js";

/**
 * Members that the documented list allows of types of which it does not allow all: names, `(Constructor)` for all
 * constructors, `Item` for indexers. Beyond the list `DateTime.ToUniversalTime` stays usable: without it a parsed time with an
 * offset could not be compared with `UtcNow`. What every object has (`ToString`, `Equals`, `GetHashCode`) is always allowed.
 */
const ALLOWED: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    "Newtonsoft.Json.JsonConvert": "SerializeObject DeserializeObject",
    "System.DateTime":
      "(Constructor) Add AddDays AddHours AddMilliseconds AddMinutes AddMonths AddSeconds AddTicks AddYears Date Day DayOfWeek DayOfYear DaysInMonth Hour IsDaylightSavingTime IsLeapYear MaxValue Millisecond Minute MinValue Month Now Parse Second Subtract Ticks TimeOfDay Today ToString ToUniversalTime UtcNow Year",
    "System.DateTimeKind": "Utc",
    "System.Enum": "Parse TryParse ToString",
    "System.Net.IPAddress": "AddressFamily Equals GetAddressBytes IsLoopback Parse TryParse ToString",
    "System.Security.Cryptography.X509Certificates.X500DistinguishedName": "Name",
    "System.Text.RegularExpressions.Capture": "Index Length Value",
    "System.Text.RegularExpressions.CaptureCollection": "Count Item",
    "System.Text.RegularExpressions.Group": "Captures Success",
    "System.Text.RegularExpressions.GroupCollection": "Count Item",
    "System.Text.RegularExpressions.Match": "Empty Groups Result",
    "System.Text.RegularExpressions.Regex": "(Constructor) IsMatch Match Matches Replace Unescape Split",
  }).map(([type, members]) => [type, new Set(members.split(" "))]),
);

/** Members that the list takes out of types of which it allows all others. */
const REFUSED: ReadonlyMap<string, ReadonlySet<string>> = new Map([["System.Xml.Linq.XDocument", new Set(["Load"])]]);

const OF_EVERY_OBJECT: ReadonlySet<string> = new Set(["ToString", "Equals", "GetHashCode"]);

/** True if an expression may use the member of a type. `name` as declared: `new` for constructors, `this[]` for indexers. */
function isAllowedMember(type: NetType, name: string): boolean {
  const allowed = ALLOWED.get(type.definitionName);
  if (allowed !== undefined) return OF_EVERY_OBJECT.has(name) || allowed.has(listedName(name));
  return !(REFUSED.get(type.definitionName)?.has(name) ?? false);
}

/** The members allowed of a type whose members are restricted; null if the list does not restrict it. */
function allowedMembers(type: NetType): ReadonlySet<string> | null {
  return ALLOWED.get(type.definitionName) ?? null;
}

function listedName(name: string): string {
  return name === "new" ? "(Constructor)" : name === "this[]" ? "Item" : name;
}

/** Refuses members outside the documented list. */
export function checkMember(b: Binder, member: MemberSymbol, node: Place): void {
  const { declaringType, name } = member;
  if (b.allowBeyond || isAllowedMember(declaringType, name)) return;
  const nearest = nearestName(name, allowedMembers(declaringType) ?? []);
  b.report(node, bindingErrors.memberNotListed(name === "new" ? ".ctor" : name, declaringType.definitionName, nearest));
}

/** Refuses to name types outside the documented list. */
export function checkNamed(b: Binder, type: NetType, node: Place): void {
  const options = type.declaration?.options;
  if (options === undefined) return;
  if (!(options.unnamed ?? false) && (!(options.beyond ?? false) || b.allowBeyond)) return;
  const nearest = nearestName(simpleName(type.definitionName), b.scope.shortNames(b.allowBeyond));
  b.report(node, bindingErrors.typeNotListed(type.definitionName, nearest));
}

function simpleName(fullName: string): string {
  return fullName.slice(Math.max(fullName.lastIndexOf("."), fullName.lastIndexOf("+")) + 1);
}
