import { API_VERSION } from "../../resources/meta.ts";
import { registerVersionStep, type VersionStep } from "../../resources/versions.ts";

export const OLDER = "compute.vmctl/v1alpha0";
type Fields = Readonly<Record<string, unknown>>;

/** A version that never was: instances said `cpus`, their status `state`. */
const STEP: VersionStep = {
  from: OLDER,
  to: API_VERSION,
  documents: {
    Instance: (object) => {
      const { cpus, ...spec } = object["spec"] as Fields;
      return { ...object, spec: { ...spec, resources: { vcpu: cpus } } };
    },
  },
  statuses: {
    Instance: (record) => {
      const { state, ...status } = record["status"] as Fields;
      return { ...record, status: { ...status, phase: state } };
    },
  },
};

/** The result takes it away again. */
export const registerOlder = (): (() => void) => registerVersionStep(STEP);
