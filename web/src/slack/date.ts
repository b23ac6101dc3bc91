// Slack's dates: a moment and a format with tokens, shown in the reader's own zone and locale.
// Source: https://docs.slack.dev/messaging/formatting-message-text#date-formatting

import { distanceOf, now } from "../parts/time";

const FORMATS: Record<string, Intl.DateTimeFormatOptions> = {
  date_num: { year: "numeric", month: "2-digit", day: "2-digit" },
  date_slash: { year: "numeric", month: "2-digit", day: "2-digit" },
  date: { year: "numeric", month: "long", day: "numeric" },
  date_short: { year: "numeric", month: "short", day: "numeric" },
  date_long: { weekday: "long", year: "numeric", month: "long", day: "numeric" },
  day_divider_pretty: { weekday: "long", month: "long", day: "numeric" },
  time: { hour: "2-digit", minute: "2-digit" },
  time_secs: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
};

export function formatDate(timestamp: string, format: string, fallback: string): string {
  const at = Number(timestamp) * 1000;
  if (!Number.isFinite(at)) return fallback;
  return format.replace(/\{(\w+)\}/g, (token, name: string) => {
    if (name === "ago") return distanceOf(at, now());
    const options = FORMATS[name.replace(/_pretty$/, "")] ?? FORMATS[name];
    return options ? new Intl.DateTimeFormat(undefined, options).format(at) : token;
  });
}
