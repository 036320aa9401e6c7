import { faultOf } from "./translate-error.ts";

/**
 * The token of a user with a password. Simple tokens live in etcd's memory and die with it, so a token may turn
 * invalid at any time: whoever is told so calls `renew` with the token that failed and tries once more.
 */
export class AuthSession {
  readonly #authenticate: (() => Promise<string>) | undefined;
  #token: Promise<string | undefined> | undefined;

  /** Without `authenticate` (client certificates, or no authentication at all) there never is a token. */
  constructor(authenticate: (() => Promise<string>) | undefined) {
    this.#authenticate = authenticate;
  }

  get usesTokens(): boolean {
    return this.#authenticate !== undefined;
  }

  /** One authentication for all who wait (etcd manages about 32 a second in all). */
  token(): Promise<string | undefined> {
    if (!this.#authenticate) return Promise.resolve(undefined);
    this.#token ??= this.#fetch(this.#authenticate);
    return this.#token;
  }

  /** Forgets the token unless somebody else already replaced it. */
  async renew(failed: string | undefined): Promise<void> {
    const held = this.#token;
    if (held && (await held.catch(() => undefined)) === failed && this.#token === held) this.#token = undefined;
  }

  async #fetch(authenticate: () => Promise<string>): Promise<string | undefined> {
    try {
      return await authenticate();
    } catch (error) {
      if (faultOf(error) === "authDisabled") return undefined;
      this.#token = undefined;
      throw error;
    }
  }
}
