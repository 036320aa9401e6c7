import type { IncomingMessage } from "node:http";
import { HttpProblem } from "./http-problem.ts";

/** A reshape of a large provider with thousands of consumers has some 3 MB. */
export const LARGEST_BODY = 16 * 1024 * 1024;

/**
 * The body of a request; `undefined` when it is no UTF-8. 413 as soon as it is, or says it is, larger than it may be:
 * what is still to come is not read. A connection that breaks before its end is a 400 that nobody will see.
 */
export async function readBody(request: IncomingMessage, largest = LARGEST_BODY): Promise<string | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > largest) throw tooLarge(largest);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > largest) break;
      chunks.push(chunk);
    }
  } catch {
    throw new HttpProblem(400, "The request was cut off before its end.");
  }
  if (size > largest) throw tooLarge(largest);
  return decoded(Buffer.concat(chunks));
}

const tooLarge = (largest: number): HttpProblem =>
  new HttpProblem(413, `The body is larger than ${largest} bytes.`, { headers: { connection: "close" } });

function decoded(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
