import { describe, expect, it } from "vitest";

import { cutAtSpans } from "@/ui/marked-text";
import { par } from "@/test/triage-data";

import { allStatements, firstPlace, spansBySeq, statementsFrom, statementsOf } from "./par-statements";

describe("statements of a report", () => {
  const all = allStatements(statementsOf(par()));
  const text = "J’ai mal à la tête depuis deux jours. Pas de fièvre.";
  const wordsOf = (id: string) =>
    cutAtSpans(text, spansBySeq(all, new Set([id])).get(2) ?? [])
      .filter((piece) => piece.ids.includes(id))
      .map((piece) => piece.text)
      .join("");

  it("lead to the words they were read from", () => {
    expect(wordsOf("finding:0")).toBe("mal à la têtedepuis deux jours");
    expect(wordsOf("negative:0")).toBe("Pas de fièvre");
  });

  it("mark a whole message only while its statement is looked at", () => {
    expect(spansBySeq(all, new Set()).get(2)?.map(({ id }) => id)).not.toContain("complaint");
    expect(spansBySeq(all, new Set(["complaint"])).get(2)?.map(({ id }) => id)).toContain("complaint");
  });

  it("are found from a message", () => {
    expect(statementsFrom(all, 2)).toEqual(["complaint", "finding:0", "negative:0"]);
    expect(statementsFrom(all, 4)).toEqual(["medication:0"]);
    expect(statementsFrom(all, 1)).toEqual([]);
  });

  it("are looked up at their earliest place", () => {
    const late = { message_id: "m9", seq: 9, start: 0, end: 1 };
    const early = { message_id: "m2", seq: 2, start: 4, end: 8 };
    expect(firstPlace({ id: "x", text: "", sources: [late, early] })).toBe(early);
  });

  it("say a flag once, although it is a reason too", () => {
    const flag = { id: "RF01", level: "emergency", label: "…", source: [], reference: "ESC 2023" } as const;
    const reason = { id: "RF01", text: "…", source: [], reference: null };
    const { flags, reasons } = statementsOf(par({ red_flags: [{ ...flag, source: [] }], reasons: [reason, { ...reason, id: "U11" }] }));
    expect(flags.map(({ flagId }) => flagId)).toEqual(["RF01"]);
    expect(reasons.map(({ ruleId }) => ruleId)).toEqual(["U11"]);
  });

  it("tell a stopped drug from a current one", () => {
    const [drug] = par().medications;
    if (!drug) throw new Error("no drug");
    const stopped = { ...drug, is_taken: false };
    expect(statementsOf(par({ medications: [drug, stopped] })).medications.map(({ isStopped }) => isStopped)).toEqual([false, true]);
  });
});
