import { describe, expect, it } from "vitest";

import { countSet, EVERYTHING_OPEN, filterOf, readSearch, searchOf } from "./queue-filter";

describe("the filter in the address", () => {
  it("is left out where it is at its default", () => {
    expect(searchOf(EVERYTHING_OPEN)).toEqual({});
    expect(filterOf({})).toEqual(EVERYTHING_OPEN);
  });

  it("survives the way through the address", () => {
    const filter = { ...EVERYTHING_OPEN, status: "reviewed", urgency: ["urgent", "soon"], language: "fr", owner: "mine", q: "Nadia Ferhat" } as const;
    expect(filterOf(readSearch({ ...searchOf(filter) }))).toEqual(filter);
    expect(countSet(filter)).toBe(4);
  });

  it("ignores what it does not know", () => {
    expect(readSearch({ status: "deleted", urgency: "urgent.worst", complaint: "x", owner: 3, q: 12_345 })).toEqual({ urgency: "urgent", q: "12345" });
  });
});
