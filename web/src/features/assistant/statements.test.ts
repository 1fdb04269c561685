import { describe, expect, it } from "vitest";

import { spansByMessage, statementGroups } from "./statements";

const S = (seq: number, start: number, end: number) => ({ message_id: `m${seq}`, seq, start, end });

describe("statements", () => {
  const groups = statementGroups({
    findings: [
      {
        code: "headache",
        label: "Headache",
        status: "present",
        source: [S(1, 0, 8)],
        onset: { text: "since Tuesday", source: S(3, 4, 17) },
        severity: null,
      },
    ],
    negatives: [{ code: "fever", label: "No fever", source: [S(1, 10, 18)] }],
    medications: [{ name: "ramipril", dose: "5 mg", confirmed: null, source: S(5, 0, 8) }],
    allergies: [],
  });

  it("leaves out groups that have nothing to say", () => {
    expect(groups.map((group) => group.name)).toEqual(["findings", "negatives", "medications"]);
  });

  it("joins the details of a finding and keeps all their sources", () => {
    const finding = groups[0]?.statements[0];
    expect(finding).toMatchObject({ text: "Headache", details: [{ name: "onset", text: "since Tuesday" }] });
    expect(finding?.sources.map((source) => source.seq)).toEqual([1, 3]);
  });

  it("marks a drug that was not read back as unconfirmed", () => {
    expect(groups[2]?.statements[0]).toMatchObject({ text: "ramipril, 5 mg", isUnconfirmed: true });
  });

  it("finds the passages of each message", () => {
    expect(spansByMessage(groups).get(1)).toEqual([
      { id: "finding:0", start: 0, end: 8 },
      { id: "negative:0", start: 10, end: 18 },
    ]);
  });
});
