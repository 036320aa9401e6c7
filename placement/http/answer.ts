/** What a handler answers with, before it is put into bytes. */
export interface Answer {
  readonly status: number;
  /** Shown as JSON; `undefined`: no body. */
  readonly body?: unknown;
  /** From 1.15 told not to be cached, with a time of last modification: now, which is never too early. */
  readonly fresh?: boolean;
  /** Path of what was made. */
  readonly location?: string;
}

export const shown = (body: unknown, status = 200): Answer => ({ status, body, fresh: true });
export const done: Answer = { status: 204 };
