import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ImageCache } from "../../../hypervisor/libvirt/image/image-cache.ts";
import type { MachineImage } from "../../../resources/assignment.ts";
import { type Clock, systemClock } from "../../../runtime/clock.ts";
import { codeOf, never } from "../../conformance/hypervisor-world.ts";
import { eventually } from "../../support/eventually.ts";
import { ImageServer } from "./image-server.ts";

const run = promisify(execFile);
/** Pauses between tries are real, and a hundred times shorter. */
const hasty: Clock = { ...systemClock, sleep: (ms, signal) => systemClock.sleep(ms / 100, signal) };
const MIB = 2 ** 20;
const content = randomBytes(3 * MIB);
const hexOf = (algorithm: string, bytes: Buffer) => createHash(algorithm).update(bytes).digest("hex");
const sha256 = `sha256:${hexOf("sha256", content)}`;

let dir: string;
let server: ImageServer;
let cache: ImageCache;

const openCache = (changes = {}) =>
  ImageCache.open({
    cacheDir: join(dir, "cache"),
    imageDirs: [join(dir, "images")],
    clock: hasty,
    silenceMs: 500,
    ...changes,
  });
const fetch = (image: MachineImage, signal = never) => cache.fetch(image, () => {}, signal);
const incoming = () => readdir(join(dir, "cache", "incoming"));

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "images-"));
  await mkdir(join(dir, "images"));
  server = await ImageServer.start();
  cache = await openCache();
});
afterEach(async () => {
  expect(await incoming()).toEqual([]);
  await cache.close();
  await server.stop();
  await rm(dir, { recursive: true, force: true });
});

