import { raise } from "../../runtime/exceptions.js";
import type { Run } from "../../runtime/run.js";
import type { TypeHeader } from "../../types/header.js";
import type { NetType, TypeScopeView } from "../../types/net-type.js";
import { NetEnumerable, NetObject } from "../../types/values.js";
import type { CaptureLink, Found } from "./matcher.js";
import type { RegexProgram } from "./program.js";
import { expandReplacement, parseReplacement } from "./replacement.js";

/** The header of System.Text.RegularExpressions.Capture. */
export const captureHeader: TypeHeader = { header: "class System.Text.RegularExpressions.Capture" };

/** System.Text.RegularExpressions.Capture: a part of the searched text. */
export class Capture extends NetObject {
  constructor(
    readonly text: string,
    readonly index: number,
    readonly end: number,
  ) {
    super();
  }

  override get declaration() {
    return captureHeader;
  }

  get value(): string {
    return this.text.slice(this.index, this.end);
  }

  override toText(): string {
    return this.value;
  }
}

/** The header of System.Text.RegularExpressions.Group. */
export const groupHeader: TypeHeader = {
  header: "class System.Text.RegularExpressions.Group : System.Text.RegularExpressions.Capture",
};

/** System.Text.RegularExpressions.Group: what one group captured last, and all that it captured. */
export class Group extends Capture {
  constructor(
    text: string,
    readonly name: string,
    private readonly link: CaptureLink | null,
  ) {
    super(text, link?.start ?? 0, link?.end ?? 0);
  }

  override get declaration() {
    return groupHeader;
  }

  get success(): boolean {
    return this.link !== null;
  }

  /** First to last. */
  captureList(): Capture[] {
    const list: Capture[] = [];
    for (let link = this.link; link !== null; link = link.previous) list.push(new Capture(this.text, link.start, link.end));
    return list.reverse();
  }
}

/** What a match needs of the regular expression that found it. */
export interface MatchSource {
  readonly program: RegexProgram;
  readonly options: number;
  /** The first match at or behind `from` within a part of the text; `bump` for a search behind an empty match. */
  search(run: Run, input: string, begin: number, end: number, from: number, bump: boolean): Match;
}

/** The header of System.Text.RegularExpressions.Match. */
export const matchHeader: TypeHeader = {
  header: "class System.Text.RegularExpressions.Match : System.Text.RegularExpressions.Group",
};

/** System.Text.RegularExpressions.Match. Group 0 is the match itself. */
export class Match extends Group {
  private groupCache: Group[] | null = null;

  constructor(
    readonly regex: MatchSource | null,
    text: string,
    private readonly begin: number,
    private readonly stop: number,
    private readonly found: Found,
  ) {
    super(text, "0", found.captures[0] ?? null);
  }

  override get declaration() {
    return matchHeader;
  }

  get captures(): readonly (CaptureLink | null)[] {
    return this.found.captures;
  }

  /** All groups in the order of their numbers. */
  groups(): readonly Group[] {
    const { regex } = this;
    if (this.groupCache === null) {
      this.groupCache = this.captures.map((link, slot) =>
        slot === 0 ? this : new Group(this.text, regex?.program.groups.names[slot] ?? String(slot), link),
      );
    }
    return this.groupCache;
  }

  /** The group with a number, or null. */
  group(number: number): Group | null {
    if (number === 0) return this;
    const slot = this.regex?.program.slots.get(number);
    return slot === undefined ? null : (this.groups()[slot] ?? null);
  }

  named(name: string): Group | null {
    const number = this.regex?.program.groups.byName.get(name);
    return number === undefined ? null : this.group(number);
  }

  /** What the group with the highest number captured. */
  get lastGroup(): string {
    return this.groups().at(-1)?.value ?? "";
  }

  next(run: Run): Match {
    if (this.regex === null) return this;
    return this.regex.search(run, this.text, this.begin, this.stop, this.found.position, this.index === this.end);
  }

  result(replacement: string | null): string {
    if (replacement === null) throw raise.argumentNull("replacement");
    if (this.regex === null) throw raise.notSupported("Result cannot be called on a failed Match.");
    return expandReplacement(parseReplacement(replacement, this.regex.program.groups, this.regex.options), this);
  }
}

/** `Match.Empty`: what every search that fails gives. */
export const noMatch = new Match(null, "", 0, 0, { captures: [null], position: 0 });

/** What groups that do not exist look like. */
export const noGroup = new Group("", "", null);

/** The collections that `Matches`, `Groups` and `Captures` give: read-only lists of objects. */
abstract class RegexCollection<T extends Capture> extends NetEnumerable {
  constructor(
    readonly items: readonly T[],
    private readonly scope: TypeScopeView,
  ) {
    super();
  }

  override get elementType(): NetType {
    return this.scope.find("System.Object")!;
  }

  override get knownCount(): number {
    return this.items.length;
  }

  override [Symbol.iterator](): Iterator<T> {
    return this.items[Symbol.iterator]();
  }

  at(index: number): T {
    const item = this.items[index];
    if (item === undefined) throw raise.argumentOutOfRange("i");
    return item;
  }
}

/** The header of System.Text.RegularExpressions.MatchCollection. */
export const matchCollectionHeader: TypeHeader = {
  header: "class System.Text.RegularExpressions.MatchCollection : System.Collections.ICollection",
};

/** System.Text.RegularExpressions.MatchCollection. */
export class MatchCollection extends RegexCollection<Match> {
  override get declaration() {
    return matchCollectionHeader;
  }
}

/** The header of System.Text.RegularExpressions.CaptureCollection. */
export const captureCollectionHeader: TypeHeader = {
  header: "class System.Text.RegularExpressions.CaptureCollection : System.Collections.ICollection",
};

/** System.Text.RegularExpressions.CaptureCollection. */
export class CaptureCollection extends RegexCollection<Capture> {
  override get declaration() {
    return captureCollectionHeader;
  }
}

/** The header of System.Text.RegularExpressions.GroupCollection. */
export const groupCollectionHeader: TypeHeader = {
  header: "class System.Text.RegularExpressions.GroupCollection : System.Collections.ICollection",
};

/** System.Text.RegularExpressions.GroupCollection. */
export class GroupCollection extends RegexCollection<Group> {
  constructor(
    private readonly match: Match,
    scope: TypeScopeView,
  ) {
    super(match.groups(), scope);
  }

  override get declaration() {
    return groupCollectionHeader;
  }

  numbered(number: number): Group {
    return this.match.group(number) ?? noGroup;
  }

  named(name: string): Group {
    return this.match.named(name) ?? noGroup;
  }
}
