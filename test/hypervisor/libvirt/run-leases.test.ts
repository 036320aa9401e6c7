import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LibvirtLink } from "../../../hypervisor/libvirt/libvirt-link.ts";
import {
  earlierLeases,
  isOfThisRun,
  type KnownLease,
  withLeases,
} from "../../../hypervisor/libvirt/network/known-lease.ts";
import { RunLeases } from "../../../hypervisor/libvirt/network/run-leases.ts";
import { RecordStore } from "../../../hypervisor/libvirt/record/record-store.ts";
import type { Address } from "../../../resources/instance-status.ts";
import { Backoff } from "../../../runtime/backoff.ts";
import { silentLog } from "../../../runtime/log.ts";
import { FakeClock } from "../../support/fake-clock.ts";

const [a, b] = ["52:54:00:00:00:0a", "52:54:00:00:00:0b"];

describe("what is known at a start", () => {
  const CASES: readonly {
    name: string;
    known: readonly KnownLease[];
    present: readonly KnownLease[];
    want: readonly KnownLease[];
  }[] = [
    { name: "nothing at first", known: [], present: [], want: [] },
    {
      name: "a lease that is still there, with its end",
      known: [{ mac: a, ip: "10.0.0.5" }],
      present: [{ mac: a, ip: "10.0.0.5", earlier: 700 }],
      want: [{ mac: a, ip: "10.0.0.5", earlier: 700 }],
    },
    {
      name: "one that nobody saw: of another machine with this MAC",
      known: [],
      present: [{ mac: a, ip: "10.0.0.5", earlier: 700 }],
      want: [{ mac: a, ip: "10.0.0.5", earlier: 700 }],
    },
    {
      name: "one that was given back",
      known: [{ mac: a, ip: "10.0.0.5" }],
      present: [],
      want: [{ mac: a, ip: "10.0.0.5", earlier: 0 }],
    },
    {
      name: "one that was given back before a run without any",
      known: [{ mac: a, ip: "10.0.0.5", earlier: 700 }],
      present: [],
      want: [{ mac: a, ip: "10.0.0.5", earlier: 0 }],
    },
    {
      name: "only the newest of a MAC that got another",
      known: [
        { mac: a, ip: "10.0.0.5", earlier: 0 },
        { mac: a, ip: "10.0.0.6" },
        { mac: b, ip: "10.0.0.7", earlier: 0 },
      ],
      present: [],
      want: [
        { mac: a, ip: "10.0.0.6", earlier: 0 },
        { mac: b, ip: "10.0.0.7", earlier: 0 },
      ],
    },
  ];

  it.each(CASES)("$name", ({ known, present, want }) => {
    const earlier = earlierLeases(known, present);
    expect(earlier).toEqual(want);
    // A start that failed is tried again.
    expect(earlierLeases(earlier, present)).toEqual(want);
  });
});

describe("a lease is of this run", () => {
  const ends = (seconds: number) => new Map([["10.0.0.5", seconds]]);
  it.each([
    ["unless it ends when it did before the start", 700, ends(700), false],
    ["once it ends later", 700, ends(701), true],
    ["or sooner, on a network with shorter leases", 700, ends(699), true],
    ["not when it has just ended", 700, new Map<string, number>(), false],
    ["when it was not there at the start", 0, ends(700), true],
    ["when it never ends", 0, ends(0), true],
    ["when nobody can say", 700, undefined, true],
  ])("%s", (_name, earlier, expiries, want) => {
    expect(isOfThisRun({ mac: a, ip: "10.0.0.5", earlier }, expiries)).toBe(want);
  });

  it("when this run got it, and is known as such from then on", () => {
    const known = withLeases(
      [
        { mac: a, ip: "10.0.0.5", earlier: 700 },
        { mac: b, ip: "10.0.0.5" },
      ],
      a,
      ["10.0.0.5"],
    );
    expect(known).toEqual([
      { mac: b, ip: "10.0.0.5" },
      { mac: a, ip: "10.0.0.5" },
    ]);
    expect(isOfThisRun(known[1], ends(700))).toBe(true);
    expect(isOfThisRun(undefined, ends(700))).toBe(true);
  });
});

describe("a neighbour table", () => {
  const uid = "6b1f0c9e-8f0e-4c57-9d8b-0d3c5d4a7f11";
  const nic = { name: "eth0", mac: a };
  const arp = (ip: string): Address => ({ interface: "eth0", mac: a, ip, source: "arp" });
  const started = { at: "2026-01-01T00:00:00Z", domainId: 1, bootId: "x" };

  let dir: string;
  let clock: FakeClock;
  let link: LibvirtLink;
  let records: RecordStore;
  let leases: RunLeases;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "vmctl-leases-"));
    clock = new FakeClock(started.at);
    link = await LibvirtLink.start({
      ...{ sockets: [], uri: "qemu:///system", clock, log: silentLog },
      backoff: new Backoff({ baseMs: 100, maxMs: 100, random: () => 0 }),
      onDomainEvent: () => {},
      onAgentEvent: () => {},
      onNetworkEvent: () => {},
      onChange: () => {},
    });
    records = await RecordStore.open(dir, silentLog);
    leases = new RunLeases({ link, records, clock, defaultNetwork: "vmctl0" });
  });
  afterEach(async () => {
    await link.close();
    await rm(dir, { recursive: true });
  });
  const record = (known: readonly KnownLease[]) =>
    records.update(uid, () => ({
      ...{ version: 1, uid, namespace: "default", name: "web-1", epoch: 1, started, leases: known },
      files: { disk: "/d", seed: "/s", console: "/c" },
    }));

  it("does not stand in for the lease that an earlier run had, while the guest may be booting", async () => {
    await record([{ mac: a, ip: "10.0.0.5", earlier: 0 }]);
    const both = [arp("10.0.0.5"), arp("10.0.0.9")];
    expect(await leases.believed(uid, nic, both)).toEqual([arp("10.0.0.9")]);
    await clock.advance(121_000);
    expect(await leases.believed(uid, nic, both)).toEqual(both);
  });

  it("is believed when the clock was set back since the start: for an hour nobody would hear of the guest", async () => {
    await record([{ mac: a, ip: "10.0.0.5", earlier: 0 }]);
    clock.setWall(Date.parse(started.at) - 3_600_000);
    expect(await leases.believed(uid, nic, [arp("10.0.0.5")])).toEqual([arp("10.0.0.5")]);
  });

  it("is believed about guests that never had a lease, or have one now", async () => {
    const one = [arp("10.0.0.5")];
    expect(await leases.believed(uid, nic, one)).toEqual(one);
    await record([
      { mac: a, ip: "10.0.0.5" },
      { mac: b, ip: "10.0.0.5", earlier: 0 },
    ]);
    expect(await leases.believed(uid, nic, one)).toEqual(one);
  });

  it("is believed about an interface that hangs on a bridge now", async () => {
    const known = await record([{ mac: a, ip: "10.0.0.5" }]);
    if (!known) throw new Error("no record");
    const aged = await leases.atStart([{ ...nic, bridge: "br0" }]);
    await records.update(uid, () => aged(known));
    expect(await leases.believed(uid, nic, [arp("10.0.0.5")])).toEqual([arp("10.0.0.5")]);
  });
});
