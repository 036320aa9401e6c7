/**
 * The part of etcd's v3 API that we speak, as the transport decodes it: 64-bit numbers and enums are strings,
 * absent fields hold their defaults (https://etcd.io/docs/v3.4/learning/api/).
 */
export interface Header {
  readonly cluster_id: string;
  readonly member_id: string;
  readonly revision: string;
}
export interface KeyValue {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly create_revision: string;
  readonly mod_revision: string;
}
export interface RangeReply {
  readonly header: Header;
  readonly kvs: readonly KeyValue[];
  readonly more: boolean;
}
export interface TxnReply {
  readonly header: Header;
  readonly succeeded: boolean;
  readonly responses: readonly { readonly response_range?: RangeReply | null }[];
}
export interface WatchReply {
  readonly header: Header;
  readonly created: boolean;
  readonly canceled: boolean;
  readonly compact_revision: string;
  readonly cancel_reason: string;
  readonly fragment: boolean;
  readonly events: readonly WatchEvent[];
}
export interface WatchEvent {
  readonly type: "Put" | "Delete";
  readonly kv: KeyValue;
}
export interface LeaseGrantReply {
  readonly ID: string;
  readonly TTL: string;
}
export interface LeaseKeepAliveReply {
  readonly ID: string;
  /** Seconds; 0 when the lease is gone. */
  readonly TTL: string;
}
export interface StatusReply {
  readonly header: Header;
  readonly version: string;
  readonly dbSize: string;
  readonly dbSizeInUse: string;
  readonly leader: string;
  readonly errors: readonly string[];
}
export interface AlarmReply {
  readonly alarms: readonly { readonly memberID: string; readonly alarm: string }[];
}
