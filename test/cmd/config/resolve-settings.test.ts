import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfigFile } from "../../../cmd/config/config-file.ts";
import { refuseUnknownVariables } from "../../../cmd/config/known-variables.ts";
import { formatConfig } from "../../../cmd/config/print-config.ts";
import { resolveSettings } from "../../../cmd/config/resolve-settings.ts";
import { defineSettings } from "../../../cmd/config/setting.ts";
import { addSettingFlags } from "../../../cmd/config/setting-flags.ts";
import { UsageError } from "../../../cmd/config/usage-error.ts";

const TABLE = defineSettings({
  endpoints: { type: "list", default: ["http://127.0.0.1:2379"], description: "where" },
  "lease-ttl": { type: "duration", default: "15s", description: "how long" },
  workers: { type: "integer", minimum: 1, default: 4, description: "how many" },
  observe: { type: "boolean", default: false, description: "only look" },
  mode: { type: "string", choices: ["fast", "safe"], default: "safe", description: "which way" },
  token: { type: "string", secret: true, description: "password" },
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "vmctl-config-"));
});
afterAll(() => rm(folder, { recursive: true }));

const flagsOf = (...words: string[]): Record<string, unknown> =>
  addSettingFlags(new Command().exitOverride(), TABLE).parse(words, { from: "user" }).opts();
const resolve = (flags: Record<string, unknown>, environment = {}, file = {}) =>
  resolveSettings(TABLE, { flags, environment, file: { path: "node.yaml", values: file } });
const fileOf = async (text: string): Promise<string> => {
  const path = join(folder, "config.yaml");
  await writeFile(path, text);
  return path;
};

interface Sources {
  readonly flags?: Record<string, unknown>;
  readonly environment?: Record<string, string>;
  readonly file?: Record<string, unknown>;
}

describe("settings", () => {
  it("come from default, file, environment and flag, the later one counting", () => {
    const file = { workers: 5, "lease-ttl": "1m", mode: "fast" };
    const { values, origins } = resolve(
      flagsOf("--workers", "7"),
      { VMCTL_WORKERS: "6", VMCTL_LEASE_TTL: "30s" },
      file,
    );
    expect(values).toMatchObject({ workers: 7, leaseTtl: 30_000, mode: "fast", observe: false });
    expect(origins).toMatchObject({ workers: "flag", "lease-ttl": "environment", mode: "file", observe: "default" });
  });

  it("take lists by repeated flags, commas and YAML lists", () => {
    expect(resolve(flagsOf("--endpoints", "a,b", "--endpoints", "c")).values.endpoints).toEqual(["a", "b", "c"]);
    expect(resolve({}, { VMCTL_ENDPOINTS: "a,b" }).values.endpoints).toEqual(["a", "b"]);
    expect(resolve({}, {}, { endpoints: ["a", "b"] }).values.endpoints).toEqual(["a", "b"]);
  });

  it("take booleans back with --no- and from texts", () => {
    expect(resolve(flagsOf("--no-observe"), { VMCTL_OBSERVE: "true" }).values.observe).toBe(false);
    expect(resolve({}, { VMCTL_OBSERVE: "yes" }).values.observe).toBe(true);
  });

  it("treat an empty environment variable as absent", () => {
    expect(resolve({}, { VMCTL_WORKERS: "" }).values.workers).toBe(4);
  });

  it.each([
    [{ flags: { workers: "many" } }, '--workers: an integer expected, got "many"'],
    [{ flags: { workers: "0" } }, "--workers: at least 1 expected, got 0"],
    [{ environment: { VMCTL_LEASE_TTL: "soon" } }, "VMCTL_LEASE_TTL: a duration such as 30s or 5m expected"],
    [{ file: { observe: "maybe" } }, "node.yaml: observe: true or false expected"],
    [{ file: { mode: "slow" } }, "node.yaml: mode: one of fast, safe expected"],
  ] satisfies [Sources, string][])("name the source of what is wrong: %j", (sources: Sources, message) => {
    const { flags = {}, environment = {}, file = {} } = sources;
    expect(() => resolve(flags, environment, file)).toThrow(message);
  });
});

describe("the configuration file", () => {
  it("refuses an unknown name with the one that was probably meant", async () => {
    const path = await fileOf("leese-ttl: 5s\n");
    await expect(readConfigFile(path, TABLE)).rejects.toThrow('unknown setting "leese-ttl"; did you mean "lease-ttl"?');
  });

  it.each([["workers: 1\nworkers: 2\n"], ["- a\n- b\n"], ["a: [1\n"]])("refuses %j", async (text) => {
    await expect(readConfigFile(await fileOf(text), TABLE)).rejects.toMatchObject({ code: "Usage" });
  });

  it("says which file is missing", async () => {
    await expect(readConfigFile(join(folder, "none.yaml"), TABLE)).rejects.toThrow("none.yaml");
  });

  it("is what --print-config prints: read back, it sets the same", async () => {
    const resolved = resolve(flagsOf("--workers", "7", "--lease-ttl", "90s", "--token", "hush"));
    const text = formatConfig(TABLE, resolved);
    expect(text).toContain("lease-ttl: 1m30s  # from flag");
    expect(text).not.toContain("hush");
    const again = resolveSettings(TABLE, {
      flags: {},
      environment: {},
      file: await readConfigFile(await fileOf(text), TABLE),
    });
    expect({ ...again.values, token: "hush" }).toEqual(resolved.values);
  });
});

describe("variables", () => {
  const refusal =
    (name: string, value = "x") =>
    () =>
      refuseUnknownVariables({ [name]: value, HOME: "/root" });

  it.each([
    ["VMCTL_PLACMENT", 'no setting is called VMCTL_PLACMENT; did you mean "VMCTL_PLACEMENT"?'],
    ["VMCTL_NO_SUCH_THING", "no setting is called VMCTL_NO_SUCH_THING: unset it"],
  ])("that nobody reads are errors: %s", (name, message) => {
    expect(refusal(name)).toThrow(message);
    expect(refusal(name)).toThrow(UsageError);
  });

  it.each([
    "VMCTL_LEASE_TTL",
    "VMCTL_SIMULATED",
    "VMCTL_CONTEXT",
    "VMCTL_TEST_SEED",
    "VMCTL_PORT_80_TCP",
    "VMCTL_SERVICE_HOST",
    "VMCTL_CONTROLLER_SERVICE_HOST",
    "VMCTL_CONTROLLER_PORT_9090_TCP_ADDR",
  ])("of this or another program are none: %s", (name) => {
    expect(refusal(name)).not.toThrow();
  });

  it("that anything of the repository reads are known", () => {
    const names = execFileSync("git", ["grep", "-hoE", "VMCTL_[A-Z_]*[A-Z]", "--", "bin", "cmd", "hack", "packaging"], {
      cwd: new URL("../../..", import.meta.url),
      encoding: "utf8",
    });
    const unknown = [...new Set(names.trim().split("\n"))].filter((name) => {
      try {
        refuseUnknownVariables({ [name]: "x" });
        return false;
      } catch {
        return true;
      }
    });
    expect(unknown).toEqual([]);
  });

  it("that are empty count as not set", () => {
    expect(refusal("VMCTL_PLACMENT", "")).not.toThrow();
  });
});
