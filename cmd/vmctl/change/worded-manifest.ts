import { isUtf8 } from "node:buffer";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { type Manifest, parseManifests } from "../../../apply/manifest.ts";
import type { KindInfo } from "../../../resources/kinds.ts";
import { API_VERSION } from "../../../resources/meta.ts";
import { Namespace } from "../../../resources/namespace.ts";
import { formatPath } from "../../../resources/problem.ts";
import { Secret } from "../../../resources/secret.ts";
import { messageOf } from "../../../runtime/errors.ts";
import { UsageError } from "../../config/usage-error.ts";
import { requireKind } from "../select/kind-words.ts";

/** What a Secret holds, as kubectl's flags give it: `KEY=TEXT`, and `[KEY=]PATH`. */
export interface SecretFlags {
  readonly fromLiteral?: readonly string[];
  readonly fromFile?: readonly string[];
}

/**
 * `create namespace NAME` and `create secret NAME --from-file=…`: the kinds that need no manifest. UsageError for any
 * other, for no name, and for a file that cannot be read. `namespace`: where a Secret goes.
 */
export async function wordedManifest(
  words: readonly string[],
  flags: SecretFlags,
  namespace: string,
): Promise<Manifest> {
  const [word = "", ...names] = words.flatMap((each) => each.split("/"));
  const kind = requireKind(word);
  if (kind === Secret)
    return documentOf(kind, { name: nameOf(kind, withoutType(names)), namespace }, await secretSpec(flags));
  if (flags.fromLiteral || flags.fromFile) throw new UsageError("--from-literal and --from-file make a secret");
  if (kind === Namespace) return documentOf(kind, { name: nameOf(kind, names) }, {});
  throw new UsageError(`create takes manifests: vmctl create -f FILE (\`vmctl explain ${word}\` says what is in one)`);
}

/** kubectl has several types of secrets; ours have none. */
const withoutType = (names: readonly string[]): readonly string[] =>
  names.length > 1 && names[0] === "generic" ? names.slice(1) : names;

function nameOf({ singular }: KindInfo, [name, ...more]: readonly string[]): string {
  if (name && more.length === 0) return name;
  throw new UsageError(`one name expected: vmctl create ${singular} NAME`);
}

async function secretSpec({ fromLiteral = [], fromFile = [] }: SecretFlags): Promise<object> {
  const literals = fromLiteral.map((text): [string, string] => {
    const at = text.indexOf("=");
    // What was typed is not repeated: it may be the secret itself.
    if (at < 1) throw new UsageError("--from-literal: KEY=TEXT expected");
    return [text.slice(0, at), text.slice(at + 1)];
  });
  const files = await Promise.all(fromFile.map(readText));
  const entries = [...literals, ...files];
  if (entries.length === 0) throw new UsageError("what is in it? --from-literal=KEY=TEXT or --from-file=[KEY=]PATH");
  const twice = entries.find(([key], index) => entries.findIndex(([other]) => other === key) < index);
  if (twice) throw new UsageError(`${twice[0]} is given twice`);
  return { data: Object.fromEntries(entries) };
}

async function readText(text: string): Promise<[string, string]> {
  const at = text.indexOf("=");
  const path = text.slice(at + 1);
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new UsageError(`--from-file: cannot read ${path}: ${messageOf(error)}`, { cause: error });
  });
  if (!isUtf8(bytes)) throw new UsageError(`--from-file: ${path} is no text (UTF-8): encode it, as base64 for example`);
  const content = bytes.toString("utf8");
  return [at < 1 ? basename(path) : text.slice(0, at), content];
}

function documentOf({ kind }: KindInfo, metadata: object, spec: object): Manifest {
  const document = { apiVersion: API_VERSION, kind, metadata, spec };
  const { manifests, problems } = parseManifests(JSON.stringify(document), "");
  const [manifest] = manifests;
  if (manifest && problems.length === 0) return manifest;
  throw new UsageError(problems.map(({ path, message }) => `${formatPath(path)} ${message}`).join("; "));
}
