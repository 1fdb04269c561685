import { screen } from "@testing-library/react";
import { delay, http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it } from "vitest";

import { openPage } from "@/test/render";
import { problem, server, sessionOf, signedInAs } from "@/test/server";

const REPORT = {
  id: "r1",
  conversation_id: "c1",
  status: "awaiting_patient",
  created_at: "2026-11-20T08:00:00Z",
  sent_at: "2026-11-20T08:10:00Z",
  answered_at: null,
  understood: { complaint: "Headache" },
};

beforeEach(() => server.use(signedInAs(sessionOf("patient", ["patient"]))));

describe("my reports", () => {
  it("says that it is loading", async () => {
    server.use(http.get("/api/my/reports", () => delay("infinite")));
    openPage("/reports");
    expect(await screen.findByText("Loading")).toBeInTheDocument();
  });

  it("says that there is none, and how to begin", async () => {
    server.use(http.get("/api/my/reports", () => HttpResponse.json([])));
    openPage("/reports");
    expect(await screen.findByRole("heading", { name: "No report yet" })).toBeVisible();
    expect(screen.getByRole("link", { name: "Tell us what is happening" })).toHaveAttribute("href", "/start");
  });

  it("never shows a failure as an empty list", async () => {
    server.use(http.get("/api/my/reports", () => problem(500, "internal", { request_id: "r-1" })));
    openPage("/reports");
    expect(await screen.findByRole("alert")).toHaveTextContent("Your reports could not be loaded");
    expect(screen.queryByText("No report yet")).toBeNull();
  });

  it("lists them with their status in words", async () => {
    server.use(http.get("/api/my/reports", () => HttpResponse.json([REPORT])));
    openPage("/reports");
    const link = await screen.findByRole("link", { name: /Headache/ });
    expect(link).toHaveAttribute("href", "/conversation/c1");
    expect(screen.getByText("A question for you")).toBeVisible();
  });
});
