/** Places are left out of a tree's text. */
const PLACES = new Set(["kind", "start", "end", "operatorStart", "nameStart"]);

interface Literal {
  readonly kind: "Literal";
  readonly value: unknown;
  readonly type: string;
}

/**
 * A syntax tree as one line: `Kind(field, …)` with the fields in the order of their declaration, `_` for null. Names,
 * literals and operators stand for themselves; literals other than int, string, bool and null with their type.
 */
export function treeText(value: unknown): string {
  if (value === null) return "_";
  if (Array.isArray(value)) return `[${value.map(treeText).join(", ")}]`;
  if (typeof value !== "object") return String(value);
  const node = value as Record<string, unknown>;
  switch (node["kind"]) {
    case "Literal":
      return literalText(node as unknown as Literal);
    case "Name":
      return `${node["name"]}${node["typeArguments"] === null ? "" : `<${treeText(node["typeArguments"]).slice(1, -1)}>`}`;
    case "PredefinedType":
      return `${node["name"]}`;
    case "NamedType":
      return (node["parts"] as Record<string, unknown>[]).map((part) => treeText({ ...part, kind: "Name" })).join(".");
    case "Binary":
      return `(${treeText(node["left"])} ${node["operator"]} ${treeText(node["right"])})`;
    case "Parenthesized":
      return `{${treeText(node["expression"])}}`;
    case "ConditionalReceiver":
      return "^";
  }
  if ("mode" in node && "value" in node) {
    const name = node["name"] === null ? "" : `${node["name"]}: `;
    return `${name}${node["mode"] === "value" ? "" : `${node["mode"]} `}${treeText(node["value"])}`;
  }
  const fields = Object.entries(node).filter(([key]) => !PLACES.has(key));
  return `${node["kind"] ?? ""}(${fields.map(([, field]) => treeText(field)).join(", ")})`;
}

function literalText({ value, type }: Literal): string {
  switch (type) {
    case "string":
      return JSON.stringify(value);
    case "int":
    case "bool":
    case "null":
      return `${value}`;
    default:
      return `${value}:${type}`;
  }
}
