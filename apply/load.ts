import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../runtime/errors.ts";
import { type Manifest, type ParsedManifests, parseManifests } from "./manifest.ts";
import { formatPlace, type ManifestProblem } from "./manifest-problem.ts";
import { isUrl, readUrl } from "./read-url.ts";

export interface LoadOptions {
  /** Also what lies in folders below a directory. */
  readonly recursive?: boolean;
  /** For manifests of namespaced kinds that name none. */
  readonly namespace: string;
  /** A directory or text without any manifest is no problem. */
  readonly allowEmpty?: boolean;
  /** Called at most once, for `-`. */
  readonly readStdin: () => Promise<string>;
}

type Source = { readonly file: string } | { readonly problem: ManifestProblem };

/**
 * The manifests of files, URLs, directories (*.yaml, *.yml and *.json but *.schema.json, by name) and standard input
 * (`-`), in order, with their namespace filled in. Whatever is wrong is a problem, never an exception: the set is valid
 * when there are none. An object written twice in the set is a problem at the second place.
 */
export async function loadManifests(names: readonly string[], options: LoadOptions): Promise<ParsedManifests> {
  const sources = (await Promise.all(names.map((name) => sourcesOf(name, options)))).flat();
  const unique = [...new Map(sources.map((source) => ["file" in source ? source.file : source, source])).values()];
  const parsed: ParsedManifests[] = [];
  for (const source of unique) parsed.push(await readSource(source, options));
  const manifests = parsed.flatMap((it) => it.manifests).map((manifest) => inNamespace(manifest, options.namespace));
  return { manifests, problems: [...parsed.flatMap((it) => it.problems), ...twice(manifests)] };
}

const fileProblem = (file: string, message: string): { problem: ManifestProblem } => ({
  problem: { place: { file }, path: [], message },
});

async function sourcesOf(name: string, { recursive = false, allowEmpty = false }: LoadOptions): Promise<Source[]> {
  if (name === "-" || isUrl(name)) return [{ file: name }];
  try {
    if (!(await stat(name)).isDirectory()) return [{ file: name }];
    const files = await manifestFiles(name, recursive);
    return files.length > 0 || allowEmpty
      ? files.map((file) => ({ file }))
      : [fileProblem(name, "has no *.yaml, *.yml or *.json file")];
  } catch (error) {
    return [fileProblem(name, fileMessage(error))];
  }
}

async function manifestFiles(directory: string, recursive: boolean): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const sorted = entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const nested = sorted.map(async (entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return recursive ? manifestFiles(path, recursive) : [];
    // A schema for editors lies beside the manifests that name it (`vmctl schema`).
    return /(?<!\.schema)\.(ya?ml|json)$/.test(entry.name) ? [path] : [];
  });
  return (await Promise.all(nested)).flat();
}

async function readSource(source: Source, options: LoadOptions): Promise<ParsedManifests> {
  if ("problem" in source) return { manifests: [], problems: [source.problem] };
  const { file } = source;
  try {
    const text = await textOf(file, options);
    const parsed = parseManifests(text, file === "-" ? "stdin" : file);
    const isEmpty = !options.allowEmpty && parsed.manifests.length + parsed.problems.length === 0;
    return isEmpty ? { manifests: [], problems: [fileProblem(file, "holds no manifest").problem] } : parsed;
  } catch (error) {
    return { manifests: [], problems: [fileProblem(file, fileMessage(error)).problem] };
  }
}

function textOf(file: string, options: LoadOptions): Promise<string> {
  if (file === "-") return options.readStdin();
  return isUrl(file) ? readUrl(file) : readFile(file, "utf8");
}

const FILE_MESSAGE: Readonly<Record<string, string>> = {
  ENOENT: "no such file or directory",
  EACCES: "may not be read",
};

const fileMessage = (error: unknown): string =>
  FILE_MESSAGE[String((error as NodeJS.ErrnoException).code)] ?? `cannot be read: ${messageOf(error)}`;

function inNamespace(manifest: Manifest, namespace: string): Manifest {
  const { kind, object } = manifest;
  if (!kind.namespaced || object.metadata.namespace !== undefined) return manifest;
  return { ...manifest, object: { ...object, metadata: { ...object.metadata, namespace } } };
}

const identityOf = ({ kind, object: { metadata } }: Manifest): string =>
  [kind.kind, metadata.namespace ?? "", metadata.name].join("/");

function twice(manifests: readonly Manifest[]): ManifestProblem[] {
  const first = new Map<string, Manifest>();
  return manifests.flatMap((manifest) => {
    const earlier = first.get(identityOf(manifest));
    if (!earlier) {
      first.set(identityOf(manifest), manifest);
      return [];
    }
    const { name } = manifest.object.metadata;
    const message = `${manifest.kind.singular}/${name} is also at ${formatPlace(earlier.placeOf([]))}`;
    return [{ place: manifest.placeOf(["metadata", "name"]), path: [], message }];
  });
}
