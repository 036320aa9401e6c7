import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { copyFile, mkdtemp, open, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ImageCache } from "../../../hypervisor/libvirt/image/image-cache.ts";
import { inspectImage } from "../../../hypervisor/libvirt/image/inspect-image.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { codeOf, never } from "../../conformance/hypervisor-world.ts";
import { ImageServer } from "./image-server.ts";

const run = promisify(execFile);
const MIB = 2 ** 20;
let dir: string;
let raw: string;

const qemuImg = (...args: readonly string[]) => run("qemu-img", args);
const look = (path: string) => inspectImage(path, undefined);

async function converted(name: string, ...options: readonly string[]): Promise<string> {
  const path = join(dir, name);
  await qemuImg("convert", "-f", "raw", "-O", "qcow2", ...options, raw, path);
  return path;
}

async function cut(path: string, bytes: number): Promise<string> {
  await copyFile(path, `${path}.cut`);
  await truncate(`${path}.cut`, bytes);
  return `${path}.cut`;
}

async function patched(path: string, at: number, bytes: Buffer): Promise<string> {
  await copyFile(path, `${path}.patched`);
  const file = await open(`${path}.patched`, "r+");
  await file.write(bytes, 0, bytes.length, at);
  await file.close();
  return `${path}.patched`;
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "truncated-"));
  raw = join(dir, "raw");
  // Half of it compresses, and the end is not at a cluster's.
  await writeFile(
    raw,
    Buffer.concat([randomBytes(MIB), Buffer.alloc(MIB, 7), Buffer.alloc(MIB), randomBytes(MIB + 512)]),
  );
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe("a whole qcow2", () => {
  it.each([
    ["plain", []],
    ["old", ["-o", "compat=0.10"]],
    ["compressed", ["-c"]],
    ["compressed in small clusters", ["-c", "-o", "cluster_size=512"]],
    ["in large clusters", ["-o", "cluster_size=2M"]],
    ["with subclusters", ["-o", "extended_l2=on,cluster_size=128k"]],
    ["with wide refcounts", ["-o", "refcount_bits=64"]],
  ])("passes: %s; cut off anywhere it does not", async (name, options) => {
    const path = await converted(`whole ${name}`, ...options);
    expect(await look(path)).toMatchObject({ format: "qcow2", virtualSize: 4 * MIB + 512 });
    const { size } = await stat(path);
    for (const share of [0.2, 0.5, 0.7]) {
      expect(await codeOf(look(await cut(path, Math.floor(size * share)))), `${share}`).toBe("ImageTruncated");
    }
  });

  it.each(["off", "metadata", "falloc"])("passes without data, preallocation %s", async (preallocation) => {
    const path = join(dir, preallocation);
    await qemuImg("create", "-q", "-f", "qcow2", "-o", `preallocation=${preallocation}`, path, "3M");
    expect(await look(path)).toMatchObject({ virtualSize: 3 * MIB });
  });

  it("passes where a guest wrote and gave back, and where its last cluster ends early", async () => {
    const path = join(dir, "used");
    await qemuImg("create", "-q", "-f", "qcow2", path, "1G");
    await run("qemu-io", [
      "-f",
      "qcow2",
      ...["write 700M 5k", "write 3M 70k", "discard 700M 64k"].flatMap((c) => ["-c", c]),
      path,
    ]);
    await look(path);
    const plain = await converted("early");
    const { size } = await stat(plain);
    await look(await cut(plain, size - 512));
  });
});

describe("a hostile qcow2", () => {
  const far = Buffer.from("00ffffffffff0000", "hex");

  it("is refused for what its header claims, without reading that", async () => {
    const path = await converted("hostile");
    for (const [at, hex, code] of [
      [20, "00000003", "ImageInvalid"],
      [20, "0000001e", "ImageInvalid"],
      [36, "ffffffff", "ImageInvalid"],
      [56, "ffffffff", "ImageInvalid"],
      [36, "00400000", "ImageTruncated"],
      [40, "ffffffffffffffff", "ImageTruncated"],
      [48, "7fffffffffffff00", "ImageTruncated"],
    ] as const) {
      expect(await codeOf(look(await patched(path, at, Buffer.from(hex, "hex")))), `${at} ${hex}`).toBe(code);
    }
  });

  it("is refused for any table that points past its end", async () => {
    const path = await converted("tables");
    const bytes = await readFile(path);
    const l1 = Number(bytes.readBigUInt64BE(40));
    const l2 = Number(bytes.readBigUInt64BE(l1) & 0x00fffffffffffe00n);
    const refcounts = Number(bytes.readBigUInt64BE(48));
    for (const at of [l1, l2, l2 + 8, refcounts]) {
      expect(await codeOf(look(await patched(path, at, far))), `${at}`).toBe("ImageTruncated");
    }
  });
});

describe("an image that ends too early, of which nobody said how long it is", () => {
  it("is refused, and nothing of it stays", async () => {
    const whole = await readFile(await converted("served"));
    const server = await ImageServer.start();
    const cache = await ImageCache.open({
      cacheDir: join(dir, "cache"),
      imageDirs: [dir],
      clock: systemClock,
      silenceMs: 500,
    });
    try {
      const url = server.on("/cut.qcow2", (_, response) => void response.end(whole.subarray(0, whole.length / 2)));
      const error = await cache.fetch({ source: { url } }, () => {}, never).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: "ImageTruncated", message: expect.stringMatching(/ends after \d+ bytes/) });
      const file = await cut(join(dir, "served"), whole.length / 2);
      expect(await codeOf(cache.fetch({ source: { file } }, () => {}, never))).toBe("ImageTruncated");
      expect(await cache.cached({ source: { url } })).toBeUndefined();
      // The content that was asked for is itself cut off: another download brings the same.
      const checksum = `sha256:${createHash("sha256")
        .update(await readFile(file))
        .digest("hex")}`;
      const same = await cache.fetch({ source: { url }, checksum }, () => {}, never).catch((reason: unknown) => reason);
      expect(same).toMatchObject({ code: "ImageInvalid", message: expect.stringMatching(/ends after \d+ bytes/) });
    } finally {
      await cache.close();
      await server.stop();
    }
  });
});
