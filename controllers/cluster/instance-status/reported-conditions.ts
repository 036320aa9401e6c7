import type { MachineImage } from "../../../resources/assignment.ts";
import type { ConditionFact } from "../../../resources/conditions.ts";
import { INSTANCE_CONDITION as C, REASON } from "../../../resources/instance-status.ts";
import type { ObservedInstance } from "../../../resources/observed.ts";
import { formatQuantity } from "../../../resources/quantity.ts";

/** The conditions that repeat what the host observed. `asked`: the image as the host was told it, if that is known. */
export function reportedConditions(observed: ObservedInstance, asked: MachineImage | undefined): ConditionFact[] {
  return [imageReady(observed, asked), addressAssigned(observed), ...pendingConditions(observed)];
}

function imageReady({ image, problem }: ObservedInstance, asked: MachineImage | undefined): ConditionFact {
  if (image?.ready)
    return { type: C.imageReady, status: "True", reason: REASON.verified, message: digestText(image.digest, asked) };
  if (problem) return { type: C.imageReady, status: "False", reason: problem.reason, message: problem.message };
  return { type: C.imageReady, status: "False", reason: REASON.downloading, message: downloaded(image) };
}

/** A digest that was held against nothing says only which bytes came, and that later copies will be the same. */
function digestText(digest: string | undefined, asked: MachineImage | undefined): string {
  if (digest === undefined) return "";
  const isUnchecked = asked !== undefined && asked.checksum === undefined;
  return isUnchecked ? `${digest}, recorded as it came: no checksum was given to hold it against` : digest;
}

/** How far a download is: `40 % of 13Mi`. */
export function downloaded(image: ObservedInstance["image"]): string {
  const { bytes = 0, total } = image?.progress ?? {};
  return total ? `${Math.floor((100 * bytes) / total)} % of ${readable(total)}` : `${readable(bytes)} so far`;
}

const readable = (bytes: number): string =>
  bytes < 2 ** 20 ? `${bytes} bytes` : formatQuantity(Math.round(bytes / 2 ** 20) * 2 ** 20);

export function addressAssigned({ addresses = [], addressesUnknowable, state }: ObservedInstance): ConditionFact {
  const type = C.addressAssigned;
  const fact = (status: ConditionFact["status"], reason: string, message: string): ConditionFact => ({
    type,
    status,
    reason,
    message,
  });
  if (addresses.length > 0) return fact("True", REASON.addressAssigned, addresses.map(({ ip }) => ip).join(", "));
  if (addressesUnknowable)
    return fact("Unknown", REASON.notDiscoverable, "nothing on this host tells the guest's address: look inside it");
  if (state === "Running") return fact("False", REASON.waiting, "the guest runs but has asked for no address yet");
  return fact("False", REASON.notRunning, "the guest does not run");
}

function pendingConditions({ pending }: ObservedInstance): ConditionFact[] {
  const fact = (type: string, fields: readonly string[], reason: string, inverted: boolean): ConditionFact => {
    const waits = fields.length > 0;
    return {
      type,
      status: waits !== inverted ? "True" : "False",
      reason: waits ? reason : REASON.upToDate,
      message: fields.join(", "),
    };
  };
  return [
    fact(C.restartRequired, pending.restart, REASON.needsRestart, false),
    fact(C.recreateRequired, pending.recreate, REASON.needsRecreate, false),
    fact(C.guestConfigApplied, pending.guestConfig, REASON.needsRecreate, true),
  ];
}
