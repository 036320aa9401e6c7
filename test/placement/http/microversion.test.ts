import { describe, expect, it } from "vitest";
import { bestOffer } from "../../../placement/http/accept.ts";
import { parseMicroversion } from "../../../placement/http/microversion.ts";
import { createRouter, type Route } from "../../../placement/http/route.ts";

describe("the microversion of a request", () => {
  it.each([
    [undefined, 0],
    ["", 0],
    ["placement 1.0", 0],
    ["placement 1.39", 39],
    ["placement latest", 39],
    ["Placement  1.10 ", 10],
    ["compute 2.90, placement 1.20", 20],
    ["placement 1.20, compute 2.90", 20],
    ["placement 1.20, placement 1.21", 21],
    ["compute 2.90", 0],
    ["placement", 0],
  ])("%j is 1.%d", (header, version) => {
    expect(parseMicroversion(header)).toEqual({ ok: true, version });
  });

  it.each([
    ["placement 1.40", 406],
    ["placement 0.9", 406],
    ["placement 1.-1", 406],
    ["placement 11.0", 406],
    ["placement 1", 400],
    ["placement 1.2.3", 400],
    ["placement pony.horse", 400],
  ])("%j is refused with %d", (header, status) => {
    expect(parseMicroversion(header)).toMatchObject({ ok: false, status });
  });
});

describe("what a client accepts", () => {
  const offers = ["text/html", "application/json"];
  it.each([
    [undefined, "text/html"],
    ["application/json", "application/json"],
    ["text/html;q=0.2, application/json;q=0.8", "application/json"],
    ["text/*;q=0.1, */*", "application/json"],
    ["*/*", "text/html"],
    ["application/json;q=0", undefined],
    ["text/plain", undefined],
    [";;,q=,", undefined],
  ])("%j gets %j", (header, offer) => {
    expect(bestOffer(header, offers)).toBe(offer);
  });
});

describe("the route of a path", () => {
  const routes: Route[] = ["/", "/a", "/a/{x}", "/a/{x}/b/{y}"].map((path) => ({ path, actions: {} }));
  const find = createRouter(routes);
  it.each([
    ["/", "/", {}],
    ["", "/", {}],
    ["/a", "/a", {}],
    ["/a/1%20", "/a/{x}", { x: "1 " }],
    ["/a/1/b/2", "/a/{x}/b/{y}", { x: "1", y: "2" }],
  ])("%j is %s", (path, route, found) => {
    expect(find(path)).toEqual({ route: { path: route, actions: {} }, path: found });
  });
  it.each(["/b", "//", "/a/", "/a//", "/a/1/b", "/a/%ff", "/a/1/c/2"])("%j has none", (path) => {
    expect(find(path)).toBeUndefined();
  });
});