describe("an image by URL", () => {
  it("is fetched once for all who wait, and never again", async () => {
    const url = server.serve("/a.raw", content);
    const progress: number[] = [];
    const image = { source: { url } };
    expect(await cache.cached(image)).toBeUndefined();
    const all = await Promise.all([
      cache.fetch(image, ({ bytes }) => progress.push(bytes), never),
      ...Array.from({ length: 9 }, () => fetch(image)),
    ]);
    const want = { path: expect.any(String), format: "raw", digest: sha256, virtualSize: content.length };
    expect(new Set(all.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(all[0]).toEqual(want);
    expect(progress.at(-1)).toBe(content.length);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(await fetch(image)).toEqual(want);
    expect(await cache.cached(image)).toEqual(want);
    expect(server.requests).toEqual(["GET /a.raw"]);
    expect(content.equals(await readFile(all[0]?.path ?? ""))).toBe(true);
    expect((await stat(all[0]?.path ?? "")).mode & 0o777).toBe(0o444);
  });

  it("is still cached for the next process, under its digest as well", async () => {
    const url = server.serve("/a.raw", content);
    const image = await fetch({ source: { url } });
    await cache.close();
    cache = await openCache();
    expect(await cache.cached({ source: { url } })).toEqual(image);
    expect(await cache.cached({ source: { url: "http://elsewhere.invalid/" }, digest: sha256 })).toEqual(image);
    await rm(image.path);
    expect(await cache.cached({ source: { url } })).toBeUndefined();
    expect(await fetch({ source: { url } })).toEqual(image);
  });

  it("that was cut short in the cache is not there, and fetched again", async () => {
    const url = server.serve("/a.raw", content);
    const image = await fetch({ source: { url } });
    await truncate(image.path, MIB);
    expect(await cache.cached({ source: { url } })).toBeUndefined();
    expect(content.equals(await readFile((await fetch({ source: { url } })).path))).toBe(true);
  });

  it("is resumed where the connection broke, and joined only to the same version", async () => {
    const url = server.serveCut("/cut.raw", content, MIB);
    expect((await fetch({ source: { url } })).digest).toBe(sha256);
    // How much arrives before a reset is the kernel's: three requests, or one more when a cut took some along.
    const offsets = server.requests
      .slice(1)
      .map((request) => Number(/^GET \/cut.raw bytes=(\d+)-$/.exec(request)?.[1]));
    expect(offsets.length).toBeGreaterThanOrEqual(2);
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
    expect(offsets.every((offset) => offset > 0)).toBe(true);
    const newer = randomBytes(2 * MIB);
    const changing = server.serveCut("/changing.raw", content, MIB);
    server.on("/changing.raw", (_, response) => {
      response.writeHead(200, { "content-length": content.length, etag: '"old"' });
      response.write(content.subarray(0, MIB), () => {
        server.serve("/changing.raw", newer);
        response.destroy();
      });
    });
    expect((await fetch({ source: { url: changing } })).digest).toBe(`sha256:${hexOf("sha256", newer)}`);
  });

  it("that is cut at the same place again and again is truncated", async () => {
    const url = server.on("/t.raw", (_, response) => {
      response.writeHead(200, { "content-length": content.length });
      response.write(content.subarray(0, MIB), () => setImmediate(() => response.destroy()));
    });
    expect(await codeOf(fetch({ source: { url } }))).toBe("ImageTruncated");
  });

  it("from a server that falls silent is asked for again", async () => {
    const url = server.on("/s.raw", (_, response) => {
      server.serve("/s.raw", content);
      response.writeHead(200, { "content-length": content.length });
      response.write(content.subarray(0, 100));
    });
    expect((await fetch({ source: { url } })).digest).toBe(sha256);
  });

  it("follows redirects, but not in a circle", async () => {
    const target = server.serve("/real.raw", content);
    const url = server.on("/moved", (_, response) => void response.writeHead(302, { location: "/real.raw" }).end());
    expect((await fetch({ source: { url } })).digest).toBe(sha256);
    expect(target).toContain("/real.raw");
    const circle = server.on("/circle", (_, response) => void response.writeHead(301, { location: "/circle" }).end());
    expect(await codeOf(fetch({ source: { url: circle } }))).toBe("ImageUnreachable");
    const file = server.on(
      "/file",
      (_, response) => void response.writeHead(301, { location: "file:///etc/passwd" }).end(),
    );
    expect(await codeOf(fetch({ source: { url: file } }))).toBe("ImageUnreachable");
  });

  it("is given what its server asks for, and nobody else is", async () => {
    const elsewhere = await ImageServer.start();
    try {
      const logins: (string | undefined)[] = [];
      const signed = elsewhere.on("/signed", ({ headers }, response) => {
        logins.push(headers.authorization);
        response.writeHead(200, { "content-length": content.length }).end(content);
      });
      const url = server.on("/private", ({ headers }, response) => {
        logins.push(headers.authorization);
        if (headers.authorization === undefined) response.writeHead(401).end();
        else response.writeHead(302, { location: signed }).end();
      });
      expect(await codeOf(fetch({ source: { url } }))).toBe("ImageUnreachable");
      const login = { username: "me", password: "hunter2" };
      const all = await cache.fetch({ source: { url }, login }, () => {}, never);
      expect(all.digest).toBe(sha256);
      const basic = `Basic ${Buffer.from("me:hunter2").toString("base64")}`;
      expect(logins.slice(0, -2).every((given) => given === undefined)).toBe(true);
      expect(logins.slice(-2)).toEqual([basic, undefined]);
    } finally {
      await elsewhere.stop();
    }
  });

  it("behind a signed URL is told of without the signature, which opens it for whoever reads that", async () => {
    const signed = server.on("/full?signature=hunter2", (_, response) => void response.writeHead(503).end());
    const targets = {
      refused: signed,
      odd: "ftp://127.0.0.1/x?signature=hunter2",
      nowhere: "http://127.0.0.1:1/?s=hunter2",
    };
    for (const [name, location] of Object.entries(targets)) {
      const url = server.on(`/${name}`, (_, response) => void response.writeHead(302, { location }).end());
      const error = await fetch({ source: { url } }).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: "ImageUnreachable" });
      expect(String(error)).not.toContain("hunter2");
    }
  });

  it("that is not there, not served or nowhere says so", async () => {
    const url = server.on("/gone", (_, response) => void response.writeHead(410).end());
    expect(await codeOf(fetch({ source: { url } }))).toBe("ImageNotFound");
    const busy = server.on("/busy", (_, response) => void response.writeHead(503).end());
    expect(await codeOf(fetch({ source: { url: busy } }))).toBe("ImageUnreachable");
    expect(await codeOf(fetch({ source: { url: "http://127.0.0.1:1/x" } }))).toBe("ImageUnreachable");
  });

  it("is given up when the last who waits leaves, not before", async () => {
    const url = server.on("/slow.raw", (_, response) => {
      response.writeHead(200, { "content-length": content.length });
      response.write(content.subarray(0, MIB));
    });
    const [first, second] = [new AbortController(), new AbortController()];
    const reason = new Error("no longer wanted");
    const waiting = [fetch({ source: { url } }, first.signal), fetch({ source: { url } }, second.signal)];
    const ended = Promise.allSettled(waiting);
    await eventually(async () => expect(await incoming()).toHaveLength(1));
    first.abort(reason);
    await expect(waiting[0]).rejects.toBe(reason);
    expect(await incoming()).toHaveLength(1);
    second.abort(reason);
    await ended;
    await expect(waiting[1]).rejects.toBe(reason);
    expect(await incoming()).toEqual([]);
  });
});

