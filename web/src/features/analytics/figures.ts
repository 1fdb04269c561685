/** A duration in its largest fitting unit: seconds below a minute, then minutes, hours, days. */
export type DurationUnit = "second" | "minute" | "hour" | "day";

export function roundDuration(seconds: number): { readonly amount: number; readonly unit: DurationUnit } {
  if (seconds < 60) return { amount: Math.round(seconds), unit: "second" };
  if (seconds < 90 * 60) return { amount: Math.round(seconds / 60), unit: "minute" };
  if (seconds < 36 * 3_600) return { amount: Math.round(seconds / 360) / 10, unit: "hour" };
  return { amount: Math.round(seconds / 8_640) / 10, unit: "day" };
}

/** Whole per cent, never rounded up to "all" or down to "none". */
export function wholePercent(share: number): number {
  if (share > 0.99 && share < 1) return 99;
  if (share > 0 && share < 0.01) return 1;
  return Math.round(share * 100);
}
