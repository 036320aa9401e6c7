export { seededRandom } from "../../hypervisor/simulated/seeded-random.ts";

/** VMCTL_TEST_SEED when set, else a new one; printed, so that a failing run can be repeated. */
export function testSeed(): number {
  const given = process.env["VMCTL_TEST_SEED"];
  const seed = given === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(given);
  console.log(`VMCTL_TEST_SEED=${seed}`);
  return seed;
}
