import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readContexts, withContext } from "../../../cmd/config/context-file.ts";
import { updateContexts } from "../../../cmd/config/update-contexts.ts";
import { dataLayout } from "../../../cmd/up/data-layout.ts";
import type { UpState } from "../../../cmd/up/up-state.ts";
import { removeUserContext, writeUserContext } from "../../../cmd/up/user-context.ts";

let folder: string;
let state: UpState;
const layout = () => dataLayout(join(folder, "data"));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "user-context-"));
  await mkdir(layout().certificates, { recursive: true });
  for (const name of ["ca.crt", "admin.crt", "admin.key"]) await writeFile(join(layout().certificates, name), name);
  state = {
    settings: { contextName: "local" },
    ports: { etcd: 23790 },
    invoker: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, home: folder },
    contextFile: join(folder, "config", "config.yaml"),
  } as UpState;
});
afterEach(() => rm(folder, { recursive: true }));

describe("the user's context", () => {
  it("is current, for nobody else's eyes, and replaced the second time", async () => {
    await writeUserContext(layout(), state);
    await writeUserContext(layout(), state);
    const { current, contexts } = await readContexts(state.contextFile);
    expect(current).toBe("local");
    expect(contexts).toHaveLength(1);
    expect(contexts[0]).toMatchObject({
      endpoints: ["https://127.0.0.1:23790"],
      key: join(folder, "config/local/admin.key"),
    });
    for (const path of [state.contextFile, join(folder, "config/local/admin.key")]) {
      expect((await stat(path)).mode & 0o777).toBe(0o600);
    }
    expect(await readdir(join(folder, "config/local"))).toEqual(["admin.crt", "admin.key", "ca.crt", "data-folder"]);
  });

  it("goes without a trace when it was the only one", async () => {
    await writeUserContext(layout(), state);
    await removeUserContext(layout(), state);
    expect(await readdir(folder)).toEqual(["data"]);
  });

  it("stays when another control plane has taken its name since", async () => {
    await writeUserContext(layout(), state);
    await removeUserContext(dataLayout(join(folder, "older")), state);
    expect((await readContexts(state.contextFile)).current).toBe("local");
    expect(await readdir(join(folder, "config/local"))).toContain("admin.key");
  });

  it("goes alone when there are others", async () => {
    const other = { name: "production", endpoints: ["https://etcd.example.net:2379"] };
    await updateContexts(state.contextFile, (contexts) => withContext(contexts, other));
    await writeUserContext(layout(), state);
    await removeUserContext(layout(), state);
    expect((await readContexts(state.contextFile)).contexts).toEqual([other]);
    expect(await readdir(join(folder, "config"))).toEqual(["config.yaml"]);
  });
});
