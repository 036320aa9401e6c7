const SUFFIX: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** All that Kubernetes has for bytes; what is too large for a number is refused as that. */
export const QUANTITY_PATTERN = "^[0-9]+(\\.[0-9]+)?(k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$";
/** For people. */
export const QUANTITY_WORDS =
  "a quantity such as 512Mi, 1.5Gi or 1073741824 (suffixes: k M G T P E of 1000, Ki Mi Gi Ti Pi Ei of 1024)";
const QUANTITY = new RegExp(QUANTITY_PATTERN);

/** Bytes of a Kubernetes quantity ("512Mi", "1.5Gi", 1073741824), rounded up; `undefined` if it is none. */
export function parseQuantity(quantity: string | number): number | undefined {
  const match = QUANTITY.exec(String(quantity));
  const factor = SUFFIX[match?.[2] ?? ""];
  if (!match || factor === undefined) return undefined;
  const bytes = Math.ceil(Number.parseFloat(match[0]) * factor);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** parseQuantity for values that validation has already accepted; throws RangeError on anything else. */
export function bytesOf(quantity: string | number): number {
  const bytes = parseQuantity(quantity);
  if (bytes === undefined) throw new RangeError(`not a quantity: ${quantity}`);
  return bytes;
}

/** The shortest exact form with a binary suffix: 536870912 is "512Mi". */
export function formatQuantity(bytes: number): string {
  for (const suffix of ["Ti", "Gi", "Mi", "Ki"]) {
    const factor = SUFFIX[suffix] ?? 1;
    if (bytes >= factor && bytes % factor === 0) return `${bytes / factor}${suffix}`;
  }
  return String(bytes);
}

/** MEMORY_MB of Placement: MiB, rounded up. */
export const toMebibytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20);
/** DISK_GB of Placement: GiB, rounded up. */
export const toGibibytes = (bytes: number): number => Math.ceil(bytes / 2 ** 30);
