import { describe, expect, it } from "vitest";

import { cutAtSpans } from "./marked-text";

describe("cutAtSpans", () => {
  it("counts characters as the server does, not halves of them", () => {
    const pieces = cutAtSpans("😣 mal", [{ id: "a", start: 2, end: 5 }]);
    expect(pieces).toEqual([
      { text: "😣 ", ids: [] },
      { text: "mal", ids: ["a"] },
    ]);
  });

  it("cuts overlapping spans into pieces that know all their owners", () => {
    const pieces = cutAtSpans("abcdef", [
      { id: "a", start: 0, end: 4 },
      { id: "b", start: 2, end: 6 },
    ]);
    expect(pieces.map((piece) => [piece.text, piece.ids.join()])).toEqual([
      ["ab", "a"],
      ["cd", "a,b"],
      ["ef", "b"],
    ]);
  });

  it("survives spans outside the text", () => {
    expect(cutAtSpans("abc", [{ id: "a", start: -2, end: 99 }])).toEqual([{ text: "abc", ids: ["a"] }]);
    expect(cutAtSpans("", [{ id: "a", start: 0, end: 1 }])).toEqual([]);
  });
});
