import { describe, expect, it } from "vitest";

import { faultOf, isDecidable, lengthOf } from "./decisions";
import { secondsLeft } from "./undo-countdown";
import { titleOf } from "./use-staff-title";

describe("decisions", () => {
  it("count characters as the server does", () => {
    expect(lengthOf("  trop pressé  ")).toBe(11);
    expect(lengthOf("👍🏽")).toBe(2);
  });

  it("need a reason of 10 to 1000 characters", () => {
    const of = (text: string) => faultOf("override", { text, urgency: "urgent" });
    expect(of("trop peu")).toBe("too_short");
    expect(of("dix lettres")).toBeNull();
    expect(of("a".repeat(1_000))).toBeNull();
    expect(of("a".repeat(1_001))).toBe("too_long");
    expect(faultOf("override", { text: "dix lettres", urgency: null })).toBe("urgency_missing");
    expect(faultOf("approve", { text: "", urgency: null })).toBeNull();
  });

  it("are not made on a draft without an emergency", () => {
    expect(isDecidable({ status: "draft", urgency: "soon" })).toBe(false);
    expect(isDecidable({ status: "draft", urgency: "emergency" })).toBe(true);
    expect(isDecidable({ status: "closed", urgency: "urgent" })).toBe(false);
    expect(isDecidable({ status: "reviewed", urgency: "urgent" })).toBe(true);
  });

  it("can be taken back for as long as the server says", () => {
    const until = "2026-11-20T10:00:10Z";
    expect(secondsLeft(until, Date.parse("2026-11-20T10:00:00Z"))).toBe(10);
    expect(secondsLeft(until, Date.parse("2026-11-20T10:00:09.5Z"))).toBe(1);
    expect(secondsLeft(until, Date.parse("2026-11-20T10:00:10Z"))).toBe(0);
    expect(secondsLeft(null, 0)).toBe(0);
  });
});

describe("the title of the tab", () => {
  it("names emergencies before anything else", () => {
    expect(titleOf("Queue", 2, 5)).toBe("⚠ 2 · Queue · Osler");
    expect(titleOf("Queue", 0, 5)).toBe("(5) Queue · Osler");
    expect(titleOf("Queue", 0, 0)).toBe("Queue · Osler");
  });
});
