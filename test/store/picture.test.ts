import { describe, expect, it } from "vitest";
import { Picture } from "../../store/picture.ts";
import type { Entry } from "../../store/store.ts";

const entry = (key: string, value: string, modRevision: number): Entry => ({
  key,
  value,
  createRevision: 1,
  modRevision,
});

function aPicture() {
  const decoded: string[] = [];
  const decode = (key: string, text: string) => {
    decoded.push(`${key}=${text}`);
    return text === "bad" ? { ok: false as const, problem: "bad" } : { ok: true as const, value: text };
  };
  return { picture: new Picture<string>(decode, false), decoded };
}

describe("a listing that comes in pages", () => {
  it("is decoded as it comes, and shown when all of it is there", () => {
    const { picture, decoded } = aPicture();
    const entries = [entry("a", "1", 1), entry("b", "bad", 2), entry("c", "3", 3)];
    picture.beginListing();
    picture.prepare(entries.slice(0, 2));
    expect(decoded).toEqual(["a=1", "b=bad"]);
    expect([picture.revision, picture.get("a"), [...picture.malformed]]).toEqual([0, undefined, []]);
    picture.prepare(entries.slice(2));
    expect(picture.replace({ entries, revision: 3 })).toEqual(["a", "b", "c"]);
    expect(decoded).toHaveLength(3);
    expect(picture.entries("").map(({ key, value }) => `${key}=${value}`)).toEqual(["a=1", "c=3"]);
    expect([...picture.malformed.keys()]).toEqual(["b"]);
  });

  it("leaves alone what is known already", () => {
    const { picture, decoded } = aPicture();
    const first = [entry("a", "1", 1), entry("b", "2", 2)];
    picture.replace({ entries: first, revision: 2 });
    const again = [entry("a", "1", 1), entry("b", "3", 5)];
    picture.beginListing();
    picture.prepare(again);
    expect(picture.replace({ entries: again, revision: 5 })).toEqual(["b"]);
    expect(decoded).toEqual(["a=1", "b=2", "b=3"]);
  });

  it("of which nothing was prepared is decoded then, and so is all of an older history", () => {
    const { picture, decoded } = aPicture();
    picture.replace({ entries: [entry("a", "1", 7)], revision: 9 });
    const older = [entry("a", "0", 7)];
    picture.beginListing();
    picture.prepare(older);
    picture.replace({ entries: older, revision: 8 });
    expect(picture.get("a")?.value).toBe("0");
    expect(decoded).toEqual(["a=1", "a=0"]);
  });
});
