import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path/posix";
import ts from "typescript";
import { nodesOf, parse, placeOf, readText, root } from "./repository-files.ts";

/** One import, export-from or dynamic import. */
export interface Import {
  readonly from: string;
  readonly place: string;
  /** As written: `../store/store.ts`, `etcd3`, `node:fs`. */
  readonly specifier: string;
  /** The file a relative specifier names; undefined for packages and Node's own modules. */
  readonly target: string | undefined;
  /** Gone at run time. */
  readonly typeOnly: boolean;
}

/** Every import of a file, the type-only ones included. */
export function importsOf(path: string): Import[] {
  return specifiersIn(parse(path)).map(({ node, specifier }) => ({
    from: path,
    place: placeOf(node),
    specifier: specifier.text,
    target: targetOf(path, specifier.text),
    typeOnly: isTypeOnly(node),
  }));
}

/** What a file names, for files of which nothing else is asked: read from its words, without a tree. */
export function targetsOf(path: string): Pick<Import, "from" | "target">[] {
  const { importedFiles } = ts.preProcessFile(readText(path), true, false);
  return importedFiles.map(({ fileName }) => ({ from: path, target: targetOf(path, fileName) }));
}

const targetOf = (path: string, specifier: string): string | undefined =>
  specifier.startsWith(".") ? normalize(join(dirname(path), specifier)) : undefined;

export const targetExists = (target: string): boolean => existsSync(join(root, target));

/** `@grpc/grpc-js/x` → `@grpc/grpc-js`, `typebox/value` → `typebox`. */
export const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

interface Specified {
  readonly node: ts.Node;
  readonly specifier: ts.StringLiteral;
}

/** Declarations stand alone and unindented; `import(…)` may be anywhere, and few files have one. */
function specifiersIn(file: ts.SourceFile): Specified[] {
  const nodes = /\bimport\s*\(|^\s+(import|export)\b/m.test(file.text) ? nodesOf(file) : file.statements;
  return nodes.flatMap((node) => {
    const specifier = specifierOf(node);
    return specifier ? [{ node, specifier }] : [];
  });
}

function specifierOf(node: ts.Node): ts.StringLiteral | undefined {
  if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
    return literal(node.moduleSpecifier);
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return literal(node.argument.literal);
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return literal(node.arguments[0]);
  }
  return undefined;
}

const literal = (node: ts.Node | undefined): ts.StringLiteral | undefined =>
  node && ts.isStringLiteral(node) ? node : undefined;

function isTypeOnly(node: ts.Node): boolean {
  if (ts.isImportTypeNode(node)) return true;
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  return ts.isImportDeclaration(node) && node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
}
