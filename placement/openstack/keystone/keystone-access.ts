import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../../../runtime/clock.ts";
import type { Log } from "../../../runtime/log.ts";
import { PlacementError } from "../../placement-error.ts";
import { abortable } from "../abortable.ts";
import type { Access, AccessSource } from "../access.ts";
import type { HttpClient } from "../http-client.ts";
import { placementEndpoint } from "./catalogue.ts";
import type { KeystoneCredentials } from "./credentials.ts";
import { readToken } from "./read-token.ts";
import { tokenRequest, tokenUrl } from "./token-request.ts";

export interface KeystoneOptions {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly log: Log;
  /** Asked for at each login. */
  readonly credentials: () => Promise<KeystoneCredentials>;
  /** Of Placement; undefined: what the catalogue says. */
  readonly endpoint: string | undefined;
}

/** A token is renewed when so much of its life is over: with Keystone's usual hour, 12 minutes before its end. */
const RENEW_AFTER = 0.8;
/** Not used any more for the last of it: a request takes time, and the server's clock may be a little ahead. */
const DEAD_AFTER = 0.98;
/** After a renewal that failed while the old token is still good. */
const RENEWAL_PAUSE_MS = 10_000;
/** Keystones lock accounts after a few wrong passwords (`lockout_failure_attempts`), also for everybody else. */
const REFUSED_PAUSE_MS = 60_000;
/** A token that Placement refuses as soon as it is made: another would be refused too. */
const NEW_MS = 5_000;

interface Held {
  readonly access: Access;
  /** On the clock that counts suspend, as the server's does. */
  readonly since: number;
  readonly renewAt: number;
  readonly deadAt: number;
}

interface Refusal {
  readonly error: PlacementError;
  readonly credentials: KeystoneCredentials;
  readonly until: number;
}

/**
 * Tokens of a Keystone. All who need one while none is there wait for the same login. One that is about to expire is
 * renewed beside the requests that still use it, so a Keystone that is away for some minutes goes unnoticed.
 */
export class KeystoneAccess implements AccessSource {
  readonly #options: KeystoneOptions;
  #held: Held | undefined;
  #login: Promise<Held> | undefined;
  #nextRenewal = 0;
  #refusal: Refusal | undefined;

  constructor(options: KeystoneOptions) {
    this.#options = options;
  }

  async current(signal: AbortSignal): Promise<Access> {
    const held = this.#held;
    const now = this.#options.clock.boottime();
    if (!held || now >= held.deadAt) return (await abortable(this.#shared(), signal)).access;
    if (now >= held.renewAt && now >= this.#nextRenewal) this.#renew(now);
    return held.access;
  }

  /** Only the token that is in use is dropped: whoever was refused with the one before it takes the present one. */
  refused(access: Access): boolean {
    if (this.#held?.access !== access) return true;
    if (this.#options.clock.boottime() < this.#held.since + NEW_MS) return false;
    this.#held = undefined;
    return true;
  }

  #renew(now: number): void {
    const { log } = this.#options;
    this.#nextRenewal = now + RENEWAL_PAUSE_MS;
    this.#shared().catch((error: unknown) =>
      log.warn({ error }, "no new token from Keystone yet; the old one serves on"),
    );
  }

  #shared(): Promise<Held> {
    this.#login ??= this.#logIn().finally(() => {
      this.#login = undefined;
    });
    return this.#login;
  }

  /** What was refused is not tried again for a while, unless somebody changed it. */
  async #logIn(): Promise<Held> {
    const { clock } = this.#options;
    const credentials = await this.#options.credentials();
    const before = this.#refusal;
    if (before && clock.boottime() < before.until && isDeepStrictEqual(before.credentials, credentials))
      throw before.error;
    try {
      this.#held = await this.#askForToken(credentials);
      this.#refusal = undefined;
      return this.#held;
    } catch (error) {
      if (error instanceof PlacementError && error.code === "Unauthorized")
        this.#refusal = { error, credentials, until: clock.boottime() + REFUSED_PAUSE_MS };
      throw error;
    }
  }

  async #askForToken(credentials: KeystoneCredentials): Promise<Held> {
    const { http, clock, log } = this.#options;
    const since = clock.boottime();
    const request = { method: "POST", headers: {}, body: tokenRequest(credentials), server: "Keystone" } as const;
    // Shared by all who wait, hence not ended by the signal of one of them; closing the client ends it.
    const reply = await http.exchange({ ...request, url: tokenUrl(credentials.authUrl) }, new AbortController().signal);
    const { token, lifetimeMs, catalogue } = readToken(reply, credentials);
    const endpoint = this.#options.endpoint ?? placementEndpoint(catalogue, credentials);
    log.info({ endpoint, lifetimeMs }, "logged in at Keystone");
    const [renewAt, deadAt] = [since + lifetimeMs * RENEW_AFTER, since + lifetimeMs * DEAD_AFTER];
    return { access: { token, endpoint }, since, renewAt, deadAt };
  }
}
