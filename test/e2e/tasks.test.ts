import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { E2eCluster, HOST } from "../support/e2e-cluster.ts";
import { imageYaml } from "../support/e2e-guest.ts";
import { E2eShell } from "../support/e2e-shell.ts";
import { asShown, readTour, withoutAccidents } from "./readme-tour.ts";

/** Each begins where the one before ended. */
const PAGES = ["first-vm", "change-its-size", "why-does-it-wait", "scale-a-set", "roll-back", "clean-up"];

/** Typed into a shell from the first letter to the last; of the other pages, only what a shell is needed for. */
const TYPED: readonly string[] = ["first-vm"];

let cluster: E2eCluster;
let shell: E2eShell;
let isBroken = false;

beforeAll(async () => {
  cluster = await E2eCluster.start();
  shell = await E2eShell.of(cluster);
  await cluster.apply(imageYaml(cluster));
});
afterAll(async () => {
  // What a page that failed has left would make its instances anew.
  if (isBroken) await cluster.vmctl("delete", "instancesets", "--all", "--cascade=foreground", "--timeout=30s");
  await cluster?.finish();
});

describe("the tasks of docs/tasks, word by word", () => {
  it("are all here", () => {
    const pages = readdirSync(new URL("../../docs/tasks", import.meta.url)).filter((name) => name !== "README.md");
    expect(pages.sort()).toEqual(PAGES.map((page) => `${page}.md`).sort());
  });

  it.each(PAGES)("%s", async (page) => {
    expect(isBroken, "a page before this one failed").toBe(false);
    isBroken = true;
    for (const { command, output } of await readTour(`docs/tasks/${page}.md`)) {
      const { stdout, stderr } = await (TYPED.includes(page) ? shell.type(command) : shell.run(command));
      const shown = withoutAccidents(output, HOST);
      expect(asShown(shown, withoutAccidents(stdout + stderr, HOST)), command).toBe(shown);
    }
    isBroken = false;
  });
});
