import { UsageError } from "../../config/usage-error.ts";

type Labels = Readonly<Record<string, string>>;
type Requirement = (labels: Labels) => boolean;

/**
 * `app=web,tier!=db,gpu,!old`: all must hold. `!=` holds for objects without the label, as in Kubernetes.
 * UsageError points at what does not parse.
 */
export function parseLabelSelector(text: string): (labels: Labels | undefined) => boolean {
  const requirements = text.split(",").map((part) => parseRequirement(part.trim(), text));
  return (labels) => requirements.every((holds) => holds(labels ?? {}));
}

const KEY = "[A-Za-z0-9][-A-Za-z0-9_./]*";
const COMPARISON = new RegExp(`^(${KEY})\\s*(==|=|!=)\\s*([-A-Za-z0-9_.]*)$`);
const PRESENCE = new RegExp(`^(!?)\\s*(${KEY})$`);

function parseRequirement(part: string, whole: string): Requirement {
  const [, key, operator, value] = COMPARISON.exec(part) ?? [];
  if (key !== undefined) return (labels) => (own(labels, key) === value) === (operator !== "!=");
  const [, not, label] = PRESENCE.exec(part) ?? [];
  if (label !== undefined) return (labels) => (own(labels, label) !== undefined) === (not !== "!");
  const place = whole.indexOf(part) + 1;
  throw new UsageError(`selector "${whole}": column ${place}: key=value, key!=value, key or !key expected`);
}

const own = (labels: Labels, key: string): string | undefined => (Object.hasOwn(labels, key) ? labels[key] : undefined);
