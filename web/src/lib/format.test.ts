import { describe, expect, it } from "vitest";

import { formatClock, formatDateTime, formatRelative } from "./format";

describe("formatting", () => {
  it("runs a clock past the hour and never below zero", () => {
    expect([0, 59, 60, 3_599, 3_600, 3_765].map(formatClock)).toEqual(["0:00", "0:59", "1:00", "59:59", "1:00:00", "1:02:45"]);
    expect(formatClock(-5)).toBe("0:00");
  });

  it("says how long ago in the language", () => {
    const now = Date.parse("2026-11-20T10:00:00Z");
    expect(formatRelative("2026-11-20T09:57:10Z", "en", now)).toBe("2 minutes ago");
    expect(formatRelative("2026-11-20T09:57:10Z", "fr", now)).toBe("il y a 2 minutes");
    expect(formatRelative("2026-11-18T09:00:00Z", "fr", now)).toBe("avant-hier");
    expect(formatRelative("2026-11-20T09:59:40Z", "en", now)).toBe("now");
  });

  it("names the zone only when the reader sits in another one", () => {
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const elsewhere = here === "Pacific/Apia" ? "Europe/Paris" : "Pacific/Apia";
    expect(formatDateTime("2026-11-20T10:00:00Z", "en", here)).not.toMatch(/GMT|UTC\+/);
    expect(formatDateTime("2026-11-20T10:00:00Z", "en", elsewhere)).toMatch(/GMT|UTC|CET/);
  });
});
