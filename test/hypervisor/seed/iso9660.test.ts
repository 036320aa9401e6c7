import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type IsoFile, writeIso9660 } from "../../../hypervisor/seed/iso9660.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vmctl-iso-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const text = (name: string, content: string): IsoFile => ({ name, content: Buffer.from(content) });
const SEED = [text("meta-data", "{}\n"), text("user-data", "#!/bin/sh\n"), text("network-config", "")];

/** xorriso reads the volume with one of its three name spaces and says what it sees. */
function xorriso(image: Uint8Array, ...commands: string[]): string {
  const path = join(folder, "volume.iso");
  writeFileSync(path, image);
  const base = ["-report_about", "SORRY", "-abort_on", "SORRY", "-indev", path];
  return execFileSync("xorriso", [...base, ...commands], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

function extract(image: Uint8Array): Map<string, Buffer> {
  const target = mkdtempSync(join(folder, "out-"));
  xorriso(image, "-osirrox", "on", "-extract", "/", target);
  return new Map(readdirSync(target).map((name) => [name, readFileSync(join(target, name))]));
}

describe("writeIso9660", () => {
  it("writes a volume that xorriso reads back, label, names, contents and modes", () => {
    const image = writeIso9660({ label: "cidata", files: SEED });
    expect(extract(image)).toEqual(new Map(SEED.map(({ name, content }) => [name, content])));
    expect(xorriso(image, "-pvd_info")).toMatch(/^Volume Id +: cidata$/m);
    expect(xorriso(image, "-lsl", "/").match(/^-r-------- +1 0 +0 /gm)).toHaveLength(3);
    expect(xorriso(image, "-toc")).toMatch(/^Media summary: +1 session/m);
  });

  it("has the same names in Joliet", () => {
    const image = writeIso9660({ label: "cidata", files: SEED });
    const path = join(folder, "joliet.iso");
    writeFileSync(path, image);
    const list = execFileSync("xorriso", ["-read_fs", "norock", "-indev", path, "-find", "/"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    expect(list.trim().split("\n").sort()).toEqual(["'/'", "'/meta-data'", "'/network-config'", "'/user-data'"]);
  });

  it("gives the same bytes each time, on any day and machine", () => {
    const first = writeIso9660({ label: "cidata", files: SEED });
    expect(first.length).toBe(128 * 1024);
    expect(createHash("sha256").update(first).digest("hex")).toBe(
      "a551699882f7ef501aa250fc974050e571d67aabfe0c15cd15ce8df398f36496",
    );
    expect(Buffer.compare(writeIso9660({ label: "cidata", files: SEED }), first)).toBe(0);
  });

  it("holds any contents, also empty, also across sectors, also enough files for two directory sectors", () => {
    const name = fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,20}[a-z0-9])?$/);
    const files = fc.uniqueArray(fc.record({ name, content: fc.uint8Array({ maxLength: 5000 }) }), {
      maxLength: 40,
      selector: ({ name }) => name.replace(/[^a-z0-9_]/g, "_"),
    });
    fc.assert(
      fc.property(files, (files) => {
        const wanted = new Map(files.map(({ name, content }) => [name, Buffer.from(content)]));
        expect(extract(writeIso9660({ label: "cidata", files }))).toEqual(wanted);
      }),
      { numRuns: 25 },
    );
  });

  it.each(["", "a/b", "..", ".hidden", "ümlaut", "a\0b", "x".repeat(31)])("refuses the file name %j", (name) => {
    expect(() => writeIso9660({ label: "cidata", files: [text(name, "")] })).toThrow(RangeError);
  });

  it("refuses two files that plain ISO 9660 could not tell apart", () => {
    expect(() => writeIso9660({ label: "cidata", files: [text("user-data", "1"), text("User_Data", "2")] })).toThrow(
      /two files/,
    );
  });

  it("refuses a label that Joliet would cut", () => {
    expect(() => writeIso9660({ label: "x".repeat(17), files: [] })).toThrow(RangeError);
  });
});
