import { ANNOTATION } from "../../../resources/meta.ts";
import { STOPPED_FROM } from "../power/plan-power.ts";

const PREFIX = "compute.vmctl/";

const COMMANDS: Readonly<Record<string, string>> = {
  [ANNOTATION.restart]: "vmctl restart",
  [ANNOTATION.recreate]: "vmctl recreate",
  [ANNOTATION.power]: "vmctl start or vmctl stop",
  [STOPPED_FROM]: "vmctl start or vmctl stop",
  [ANNOTATION.recover]: "vmctl recover",
};

/** Annotations that are requests of vmctl's commands; which image is the default is for people to say. */
export const isOwnAnnotation = (key: string): boolean => key.startsWith(PREFIX) && key !== ANNOTATION.defaultImage;

/** Why such an annotation is not for people to write; reads after its name. */
export function ownAnnotationMessage(key: string): string {
  const command = Object.hasOwn(COMMANDS, key) ? COMMANDS[key] : undefined;
  return command === undefined ? `is vmctl's own: ${PREFIX}… is reserved` : `is vmctl's own request: use ${command}`;
}
