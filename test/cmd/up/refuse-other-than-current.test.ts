import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { updateContexts } from "../../../cmd/config/update-contexts.ts";
import { dataLayout } from "../../../cmd/up/data-layout.ts";
import { refuseOtherThanCurrent } from "../../../cmd/up/refuse-other-than-current.ts";
import type { UpState } from "../../../cmd/up/up-state.ts";
import { writeUserContext } from "../../../cmd/up/user-context.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "refuse-other-"));
});
afterEach(() => rm(folder, { recursive: true }));

const contextFile = () => join(folder, "config", "config.yaml");
const data = (name: string) => join(folder, name);

/** What an `up` leaves: its data directory, and its context as the current one. */
async function up(name: string): Promise<void> {
  const layout = dataLayout(data(name));
  await mkdir(layout.certificates, { recursive: true });
  for (const file of ["ca.crt", "admin.crt", "admin.key"]) await writeFile(join(layout.certificates, file), "");
  await writeFile(layout.state, "{}");
  await writeUserContext(layout, {
    settings: { contextName: name },
    ports: { etcd: 23790 },
    invoker: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, home: folder },
    contextFile: contextFile(),
  } as UpState);
}

const down = (name: string, environment: object = {}): Promise<unknown> =>
  refuseOtherThanCurrent(data(name), "vmctl down", { VMCTL_CONFIG: contextFile(), ...environment }).catch(
    (error: Error) => error.message,
  );

describe("down without --data", () => {
  it("is not for another control plane than the current context's, and says both ways", async () => {
    await up("local");
    await up("simulated");
    expect(await down("local")).toBe(
      `the current context "simulated" is the control plane in ${data("simulated")}, without --data it would be ` +
        `the one in ${data("local")}: vmctl down --data ${data("simulated")}, or vmctl down --data ${data("local")}`,
    );
    expect(await down("simulated")).toBeUndefined();
    expect(await down("local", { VMCTL_CONTEXT: "local" })).toBeUndefined();
  });

  it("still finds whose a renamed context is", async () => {
    await up("simulated");
    await updateContexts(contextFile(), ({ contexts }) => ({
      current: "mine",
      contexts: contexts.map((context) => ({ ...context, name: "mine" })),
    }));
    expect(await down("local")).toContain('the current context "mine" is the control plane in');
  });

  it("goes on where no context is current, where it is of another machine, and where its control plane is gone", async () => {
    expect(await down("local")).toBeUndefined();
    await up("simulated");
    await rm(data("simulated"), { recursive: true });
    expect(await down("local")).toBeUndefined();
    const production = { name: "production", endpoints: ["https://etcd.example.net:2379"] };
    await updateContexts(contextFile(), () => ({ current: "production", contexts: [production] }));
    expect(await down("local")).toBeUndefined();
  });
});
