/** What a spec names cannot be had. `soon`: it is there and about to be admitted, which will be heard of. */
export interface NotResolved {
  readonly ok: false;
  readonly reason: string;
  readonly message: string;
  readonly soon: boolean;
}
