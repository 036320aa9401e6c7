import { type Decode, decodeWith, disagrees } from "../decode.ts";
import { SealingKey, sealingKeyId, UnsealingKey } from "./sealing-key.ts";

/** The name of a key is a digest of it: a key under another name is not believed. */
const isNamed = (key: string, { publicKey }: { readonly publicKey: string }) =>
  key.endsWith(`/${sealingKeyId(publicKey)}`) ? undefined : disagrees("it is another key");

export const decodeSealingKey: Decode<SealingKey> = decodeWith<SealingKey>(SealingKey, isNamed);

export const decodeUnsealingKey: Decode<UnsealingKey> = decodeWith<UnsealingKey>(UnsealingKey, isNamed);
