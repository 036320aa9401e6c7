const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago, as kubectl shortens it: 45s, 3m12s, 25m, 2h5m, 30h, 3d4h, 12d, 2y. Future or unreadable: `<unknown>`. */
export function formatAge(since: string | undefined, now: number): string {
  const seconds = Math.floor((now - Date.parse(since ?? "")) / 1000);
  if (!(seconds >= -5)) return "<unknown>";
  return shorten(Math.max(0, seconds));
}

function shorten(seconds: number): string {
  if (seconds < 2 * MINUTE) return `${seconds}s`;
  if (seconds < 10 * MINUTE) return twoUnits(seconds, { size: MINUTE, name: "m" }, { size: 1, name: "s" });
  if (seconds < 3 * HOUR) return `${Math.floor(seconds / MINUTE)}m`;
  if (seconds < 8 * HOUR) return twoUnits(seconds, { size: HOUR, name: "h" }, { size: MINUTE, name: "m" });
  if (seconds < 2 * DAY) return `${Math.floor(seconds / HOUR)}h`;
  if (seconds < 8 * DAY) return twoUnits(seconds, { size: DAY, name: "d" }, { size: HOUR, name: "h" });
  if (seconds < 730 * DAY) return `${Math.floor(seconds / DAY)}d`;
  return `${Math.floor(seconds / (365 * DAY))}y`;
}

interface Unit {
  readonly size: number;
  readonly name: string;
}

function twoUnits(seconds: number, large: Unit, small: Unit): string {
  const rest = Math.floor((seconds % large.size) / small.size);
  return `${Math.floor(seconds / large.size)}${large.name}${rest > 0 ? `${rest}${small.name}` : ""}`;
}
