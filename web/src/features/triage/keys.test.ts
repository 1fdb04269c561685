import { describe, expect, it } from "vitest";

import { belongsToControl, BINDINGS, commandOf } from "./keys";
import { triageMessages } from "./messages";

const press = (key: string, part: Partial<{ ctrlKey: boolean; metaKey: boolean; altKey: boolean }> = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...part,
});

describe("keys", () => {
  it("decide on a report", () => {
    expect(["a", "o", "r", "e", "c", "u", "?", "j", "k"].map((key) => commandOf(press(key), "report"))).toEqual([
      "approve",
      "override",
      "request_information",
      "escalate",
      "claim",
      "undo",
      "help",
      "next",
      "previous",
    ]);
  });

  it("mean something else in the queue", () => {
    expect(commandOf(press("a"), "queue")).toBe("acknowledge");
    expect(commandOf(press("o"), "queue")).toBeUndefined();
  });

  it("work with caps lock and leave the browser's own shortcuts alone", () => {
    expect(commandOf(press("A"), "report")).toBe("approve");
    expect(commandOf(press("a", { ctrlKey: true }), "report")).toBeUndefined();
    expect(commandOf(press("a", { altKey: true }), "report")).toBeUndefined();
    expect(commandOf(press("z", { ctrlKey: true }), "report")).toBe("undo");
    expect(commandOf(press("z", { metaKey: true }), "report")).toBe("undo");
  });

  it("belong to a text that is being typed", () => {
    document.body.innerHTML = '<textarea></textarea><a href="#x">link</a><dialog open><button></button></dialog>';
    expect(belongsToControl(document.querySelector("textarea"), press("a"))).toBe(true);
    expect(belongsToControl(document.querySelector("a"), press("a"))).toBe(false);
    expect(belongsToControl(document.querySelector("a"), press("Enter"))).toBe(true);
    expect(belongsToControl(document.querySelector("dialog button"), press("a"))).toBe(true);
  });

  it("are all explained", () => {
    for (const scope of ["queue", "report"] as const) {
      for (const { command } of BINDINGS[scope]) expect(triageMessages.en).toHaveProperty(`command_${scope}_${command}`);
    }
  });
});