describe("a checksum", () => {
  it("in the manifest, agreed on, or in a SUMS file must be the content's", async () => {
    const url = server.serve("/a.raw", content);
    const sha512 = hexOf("sha512", content);
    const sums = server.serve("/SHA512SUMS", Buffer.from(`${"0".repeat(128)}  b.raw\n${sha512} *a.raw\n`));
    const bsd = server.serve("/CHECKSUM", Buffer.from(`# comment\nSHA256 (a.raw) = ${sha256.slice(7)}\n`));
    for (const checksum of [sha256, `sha512:${sha512}`, { url: sums }, { url: bsd }]) {
      expect((await fetch({ source: { url }, checksum })).digest).toBe(sha256);
      expect(await cache.cached({ source: { url }, checksum })).toMatchObject({ digest: sha256 });
    }
    const wrong = `sha256:${"0".repeat(64)}`;
    expect(await codeOf(fetch({ source: { url }, checksum: wrong }))).toBe("ChecksumMismatch");
    expect(await codeOf(fetch({ source: { url }, digest: wrong }))).toBe("ChecksumMismatch");
    const said = (image: object) => fetch({ source: { url }, ...image }).catch((error: Error) => error.message);
    expect(await said({ checksum: wrong, digest: wrong })).toMatch(/^the manifest says sha256:0/);
    expect(await said({ digest: wrong })).toMatch(/^the first copy that a host had says sha256:0/);
    const sumsFirst = await said({ checksum: { url: sums }, digest: wrong });
    expect(sumsFirst).toMatch(/^http:.*SHA512SUMS, when it was first asked, says sha256:0/);
    const other = server.serve("/c.raw", content);
    expect(await codeOf(fetch({ source: { url: other }, checksum: { url: sums } }))).toBe("ChecksumMismatch");
    expect(await cache.cached({ source: { url }, checksum: wrong })).toBeUndefined();
  });
});

describe("an image by path", () => {
  it("is copied, and copied again when the file changed", async () => {
    const file = join(dir, "images", "a.raw");
    await writeFile(file, content);
    expect((await fetch({ source: { file } })).digest).toBe(sha256);
    expect(await cache.cached({ source: { file } })).toBeDefined();
    const changed = randomBytes(MIB);
    await writeFile(file, changed);
    expect(await cache.cached({ source: { file } })).toBeUndefined();
    expect((await fetch({ source: { file } })).digest).toBe(`sha256:${hexOf("sha256", changed)}`);
    expect(await readdir(join(dir, "cache"))).toContain(`${sha256.slice(7)}.raw`);
  });

  it("must lie where this host allows, links followed", async () => {
    await writeFile(join(dir, "secret.raw"), content);
    await symlink(join(dir, "secret.raw"), join(dir, "images", "link.raw"));
    for (const file of [
      join(dir, "secret.raw"),
      join(dir, "images", "link.raw"),
      `${dir}/images/../secret.raw`,
      "/absent",
    ]) {
      expect(await codeOf(fetch({ source: { file } }))).toBe("ImageForbidden");
    }
    expect(await codeOf(fetch({ source: { file: join(dir, "images", "absent") } }))).toBe("ImageNotFound");
    expect(await codeOf(fetch({ source: { file: `${dir}/images/../images/.` } }))).toBe("ImageForbidden");
    await mkdir(join(dir, "images", "folder"));
    expect(await codeOf(fetch({ source: { file: join(dir, "images", "folder") } }))).toBe("ImageInvalid");
  });

  it("that does not fit on the disk leaves nothing", async () => {
    const small = join(dir, "small");
    await mkdir(small);
    await run("mount", ["-t", "tmpfs", "-o", "size=1m", "none", small]);
    const full = await openCache({ cacheDir: small });
    try {
      const file = join(dir, "images", "a.raw");
      await writeFile(file, content);
      expect(await codeOf(full.fetch({ source: { file } }, () => {}, never))).toBe("DiskFull");
      const url = server.on("/unsized", (_, response) => void response.end(content));
      expect(await codeOf(full.fetch({ source: { url } }, () => {}, never))).toBe("DiskFull");
      expect(await readdir(join(small, "incoming"))).toEqual([]);
    } finally {
      await full.close();
      await run("umount", [small]);
    }
  });
});

describe("what an image is", () => {
  const file = (name: string) => join(dir, "images", name);
  const make = (...args: readonly string[]) => run("qemu-img", ["create", "-q", ...args]);

  it("is told by its own bytes", async () => {
    await make("-f", "qcow2", file("a"), "64M");
    expect(await fetch({ source: { file: file("a") } })).toMatchObject({ format: "qcow2", virtualSize: 64 * MIB });
    await writeFile(file("b"), content);
    expect(await codeOf(fetch({ source: { file: file("b") }, format: "qcow2" }))).toBe("ImageInvalid");
    expect(await fetch({ source: { file: file("a") }, format: "raw" })).toMatchObject({ format: "raw" });
  });

  it("may not lead to other files, nor be something else by mistake", async () => {
    await writeFile(file("base"), content);
    await make("-f", "qcow2", "-b", file("base"), "-F", "raw", file("backed"));
    await make("-f", "qcow2", "-o", `data_file=${file("data")}`, file("split"), "1M");
    await run("gzip", ["-k", file("base")]);
    await writeFile(file("page"), `<!DOCTYPE html>${" ".repeat(200)}`);
    await writeFile(file("empty"), "");
    await writeFile(file("cut"), (await readFile(file("backed"))).subarray(0, 80).fill(0, 8, 16));
    for (const name of ["backed", "split", "base.gz", "page", "empty", "cut"]) {
      expect(await codeOf(fetch({ source: { file: file(name) } })), name).toBe("ImageInvalid");
    }
  });
});
