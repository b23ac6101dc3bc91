const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const short = new Intl.DateTimeFormat(undefined, {
  weekday: "short",
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });

export function timeOf(at: number): string {
  return clock.format(at);
}

export function dayOf(at: number): string {
  return day.format(at);
}

export function shortMomentOf(at: number): string {
  return short.format(at);
}

export function momentOf(at: number): string {
  return full.format(at);
}

const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * 24 * 60],
  ["month", 30 * 24 * 60],
  ["day", 24 * 60],
  ["hour", 60],
  ["minute", 1],
];

/** How far away a moment is: "in 3 days". */
export function distanceOf(at: number, from: number): string {
  const minutes = (at - from) / 60_000;
  const [unit, size] = UNITS.find(([, each]) => Math.abs(minutes) >= each) ?? ["minute" as const, 1];
  return relative.format(Math.round(minutes / size), unit);
}

let ahead = 0;

/** Set the page's clock by the server's, which may have travelled. */
export function setClock(now: number): void {
  ahead = now - Date.now();
}

/** What the playground's clock shows, in milliseconds since 1970. */
export function now(): number {
  return Date.now() + ahead;
}
