import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import ts from "typescript";

const packages = join(import.meta.dirname, "../../packages");

/** What a source file imports, by type or by value. */
export interface SourceFile {
  /** Below `src`, without its ending: `http/headers`. */
  readonly name: string;
  /** Files of the same package, by name. */
  readonly files: readonly string[];
  /** Packages of this repository: `expressions`. */
  readonly packages: readonly string[];
}

/** The source files of a package with their imports, as the compiler's own parser reads them. */
export function sourceFiles(name: string): SourceFile[] {
  const root = join(packages, name, "src");
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => {
      const file = path.replaceAll("\\", "/").replace(/\.ts$/, "");
      const specifiers = importsOf(path, readFileSync(join(root, path), "utf8"));
      return {
        name: file,
        files: specifiers.filter((specifier) => specifier.startsWith(".")).map((specifier) => resolved(file, specifier)),
        packages: specifiers.flatMap((specifier) => /^@turnpike\/([^/]+)/.exec(specifier)?.[1] ?? []),
      };
    });
}

const resolved = (from: string, specifier: string): string =>
  posix.normalize(posix.join(posix.dirname(from), specifier)).replace(/\.js$/, "");

/** Every specifier of a text: imports and exports, of types too, and imports in the midst of code. */
export function importsOf(path: string, text: string): string[] {
  const found = new Set<string>();
  const add = (node: ts.Node | undefined): void => {
    if (node !== undefined && ts.isStringLiteralLike(node)) found.add(node.text);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0]);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest));
  return [...found];
}

/** The circles of a graph: its strongly connected parts that have more than one node (Tarjan). */
export function circlesOf(graph: ReadonlyMap<string, Iterable<string>>): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];
  const visit = (node: string): number => {
    const at = order.size;
    order.set(node, at);
    lowest.set(node, at);
    open.push(node);
    let low = at;
    for (const next of graph.get(node) ?? [])
      if (!order.has(next)) low = Math.min(low, visit(next));
      else if (open.includes(next)) low = Math.min(low, order.get(next)!);
    lowest.set(node, low);
    if (low === at) {
      const circle = open.splice(open.indexOf(node));
      if (circle.length > 1) circles.push(circle.sort());
    }
    return low;
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return circles;
}
