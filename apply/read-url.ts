import { systemClock } from "../runtime/clock.ts";
import { messageOf } from "../runtime/errors.ts";

const DEADLINE_MS = 30_000;
const LIMIT = 64 * 1024 * 1024;

export const isUrl = (name: string): boolean => /^https?:\/\//i.test(name);

/** The text behind a URL, redirects followed. Throws with what the server or the network said. */
export async function readUrl(url: string): Promise<string> {
  const patience = new AbortController();
  const cancel = systemClock.after(DEADLINE_MS, () =>
    patience.abort(new Error(`no answer in ${DEADLINE_MS / 1000} s`)),
  );
  try {
    return await download(url, patience.signal);
  } finally {
    cancel();
  }
}

async function download(url: string, signal: AbortSignal): Promise<string> {
  const reply = await fetch(url, { signal }).catch((error: unknown) => {
    const cause = error instanceof Error && error.cause !== undefined ? `: ${messageOf(error.cause)}` : "";
    throw new Error(`${messageOf(error)}${cause}`, { cause: error });
  });
  if (!reply.ok) throw new Error(`the server says ${reply.status} ${reply.statusText}`.trim());
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of reply.body ?? []) {
    size += chunk.byteLength;
    if (size > LIMIT) throw new Error(`larger than ${LIMIT} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
