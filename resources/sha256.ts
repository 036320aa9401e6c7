import { createHash } from "node:crypto";

/** Lower-case hex, without a prefix. */
export const sha256Hex = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");
