import type { HypervisorSpec } from "../../resources/hypervisor.ts";
import { type HostFact, KVM_DISPROVED, type ObservedHost } from "../../resources/observed.ts";

const DISPROVED: ReadonlySet<string> = new Set(KVM_DISPROVED);

/**
 * A host that may run guests under KVM alone, and cannot: libvirt would refuse each, or it would hang. Undefined: all is
 * well, or nobody knows yet. Its word is taken for that (decision 0013): `virtType: kvm` overrides what was not tried.
 */
export function kvmMissing(spec: HypervisorSpec, observed: ObservedHost | undefined): HostFact | undefined {
  const fact = observed?.facts.KvmUsable;
  if (spec.virtType !== "kvm" || !fact || fact.ok || !DISPROVED.has(fact.reason)) return undefined;
  const message = `${kvmMissingText(fact)}; ${REMEDY}`;
  return { ok: false, reason: "KvmUnusable", message };
}

/** Without what to do about it. */
export const kvmMissingText = ({ reason, message }: HostFact): string =>
  `its spec.virtType is kvm, and KVM does not work there: ${message === "" ? reason : `${reason}: ${message}`}`;

const REMEDY =
  "set spec.virtType to qemu or auto, or mend KVM and restart its node controller (`vmctl doctor` there helps)";
