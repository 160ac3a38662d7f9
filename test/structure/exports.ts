import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";

/** A declaration that a module exports, and the module that it stands in. */
interface Exported {
  readonly module: Module;
  readonly declarations: readonly ts.Node[];
  readonly isType: boolean;
}

/** One source file with what its names stand for. */
class Module {
  private static readonly known = new Map<string, Module>();
  readonly locals = new Map<string, ts.Node[]>();
  readonly imports = new Map<string, { readonly from: string; readonly name: string }>();
  private readonly file: ts.SourceFile;

  private constructor(private readonly path: string) {
    this.file = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
    for (const statement of this.file.statements) this.note(statement);
  }

  static at(path: string): Module {
    let module = Module.known.get(path);
    if (module === undefined) Module.known.set(path, (module = new Module(path)));
    return module;
  }

  /** What it exports, by name; a namespace as `name.member`. */
  exports(): Map<string, Exported> {
    const found = new Map<string, Exported>();
    for (const [name, declarations] of this.locals)
      if (declarations.some(isExported)) found.set(name, this.own(name, declarations));
    for (const statement of this.file.statements) {
      if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier === undefined) continue;
      const target = this.resolve(textOf(statement.moduleSpecifier));
      if (target === null) continue;
      const theirs = target.exports();
      const { exportClause } = statement;
      if (exportClause === undefined) {
        for (const [name, exported] of theirs) if (exported.isType || !statement.isTypeOnly) found.set(name, exported);
      } else if (ts.isNamespaceExport(exportClause)) {
        for (const [name, exported] of theirs) found.set(`${exportClause.name.text}.${name}`, exported);
      } else
        for (const { name, propertyName, isTypeOnly } of exportClause.elements) {
          const exported = theirs.get((propertyName ?? name).text);
          if (exported === undefined) throw new Error(`${this.path}: ${name.text} is not exported there.`);
          found.set(name.text, statement.isTypeOnly || isTypeOnly ? { ...exported, isType: true } : exported);
        }
    }
    return found;
  }

  /** The declaration that a name of this module means; null for a type parameter, a global or another package's. */
  meaning(name: string): Exported | null {
    const imported = this.imports.get(name);
    if (imported !== undefined) return this.resolve(imported.from)?.exports().get(imported.name) ?? null;
    const declarations = this.locals.get(name);
    return declarations === undefined ? null : this.own(name, declarations);
  }

  private own(_name: string, declarations: readonly ts.Node[]): Exported {
    const isType = declarations.every(
      (declaration) => ts.isInterfaceDeclaration(declaration) || ts.isTypeAliasDeclaration(declaration),
    );
    return { module: this, declarations, isType };
  }

  private resolve(specifier: string): Module | null {
    return specifier.startsWith(".") ? Module.at(join(dirname(this.path), specifier.replace(/\.js$/, ".ts"))) : null;
  }

  private note(statement: ts.Statement): void {
    if (ts.isImportDeclaration(statement)) {
      const bindings = statement.importClause?.namedBindings;
      if (bindings !== undefined && ts.isNamedImports(bindings))
        for (const { name, propertyName } of bindings.elements)
          this.imports.set(name.text, { from: textOf(statement.moduleSpecifier), name: (propertyName ?? name).text });
    } else if (ts.isVariableStatement(statement)) {
      for (const declaration of statement.declarationList.declarations)
        if (ts.isIdentifier(declaration.name)) this.add(declaration.name.text, declaration);
    } else if (
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement) ||
      ts.isFunctionDeclaration(statement) ||
      ts.isClassDeclaration(statement)
    )
      this.add(statement.name?.text ?? "default", statement);
  }

  private add(name: string, declaration: ts.Node): void {
    this.locals.set(name, [...(this.locals.get(name) ?? []), declaration]);
  }
}

const textOf = (node: ts.Node): string => (node as ts.StringLiteral).text;

function isExported(node: ts.Node): boolean {
  const statement = ts.isVariableDeclaration(node) ? node.parent.parent : node;
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword) === true;
}

/** What a door exports: its values, and all of its declarations. */
export interface Door {
  readonly values: readonly string[];
  readonly names: readonly string[];
  readonly declarations: ReadonlySet<ts.Node>;
  /** Types that a signature at this door names, with the export that names them. */
  readonly named: readonly { readonly by: string; readonly type: string; readonly declaration: ts.Node }[];
}

/** Reads a door of a package. @param path of its source file */
export function doorAt(path: string): Door {
  const exported = [...Module.at(path).exports()];
  return {
    values: exported
      .filter(([, { isType }]) => !isType)
      .map(([name]) => name.split(".", 1)[0]!)
      .filter((name, index, all) => all.indexOf(name) === index)
      .sort(),
    names: exported.map(([name]) => name),
    declarations: new Set(exported.flatMap(([, { declarations }]) => declarations)),
    named: exported.flatMap(([by, { module, declarations, isType }]) =>
      declarations.flatMap((declaration) =>
        typesNamed(declaration, isType).flatMap((type) => {
          const meaning = module.meaning(type);
          return meaning === null ? [] : [{ by, type, declaration: meaning.declarations[0]! }];
        }),
      ),
    ),
  };
}

/** The types that the public part of a declaration names. @param isType true where a class is given as a type, so that nobody makes one */
function typesNamed(declaration: ts.Node, isType: boolean): string[] {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isBlock(node) || isPrivate(node) || (isType && isOfClass(node))) return;
    if (ts.isTypeReferenceNode(node)) found.add(leftmost(node.typeName));
    if (ts.isImportTypeNode(node)) throw new Error(`${node.getText()}: import the type by name.`);
    if (ts.isExpressionWithTypeArguments(node) && ts.isIdentifier(node.expression)) found.add(node.expression.text);
    // What a member is made of is not part of its signature; its own function is.
    if (ts.isExpression(node) && !ts.isArrowFunction(node) && !ts.isExpressionWithTypeArguments(node)) return;
    ts.forEachChild(node, visit);
  };
  visit(declaration);
  return [...found];
}

const leftmost = (name: ts.EntityName): string => (ts.isIdentifier(name) ? name.text : leftmost(name.left));

function isPrivate(node: ts.Node): boolean {
  if (!ts.isClassElement(node)) return false;
  if (node.name !== undefined && ts.isPrivateIdentifier(node.name)) return true;
  return (ts.getCombinedModifierFlags(node) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !== 0;
}

/** True for what a class has and its objects have not. */
function isOfClass(node: ts.Node): boolean {
  if (ts.isConstructorDeclaration(node)) return true;
  return ts.isClassElement(node) && (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Static) !== 0;
}
