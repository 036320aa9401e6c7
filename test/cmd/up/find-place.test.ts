import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { findPlace } from "../../../cmd/up/find-place.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "find-place-"));
  vi.stubEnv("XDG_STATE_HOME", home);
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rm(home, { recursive: true });
});

const as = (uid: number) => vi.spyOn(process, "getuid").mockReturnValue(uid);

async function controlPlane(settings: object): Promise<string> {
  const dir = join(home, "vmctl", "up");
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, "state.json"), JSON.stringify({ version: 1, settings }));
  return dir;
}

describe("which control plane is meant", () => {
  it("by root: the machine's", async () => {
    as(0);
    expect(await findPlace(undefined, 64)).toEqual({ dir: "/var/lib/vmctl/up", needsRoot: false });
    expect(await findPlace("/data", undefined)).toEqual({ dir: "/data", needsRoot: false });
  });

  it("by others: the machine's needs root, a simulated one does not and is their own", async () => {
    as(1000);
    expect(await findPlace(undefined, undefined)).toEqual({ dir: "/var/lib/vmctl/up", needsRoot: true });
    expect(await findPlace(undefined, 64)).toEqual({ dir: join(home, "vmctl", "up"), needsRoot: false });
    expect(await findPlace("/data", undefined)).toEqual({ dir: "/data", needsRoot: true });
  });

  it("afterwards: what was simulated is found without a word, what was not needs root", async () => {
    as(1000);
    const dir = await controlPlane({ simulated: 3 });
    expect(await findPlace(undefined, undefined)).toEqual({ dir, needsRoot: false });
    expect(await findPlace(dir, undefined)).toEqual({ dir, needsRoot: false });
    await controlPlane({});
    expect(await findPlace(dir, undefined)).toEqual({ dir, needsRoot: true });
  });
});
