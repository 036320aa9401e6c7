import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { removeOrphan } from "../../../cmd/vmctl/gc/remove-orphan.ts";
import { openEmbeddedPlacement } from "../../../placement/embedded/open-embedded-placement.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { silentLog } from "../../../runtime/log.ts";
import { joinParts } from "../../../store/transaction-part.ts";
import { aProvider } from "../../placement/examples.ts";
import { sharedEtcd } from "../../support/shared-etcd.ts";
import { TcpProxy } from "../../support/tcp-proxy.ts";

const etcd = sharedEtcd();
const root = "/gc-slow-picture/";
/** Long beside a commit. */
const LATE_MS = 300;

it("removes a provider right after the last allocation on it, however late the picture of both is", async () => {
  const link = await TcpProxy.start(Number(new URL(etcd.endpoint).port));
  const direct = await etcd.store({ root });
  const behind = await etcd.store({ root, endpoints: [link.endpoint] });
  const placement = await openEmbeddedPlacement({ store: behind, clock: systemClock, log: silentLog });
  const [uid, uuid] = [randomUUID(), randomUUID()];
  await placement.ensureProvider(aProvider(1, { uuid, name: "old-1" }));
  const candidate = { provider: uuid, allocations: { [uuid]: { VCPU: 1 } } };
  const outcome = await direct.commit(
    joinParts(await placement.claim({ uuid: uid, project: "p", user: "u" }, candidate)),
  );
  await placement.caughtUp(outcome.kind === "committed" ? outcome.revision : 0);
  const held = await placement.allocation(uid);
  if (!held) throw new Error("nothing was claimed");

  link.delay(LATE_MS);
  const { signal } = new AbortController();
  const world = { store: direct, placement };
  const provider = { uuid, name: "old-1" };
  const removals = [
    await removeOrphan(world, { what: "allocation", provider, held }, signal),
    await removeOrphan(world, { what: "provider", provider, owned: [] }, signal),
  ];
  expect(removals).toEqual([{ removed: true }, { removed: true }]);
  await placement.close();
  await behind.close();
  await link.stop();
});
