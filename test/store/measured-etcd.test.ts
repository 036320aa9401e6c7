import { readdir, readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { EtcdServer, WITH_FSYNC } from "../support/etcd.ts";

/** The environment of the process that was started with this folder. */
async function environmentOf({ directory }: EtcdServer): Promise<readonly string[]> {
  const read = (pid: string, name: string) => readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "");
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const words = (await read(pid, "cmdline")).split("\0");
    if (words.includes(`--data-dir=${directory}/data`)) return (await read(pid, "environ")).split("\0");
  }
  throw new Error("no such etcd runs");
}

it.each([
  { what: "of tests has one thread", flags: [], limits: ["GOMAXPROCS=1"] },
  { what: "that is measured has all it would have elsewhere", flags: [WITH_FSYNC], limits: [] },
])("an etcd $what", async ({ flags, limits }) => {
  const server = await EtcdServer.start({ flags });
  try {
    const environment = await environmentOf(server);
    expect(environment.filter((variable) => variable.startsWith("GOMAXPROCS="))).toEqual(limits);
  } finally {
    await server.stop();
  }
});
