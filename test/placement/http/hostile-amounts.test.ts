import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { uuid } from "../examples.ts";
import { claimBody, Served } from "./served.ts";

/** As they stand in a body: JSON has no NaN, and makes Infinity of what is too large. */
const NO_INTEGER = ["1.5", "1e309", "-1e309", '""', '"1"', '"NaN"', "null", "true", "[]", "[1]", "{}"];
const TOO_LARGE = ["2147483648", "9007199254740993", "1e300"];
const NOT_ABOVE_ZERO = ["0", "-1", "-2147483649"];

const path = `/resource_providers/${uuid(1)}`;
const inventories = { VCPU: { total: 8, step_size: 2 }, DISK_GB: { total: 100, min_unit: 10, max_unit: 50 } };

describe("an amount in a body that nobody can give", () => {
  let served: Served;
  beforeAll(async () => {
    served = await Served.start();
    await served.provider(uuid(1), inventories);
  });
  afterAll(async () => {
    const held = (await served.must("GET", `${path}/inventories`)).body;
    const usages = (await served.must("GET", `${path}/usages`)).body;
    await served.stop();
    expect(served.faults).toEqual([]);
    expect(held).toMatchObject({ inventories, resource_provider_generation: 1 });
    expect(usages).toMatchObject({ usages: { VCPU: 0, DISK_GB: 0 } });
  });

  /** What was taken, or refused without saying where. */
  async function notRefused(amounts: readonly string[], place: string, ask: (amount: string) => [string, string]) {
    const wrong: string[] = [];
    for (const amount of amounts) {
      const [to, body] = ask(amount);
      const { status, text } = await served.ask("PUT", to, { body });
      if (status !== 400 || !text.includes(place)) wrong.push(`${amount}: ${status} ${text}`);
    }
    return wrong;
  }

  it.each([
    ["total", [...NO_INTEGER, ...TOO_LARGE, ...NOT_ABOVE_ZERO]],
    ["reserved", [...NO_INTEGER, ...TOO_LARGE, "-1"]],
    ["min_unit", [...NO_INTEGER, ...TOO_LARGE, ...NOT_ABOVE_ZERO]],
    ["max_unit", [...NO_INTEGER, ...TOO_LARGE, ...NOT_ABOVE_ZERO]],
    ["step_size", [...NO_INTEGER, ...TOO_LARGE, ...NOT_ABOVE_ZERO]],
    ["allocation_ratio", ["1e309", "1e300", '"2"', "null", "[]", "{}"]],
  ])("is refused in an inventory's %s", async (field, hostile) => {
    const of = (amount: string) => `{${field === "total" ? "" : '"total":8,'}"${field}":${amount}}`;
    const all = (amount: string): [string, string] => [
      `${path}/inventories`,
      `{"resource_provider_generation":1,"inventories":{"VCPU":${of(amount)}}}`,
    ];
    const one = (amount: string): [string, string] => [
      `${path}/inventories/VCPU`,
      of(amount).replace(/}$/, ',"resource_provider_generation":1}'),
    ];
    expect(await notRefused(hostile, field, all)).toEqual([]);
    expect(await notRefused(hostile, field, one)).toEqual([]);
  });

  it("is refused in a claim", async () => {
    const hostile = [...NO_INTEGER, ...NOT_ABOVE_ZERO];
    const ask = (amount: string): [string, string] => [
      `/allocations/${uuid(50)}`,
      JSON.stringify(claimBody({ [uuid(1)]: { resources: { VCPU: "?" } } })).replace('"?"', amount),
    ];
    expect(await notRefused(hostile, "resources", ask)).toEqual([]);
  });

  it.each([
    ["VCPU", "3", "not a multiple of step_size"],
    ["DISK_GB", "5", "min_unit"],
    ["DISK_GB", "60", "max_unit"],
    ["VCPU", "2147483648", ""],
    ["VCPU", "9007199254740993", ""],
  ])("is no claim that fits: %s:%s", async (name, amount) => {
    const body = JSON.stringify(claimBody({ [uuid(1)]: { resources: { [name]: "?" } } })).replace('"?"', amount);
    const { status, text } = await served.ask("PUT", `/allocations/${uuid(51)}`, { body });
    expect([status, text]).toEqual([409, expect.stringContaining(name)]);
  });

  it.each(["0", "-1", "1.5", "1e309", "9007199254740993", "2147483648", "NaN", "", "x", "%00", "1,VCPU:1"])(
    "is refused or found nowhere in a query: VCPU:%s",
    async (amount) => {
      for (const query of [
        `/allocation_candidates?resources=VCPU:${amount}`,
        `/resource_providers?resources=VCPU:${amount}`,
      ]) {
        const { status, body } = await served.ask("GET", query);
        expect([200, 400]).toContain(status);
        if (status === 200) expect(JSON.stringify(body)).not.toContain(uuid(1));
      }
    },
  );

  it.each(["0", "-1", "1.5", "1e309", "NaN", "", "x"])("is refused as a limit: %s", async (limit) => {
    expect((await served.ask("GET", `/allocation_candidates?resources=VCPU:2&limit=${limit}`)).status).toBe(400);
  });

  it.each(["-1", "1e309", "9007199254740993", "1.5", '"1"', "null"])(
    "is refused as a generation: %s",
    async (generation) => {
      const body = `{"resource_provider_generation":${generation},"inventories":{}}`;
      expect([400, 409]).toContain((await served.ask("PUT", `${path}/inventories`, { body })).status);
    },
  );
});
