import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runWords } from "./run-words.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "vmctl-config-"));
  path = join(folder, "config.yaml");
  vi.stubEnv("VMCTL_CONFIG", path);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const config = async (...words: string[]) => runWords("config", ...words);
const done = async (...words: string[]): Promise<string> => {
  const { status, out, err } = await config(...words);
  expect({ status, err }).toEqual({ status: 0, err: "" });
  return out;
};

const TWO = `current-context: a
contexts:
  - name: a # mine
    endpoints: [ https://etcd-1:2379 ]
    ca: ca.pem
  - name: b
    endpoints: [ http://127.0.0.1:2379 ]
    namespace: team
`;

describe("vmctl config", () => {
  it("makes the first context the current one, and no other", async () => {
    expect(await done("set-context", "a", "--endpoints", "https://etcd-1:2379")).toBe(
      "context a created, and is current\n",
    );
    expect(await done("set-context", "b", "--endpoints", "127.0.0.1:2379,127.0.0.1:2380")).toBe("context b created\n");
    expect(await done("current-context")).toBe("a\n");
    expect(await done("get-contexts", "-o", "name")).toBe("a\nb\n");
    const [heading, ...rows] = (await done("get-contexts")).split("\n");
    expect(heading).toMatch(/^CURRENT +NAME +ENDPOINTS +ROOT +NAMESPACE$/);
    expect(rows[0]).toMatch(/^\* +a +https:\/\/etcd-1:2379 +<none> +<none>$/);
    expect(rows[1]).toMatch(/^ +b +127\.0\.0\.1:2379,127\.0\.0\.1:2380 /);
  });

  it("changes only the fields given, takes one away by an empty value, and says when nothing changes", async () => {
    await writeFile(path, TWO);
    expect(await done("set-context", "b", "--cert", "me.pem", "--key", "me.key")).toBe("context b configured\n");
    expect(await done("set-context", "b", "--namespace", "team")).toBe("context b unchanged\n");
    expect(await done("set-context", "--current", "--namespace", "x")).toBe("context a configured\n");
    expect(await done("set-context", "b", "--namespace", "")).toBe("context b configured\n");
    const text = await readFile(path, "utf8");
    expect(text).toContain("- name: a # mine\n");
    expect(text).toContain("ca: ca.pem\n");
    const view = JSON.parse(await done("view", "-o", "json")) as unknown;
    expect(view).toEqual({
      "current-context": "a",
      contexts: [
        { name: "a", endpoints: ["https://etcd-1:2379"], ca: join(folder, "ca.pem"), namespace: "x" },
        { name: "b", endpoints: ["http://127.0.0.1:2379"], cert: resolve("me.pem"), key: resolve("me.key") },
      ],
    });
  });

  it("uses, renames and deletes; the current one follows", async () => {
    await writeFile(path, TWO);
    expect(await done("use-context", "b")).toBe("context b is current\n");
    expect(await done("rename-context", "b", "c")).toBe("context b renamed to c\n");
    expect(await done("current-context")).toBe("c\n");
    expect(await done("view", "--minify")).not.toContain("etcd-1");
    expect(await done("delete-context", "c", "-q")).toBe("");
    expect(await config("current-context")).toMatchObject({
      status: 1,
      err: expect.stringContaining("no current context"),
    });
    expect(await done("get-contexts", "-o", "name")).toBe("a\n");
  });

  it("shows no password that somebody put into a URL", async () => {
    await writeFile(path, "contexts: [{name: a, endpoints: ['https://me:hunter2@etcd:2379']}]\n");
    for (const words of [["get-contexts"], ["view"], ["view", "-o", "json"]]) {
      const out = await done(...words);
      expect(out).not.toContain("hunter2");
      expect(out).toContain("etcd:2379");
    }
  });

  const REFUSED: readonly (readonly [string, number, string])[] = [
    ["use-context bb", 1, 'no context "bb" in'],
    ["rename-context a b", 1, 'there is a context "b" already'],
    ["rename-context nowhere c", 1, 'no context "nowhere"'],
    ["delete-context a nowhere", 1, 'no context "nowhere"'],
    ["get-contexts nowhere", 1, 'no context "nowhere"'],
    ["set-context", 2, "give a context's name, or --current"],
    ["set-context a --current", 2, "give a context's name, or --current"],
    ["set-context new", 2, "context new needs --endpoints"],
    ["set-context a --endpoints https://u:p@etcd:2379", 2, "is not an etcd endpoint"],
    ["set-context a --namespace Team", 2, "a name of lower case letters"],
    ["set-context a --cert me.pem", 2, "needs both --cert and --key"],
    ["view -o table", 2, "one of yaml, json expected"],
    ["get-contexts -o wide", 2, "only name is offered here"],
    ["set-contxt a", 2, "set-context"],
  ];
  it.each(REFUSED)("%s", async (words, status, message) => {
    await writeFile(path, TWO);
    const result = await config(...words.split(" "));
    expect(result).toEqual({ status, out: "", err: expect.stringContaining(message) });
    expect(await readFile(path, "utf8")).toBe(TWO);
  });
});
