import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const packages = join(import.meta.dirname, "../../packages");

/** A source file as the compiler's own parser reads it. */
export interface ParsedFile {
  /** Below `src`, with its ending. */
  readonly path: string;
  readonly tree: ts.SourceFile;
}

/** The source files of a package. */
export function parsedFiles(name: string): ParsedFile[] {
  const root = join(packages, name, "src");
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => {
      const text = readFileSync(join(root, path), "utf8");
      return { path: path.replaceAll("\\", "/"), tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) };
    });
}

/** Every comment of a file. */
export function commentsOf({ tree }: ParsedFile): string[] {
  const { text } = tree;
  const found = new Map<number, string>();
  const visit = (node: ts.Node): void => {
    for (const range of [
      ...(ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []),
      ...(ts.getTrailingCommentRanges(text, node.getEnd()) ?? []),
    ])
      found.set(range.pos, text.slice(range.pos, range.end));
    for (const child of node.getChildren(tree)) visit(child);
  };
  visit(tree);
  return [...found.values()];
}

/** The names that a file exports from declarations of its own without a doc comment. */
export function undocumentedExports({ tree }: ParsedFile): string[] {
  const documented = new Set<string>();
  const bare = new Set<string>();
  for (const statement of tree.statements) {
    if (!ts.canHaveModifiers(statement)) continue;
    if (!(ts.getModifiers(statement) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword)) continue;
    const hasComment = ts.getJSDocCommentsAndTags(statement).length > 0;
    for (const name of namesOf(statement)) (hasComment ? documented : bare).add(name);
  }
  // A type and a value of one name, or the overloads of a function, are explained once.
  return [...bare].filter((name) => !documented.has(name));
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) =>
      ts.isIdentifier(name)
        ? [name.text]
        : name.elements.flatMap((one) => (ts.isBindingElement(one) ? [one.name.getText()] : [])),
    );
  if (
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isEnumDeclaration(statement)
  )
    return statement.name === undefined ? [] : [statement.name.text];
  return [];
}
