import { type CallSite, defineType, type Implementation, type TypeDeclaration, withCall } from "../../types/declare.js";
import type { TypeHeader } from "../../types/header.js";
import type { NetType } from "../../types/net-type.js";
import { NetObject } from "../../types/values.js";
import { box, compare, composite, compositeKey, toText } from "../object.js";

const MOST = 7;

/** System.Tuple and System.ValueTuple: items with the types of the tuple's type arguments, compared item by item. */
export class Tuple extends NetObject {
  constructor(
    readonly declaration: TypeHeader,
    private readonly types: readonly NetType[],
    /** In raw form. The eighth is a tuple of the rest. */
    readonly items: readonly unknown[],
  ) {
    super();
  }

  override get typeArguments(): readonly NetType[] {
    return this.types;
  }

  private get objects(): unknown[] {
    return this.items.map((item, i) => box(item, this.typeArguments[i]!));
  }

  override toText(): string {
    return composite(`(${this.itemsText()})`);
  }

  private itemsText(): string {
    return this.objects.map((item, i) => (i === MOST && item instanceof Tuple ? item.itemsText() : toText(item))).join(", ");
  }

  override equals(other: unknown): boolean {
    if (!(other instanceof Tuple) || other.declaration !== this.declaration) return false;
    return this.key === other.key;
  }

  override get key(): string {
    return compositeKey(this.declaration.header, this.objects);
  }

  override compareTo(other: unknown): number | undefined {
    if (!(other instanceof Tuple) || other.declaration !== this.declaration) return undefined;
    // Equal parts within parts are found by their keys, which bounds what there is to compare.
    if (this.key === other.key) return 0;
    const [own, theirs] = [this.objects, other.objects];
    for (let i = 0; i < own.length; i++) {
      const order = compare(own[i], theirs[i]);
      if (order !== 0) return order;
    }
    return 0;
  }
}

const itemName = (i: number) => (i === MOST ? "Rest" : `Item${i + 1}`);

/** `Tuple<T1, …>` or `ValueTuple<T1, …>` of a number of items. */
function tupleType(name: "Tuple" | "ValueTuple", count: number): TypeDeclaration {
  const parameters = Array.from({ length: count }, (_, i) => (i === MOST ? "TRest" : `T${i + 1}`));
  const self = `${name}<${parameters.join(", ")}>`;
  const members: Record<string, Implementation> = {
    [`new(${parameters.map((type, i) => `${type} ${i === MOST ? "rest" : `item${i + 1}`}`).join(", ")})`]: withCall(
      (site, ...items: unknown[]) => new Tuple(type, site.declaringArguments, items),
    ),
  };
  parameters.forEach((parameter, i) => {
    members[`${parameter} ${itemName(i)} { get; }`] = (tuple: Tuple) => tuple.items[i];
  });
  if (name === "ValueTuple") {
    members[`bool Equals(${self} other)`] = (a: Tuple, b: Tuple) => a.equals(b);
    members[`int CompareTo(${self} other)`] = (a: Tuple, b: Tuple) => a.compareTo(b);
  }
  const kind = name === "Tuple" ? "class" : "struct";
  const type: TypeDeclaration = defineType(`${kind} System.${self} : IComparable`, members, {
    beyond: name === "ValueTuple",
  });
  return type;
}

/** `Tuple.Create` for all numbers of items; the eighth item goes into a tuple of its own. */
function creators(name: "Tuple" | "ValueTuple", types: readonly TypeDeclaration[]): Record<string, Implementation> {
  const members: Record<string, Implementation> = {};
  for (let count = 1; count <= MOST + 1; count++) {
    const parameters = Array.from({ length: count }, (_, i) => `T${i + 1}`);
    const result = count <= MOST ? parameters.join(", ") : `${parameters.slice(0, MOST).join(", ")}, ${name}<T8>`;
    const signature = `static ${name}<${result}> Create<${parameters.join(", ")}>(${parameters.map((type, i) => `${type} item${i + 1}`).join(", ")})`;
    members[signature] = withCall((site: CallSite, ...items: unknown[]) => {
      const { typeArguments } = site;
      if (count <= MOST) return new Tuple(types[count - 1]!, typeArguments, items);
      const last = site.scope.construct(site.scope.find(`System.${name}`, 1)!, typeArguments.slice(MOST));
      const rest = new Tuple(types[0]!, typeArguments.slice(MOST), items.slice(MOST));
      return new Tuple(types[MOST]!, [...typeArguments.slice(0, MOST), last], [...items.slice(0, MOST), rest]);
    });
  }
  return members;
}

const tuples = Array.from({ length: MOST + 1 }, (_, i) => tupleType("Tuple", i + 1));
const valueTuples = Array.from({ length: MOST + 1 }, (_, i) => tupleType("ValueTuple", i + 1));

/** System.Tuple and System.ValueTuple of one to eight items, and the static classes that make them. */
export const tupleTypes: readonly TypeDeclaration[] = [
  ...tuples,
  ...valueTuples,
  defineType("static class System.Tuple", creators("Tuple", tuples)),
  defineType("static class System.ValueTuple", creators("ValueTuple", valueTuples), { beyond: true }),
];
