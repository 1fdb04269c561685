import { describe, expect, it } from "vitest";

import { cn } from "./cn";

describe("cn", () => {
  it("lets the later of two equal settings win", () => {
    expect(cn("px-5 text-m rounded-m", "px-3 text-s rounded-full")).toBe("px-3 text-s rounded-full");
    expect(cn("min-h-target-patient", "min-h-10")).toBe("min-h-10");
  });

  it("does not take a size for a colour", () => {
    expect(cn("text-ink text-m", "text-s")).toBe("text-ink text-s");
    expect(cn("text-s text-ink", "text-danger")).toBe("text-s text-danger");
    expect(cn("text-3xl", "text-wrap")).toBe("text-3xl text-wrap");
  });
});
