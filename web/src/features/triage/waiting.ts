/** How long a report has waited, against the practice's own target. */

export type WaitTone = "calm" | "near" | "over";

export interface Wait {
  readonly elapsed_s: number;
  readonly target_s: number;
  /** Negative once the target has passed. */
  readonly left_s: number;
  /** Share of the target that has passed, from 0 to 1. */
  readonly share: number;
  readonly tone: WaitTone;
}

// The last quarter of the time is when somebody can still act on it.
const NEAR = 0.75;

export function waitOf(waiting_since: string, target_at: string, now_ms: number): Wait {
  const since = Date.parse(waiting_since);
  const target_s = Math.max(0, (Date.parse(target_at) - since) / 1_000);
  // A clock that runs behind the server's must not show a negative wait.
  const elapsed_s = Math.max(0, (now_ms - since) / 1_000);
  const share = target_s === 0 ? 1 : Math.min(1, elapsed_s / target_s);
  const tone = elapsed_s >= target_s ? "over" : share >= NEAR ? "near" : "calm";
  return { elapsed_s, target_s, left_s: target_s - elapsed_s, share, tone };
}

export interface Span {
  readonly amount: number;
  readonly unit: "second" | "minute" | "hour" | "day";
}

/** The one or two largest parts of a duration, as a nurse says it: "45 s", "12 min", "3 h 05", "2 d". */
export function shortSpans(duration_s: number): readonly Span[] {
  const whole = Math.max(0, Math.floor(duration_s));
  if (whole < 60) return [{ amount: whole, unit: "second" }];
  if (whole < 3_600) return [{ amount: Math.floor(whole / 60), unit: "minute" }];
  if (whole < 48 * 3_600) {
    return [
      { amount: Math.floor(whole / 3_600), unit: "hour" },
      { amount: Math.floor((whole % 3_600) / 60), unit: "minute" },
    ];
  }
  return [{ amount: Math.floor(whole / 86_400), unit: "day" }];
}

/** Server time minus this browser's time, from an answer that carried the server's time. */
export function skewOf(server_now: string | undefined, received_ms: number): number {
  if (!server_now) return 0;
  const skew = Date.parse(server_now) - received_ms;
  // Below two seconds it is the network, not the clock.
  return Math.abs(skew) < 2_000 || Number.isNaN(skew) ? 0 : skew;
}
