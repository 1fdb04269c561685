import { describe, expect, it } from "vitest";

import { shortSpans, skewOf, waitOf } from "./waiting";

const SINCE = "2026-11-20T10:00:00Z";
const TARGET = "2026-11-20T11:00:00Z";
const at = (time: string) => Date.parse(`2026-11-20T${time}Z`);

describe("waiting", () => {
  it("is calm, then near in the last quarter, then over", () => {
    expect(waitOf(SINCE, TARGET, at("10:44:59")).tone).toBe("calm");
    expect(waitOf(SINCE, TARGET, at("10:45:00")).tone).toBe("near");
    expect(waitOf(SINCE, TARGET, at("10:59:59")).tone).toBe("near");
    expect(waitOf(SINCE, TARGET, at("11:00:00")).tone).toBe("over");
  });

  it("says how much is left and by how much it is over", () => {
    expect(waitOf(SINCE, TARGET, at("10:20:00")).left_s).toBe(2_400);
    expect(waitOf(SINCE, TARGET, at("11:05:00"))).toMatchObject({ left_s: -300, share: 1 });
  });

  it("never shows a negative wait when the clock is behind the server's", () => {
    expect(waitOf(SINCE, TARGET, at("09:00:00")).elapsed_s).toBe(0);
  });

  it("is over at once without any time to spare", () => {
    expect(waitOf(SINCE, SINCE, at("10:00:00")).tone).toBe("over");
  });

  it("is the same across a change to winter time", () => {
    expect(waitOf("2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00", Date.parse("2026-10-25T02:00:00+01:00"))).toMatchObject({
      elapsed_s: 1_800,
      target_s: 3_600,
    });
  });

  it("speaks in the unit that fits", () => {
    expect(shortSpans(59)).toEqual([{ amount: 59, unit: "second" }]);
    expect(shortSpans(3_599)).toEqual([{ amount: 59, unit: "minute" }]);
    expect(shortSpans(3 * 3_600 + 5 * 60)).toEqual([
      { amount: 3, unit: "hour" },
      { amount: 5, unit: "minute" },
    ]);
    expect(shortSpans(50 * 3_600)).toEqual([{ amount: 2, unit: "day" }]);
  });

  it("corrects a wrong clock, not the network", () => {
    expect(skewOf("2026-11-20T10:00:01Z", at("10:00:00"))).toBe(0);
    expect(skewOf("2026-11-20T10:05:00Z", at("10:00:00"))).toBe(300_000);
    expect(skewOf(undefined, 0)).toBe(0);
  });
});
