import { setTimeout as moment } from "node:timers/promises";
import { expect } from "vitest";
import type { E2eCluster } from "./e2e-cluster.ts";
import { instanceYaml } from "./e2e-guest.ts";
import type { E2eProgram } from "./e2e-program.ts";
import { eventually } from "./eventually.ts";
import { seededRandom } from "./seed.ts";

const NAMES = ["k-0", "k-1", "k-2", "k-3"] as const;
/** They do not hear the power button, so nobody waits for them. */
const SMALL = ["resources: {vcpu: 1, memory: 96Mi, disk: 1Gi}", "terminationGracePeriodSeconds: 0"];
/** The longest a change goes on before the kill: fetch, copy, define, start and the first reports lie within it. */
const LONGEST_MS = 1_200;

type Action = (cluster: E2eCluster, name: string, image: string) => Promise<unknown>;

const apply: Action = (cluster, name, image) =>
  cluster.vmctlWith({ stdin: instanceYaml(name, image, ...SMALL) }, "apply", "-f", "-");

/** What people do to an instance. Some come at a bad moment and are refused: that is an answer too. */
const ACTIONS: readonly Action[] = [
  apply,
  apply,
  (cluster, name) => cluster.vmctl("delete", "instance", name, "--now", "--wait=false"),
  (cluster, name) => cluster.vmctl("stop", `instance/${name}`),
  (cluster, name) => cluster.vmctl("start", `instance/${name}`),
  (cluster, name) => cluster.vmctl("restart", `instance/${name}`),
];

/**
 * Changes something, kills -9 the controller, the node or both at a random moment of it, starts them again. `image` is
 * the line of the spec (see haltingImage).
 */
export async function changeAndKill(cluster: E2eCluster, image: string, seed: number): Promise<void> {
  const random = seededRandom(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const acting = pick(ACTIONS)(cluster, pick(NAMES), image);
  const victims = pick<readonly E2eProgram[]>([
    [cluster.controller],
    [cluster.node],
    [cluster.controller, cluster.node],
  ]);
  await moment(random() * LONGEST_MS);
  await Promise.all(victims.map((victim) => victim.kill()));
  for (const victim of victims) victim.start();
  await acting;
}

/** Whatever was going on: what is asked for now comes true, all of it and once. */
export async function converge(cluster: E2eCluster, image: string): Promise<void> {
  const wanted = NAMES.map((name) => instanceYaml(name, image, ...SMALL, "runStrategy: Always"));
  // Refused as long as an earlier deletion is under way.
  await eventually(() => cluster.apply(wanted.join("")), { deadlineMs: 60_000, everyMs: 500 });
  const domains = [...NAMES.map((name) => `default.${name}`), "default.steady", "foreign"];
  await eventually(
    async () => expect((await cluster.virsh("list", "--name")).split("\n").filter(Boolean).sort()).toEqual(domains),
    { deadlineMs: 90_000, everyMs: 250 },
  );
  const words = NAMES.map((name) => `instance/${name}`);
  await cluster.vmctlOk("wait", "--for=jsonpath={.status.phase}=Running", ...words, "--timeout=60s");
}
