import { chmod, lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Context, type Contexts, readContexts, withContext } from "../../../cmd/config/context-file.ts";
import { contextsText } from "../../../cmd/config/contexts-text.ts";
import { parseContexts } from "../../../cmd/config/parse-contexts.ts";
import { updateContexts } from "../../../cmd/config/update-contexts.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "vmctl-contexts-"));
  path = join(folder, "config.yaml");
});
afterEach(() => rm(folder, { recursive: true }));

const trial = { name: "trial", endpoints: ["https://127.0.0.1:2379"], ca: "/pki/ca.pem", namespace: "team" };
const add = (context: Context) => (contexts: Contexts) => withContext(contexts, context);

const WRITTEN = `# of Alice
current-context: three # the real one
contexts:
  # in the cellar
  - name: three
    endpoints: [ https://etcd-1:2379, https://etcd-2:2379 ] # two of three
    ca: pki/ca.pem # beside this file
  - { name: other, endpoints: [ http://127.0.0.1:1 ] } # for trying

# the end
`;

describe("a change of the context file", () => {
  it("makes file and folder for their owner only", async () => {
    path = join(folder, "new", "config.yaml");
    await updateContexts(path, add(trial));
    expect(await readContexts(path)).toEqual({ current: "trial", contexts: [trial] });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, "new"))).mode & 0o777).toBe(0o700);
  });

  it("replaces a file others could read by one they cannot", async () => {
    await writeFile(path, "contexts: []\n");
    await chmod(path, 0o644);
    await updateContexts(path, add(trial));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it("keeps comments, order and relative paths", async () => {
    await writeFile(path, WRITTEN);
    await updateContexts(path, ({ contexts: [three, ...others] }) => ({
      current: "other",
      contexts: [{ ...three, namespace: "team" } as Context, ...others],
    }));
    const text = await readFile(path, "utf8");
    const changed = WRITTEN.replace("current-context: three #", "current-context: other #");
    expect(text).toBe(
      changed.replace("pki/ca.pem # beside this file\n", "pki/ca.pem # beside this file\n    namespace: team\n"),
    );
  });

  it("keeps the comments of a context that is renamed", async () => {
    await writeFile(path, WRITTEN);
    await updateContexts(path, ({ contexts: [three, ...others] }) => ({
      current: "cellar",
      contexts: [{ ...three, name: "cellar" } as Context, ...others],
    }));
    expect(await readFile(path, "utf8")).toBe(
      WRITTEN.replaceAll(/\bthree( #|\n)/g, "cellar$1").replace("of cellar", "of three"),
    );
  });

  it("writes nothing when nothing changes", async () => {
    await writeFile(path, WRITTEN);
    const before = await stat(path);
    await updateContexts(path, (contexts) => contexts);
    expect((await stat(path)).ino).toBe(before.ino);
  });

  it("starts anew when somebody else wrote meanwhile", async () => {
    const other = { name: "other", endpoints: ["http://127.0.0.1:1"] };
    let calls = 0;
    await updateContexts(path, (contexts) => {
      calls += 1;
      return withContext(contexts, trial);
    });
    const racing = updateContexts(path, add(other));
    await Promise.all([
      racing,
      updateContexts(path, (contexts) => withContext(contexts, { ...trial, namespace: "b" })),
    ]);
    expect(calls).toBe(1);
    const names = (await readContexts(path)).contexts.map(({ name }) => name);
    expect(names.sort()).toEqual(["other", "trial"]);
  });

  it("follows a symbolic link and leaves nothing behind", async () => {
    await writeFile(join(folder, "real.yaml"), WRITTEN);
    await symlink("real.yaml", path);
    await updateContexts(path, add(trial));
    expect((await lstat(path)).isSymbolicLink()).toBe(true);
    expect((await readContexts(path)).contexts).toHaveLength(3);
    expect((await readdir(folder)).sort()).toEqual(["config.yaml", "real.yaml"]);
  });

  it("leaves a file alone that it does not understand", async () => {
    await writeFile(path, "contexts: [{name: a}]\n");
    await expect(updateContexts(path, add(trial))).rejects.toThrow("contexts[0].endpoints");
    expect(await readFile(path, "utf8")).toBe("contexts: [{name: a}]\n");
    expect(await readdir(folder)).toEqual(["config.yaml"]);
  });
});

describe("the text of contexts", () => {
  const word = fc.stringMatching(/^[a-z0-9:#{}'"\-.,&*!|>%@`]{1,12}$/).filter((text) => text.trim() !== "");
  const optional = fc.option(word, { nil: undefined });
  const context = fc
    .record({
      name: word,
      endpoints: fc.array(word, { minLength: 1, maxLength: 3 }),
      root: optional,
      namespace: optional,
    })
    .map((each) => JSON.parse(JSON.stringify(each)) as Context);
  const contexts = fc
    .uniqueArray(context, { selector: ({ name }) => name, maxLength: 4 })
    .map((list): Contexts => ({ contexts: list, ...(list[0] && { current: list[0].name }) }));

  it("says what was wanted, whatever stood there before", () => {
    fc.assert(
      fc.property(contexts, contexts, (before, after) => {
        const first = contextsText("/x/c.yaml", undefined, before);
        expect(parseContexts("/x/c.yaml", first)).toEqual(before);
        expect(parseContexts("/x/c.yaml", contextsText("/x/c.yaml", first, after))).toEqual(after);
      }),
    );
  });
});
