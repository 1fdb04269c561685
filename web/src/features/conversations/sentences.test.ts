import { describe, expect, it } from "vitest";

import { completeSentences } from "./sentences";

describe("completeSentences", () => {
  it("holds back what may still grow", () => {
    expect(completeSentences("Merci. Depuis quand", false)).toEqual(["Merci."]);
    expect(completeSentences("Merci. Depuis quand ?", true)).toEqual(["Merci.", "Depuis quand ?"]);
  });

  it("does not cut at a decimal point", () => {
    expect(completeSentences("It is 38.5 now. Take it again.", true)).toEqual(["It is 38.5 now.", "Take it again."]);
  });

  it("has nothing to say about nothing", () => {
    expect(completeSentences("", true)).toEqual([]);
  });
});
