import { screen } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { describe, expect, it } from "vitest";

import { renderUi } from "@/test/render";
import { problem, server } from "@/test/server";
import { FIGURES } from "@/test/triage-data";

import { roundDuration, wholePercent } from "./figures";
import { QueueFiguresStrip } from "./queue-figures-strip";

describe("figures", () => {
  it("are never rounded up to all or down to none", () => {
    expect([0, 0.004, 0.5, 0.996, 1].map(wholePercent)).toEqual([0, 1, 50, 99, 100]);
  });

  it("take the largest unit that still says something", () => {
    expect(roundDuration(42)).toEqual({ amount: 42, unit: "second" });
    expect(roundDuration(80 * 60)).toEqual({ amount: 80, unit: "minute" });
    expect(roundDuration(3.44 * 3_600)).toEqual({ amount: 3.4, unit: "hour" });
    expect(roundDuration(3 * 86_400)).toEqual({ amount: 3, unit: "day" });
  });

  it("show what was not measured as a dash with its reason", async () => {
    server.use(http.get("/api/analytics/queue", () => HttpResponse.json(FIGURES)));
    renderUi(<QueueFiguresStrip />);
    expect(await screen.findByText("longest 30 min")).toBeVisible();
    expect(screen.getAllByText("–")).toHaveLength(2);
    expect(screen.getAllByText("no decision yet")).toHaveLength(2);
  });

  it("do not stand in the way of the queue when they fail", async () => {
    server.use(http.get("/api/analytics/queue", () => problem(500, "internal")));
    renderUi(<QueueFiguresStrip />);
    expect(await screen.findByText(/The queue below is not affected/)).toBeVisible();
  });
});
