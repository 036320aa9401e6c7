import type { Answer } from "./answer.ts";
import type { PlacementBackend } from "./backend.ts";
import type { PlacementRequest } from "./request.ts";

export type Method = "GET" | "PUT" | "POST" | "DELETE";
export type Handler = (request: PlacementRequest, backend: PlacementBackend) => Answer | Promise<Answer>;

/** One method of one path. */
export interface Action {
  readonly handle: Handler;
  /** Microversion from which there is such a thing: 404 below. */
  readonly since?: number;
  /** What is answered below `since`, if not 404. */
  readonly below?: 405;
  /** It reads a body, which must be JSON: 415 otherwise. */
  readonly takesJson?: boolean | ((version: number) => boolean);
  /** Open to everybody, token or not. */
  readonly open?: boolean;
}

export interface Route {
  /** `/resource_providers/{uuid}/usages` */
  readonly path: string;
  readonly actions: Partial<Readonly<Record<Method, Action>>>;
}

export interface Match {
  readonly route: Route;
  readonly path: Readonly<Record<string, string>>;
}

export type Router = (path: string) => Match | undefined;

/** Finds the route of a path (escapes still in it). A slash at its end makes it another path, but for the root. */
export function createRouter(routes: readonly Route[]): Router {
  const table = routes.map((route) => ({ route, segments: segmentsOf(route.path) }));
  return (path) => {
    const given = segmentsOf(path).map(unescaped);
    for (const { route, segments } of table) {
      const found = match(segments, given);
      if (found) return { route, path: found };
    }
    return undefined;
  };
}

const segmentsOf = (path: string): readonly string[] => path.replace(/^\//, "").split("/");

function match(
  segments: readonly string[],
  given: readonly (string | undefined)[],
): Record<string, string> | undefined {
  if (segments.length !== given.length) return undefined;
  const found: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const value = given[index];
    const name = /^\{(.+)\}$/.exec(segment)?.[1];
    if (value === undefined || (name === undefined ? value !== segment : value === "")) return undefined;
    if (name !== undefined) found[name] = value;
  }
  return found;
}

/** `undefined`: not UTF-8, hence nothing of ours. */
function unescaped(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
