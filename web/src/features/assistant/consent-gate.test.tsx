import { screen } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it } from "vitest";

import { stubSocket } from "@/test/fake-socket";
import { DESK } from "@/test/fixtures";
import { openPage } from "@/test/render";
import { problem, server } from "@/test/server";

beforeEach(() => {
  stubSocket();
  server.use(http.get("/api/front-desk", () => HttpResponse.json(DESK)));
});

describe("the consent gate", () => {
  it("starts only with an agreement and a person, and sends the version that was read", async () => {
    const bodies: unknown[] = [];
    server.use(
      http.post("/api/conversations", async ({ request }) => {
        bodies.push(await request.json());
        return HttpResponse.json({ id: "c1" }, { status: 201 });
      }),
    );
    const { user, router } = openPage("/start");
    await user.click(await screen.findByRole("button", { name: "I agree, start" }));
    expect(screen.getByRole("alert")).toHaveTextContent("Tick the box");
    await user.click(screen.getByRole("checkbox", { name: /I have read this text/ }));
    await user.click(screen.getByRole("radio", { name: /writing for a child/ }));
    await user.click(screen.getByRole("button", { name: "I agree, start" }));
    await screen.findByRole("textbox", { name: "Your message" });
    expect(router.state.location.pathname).toBe("/conversation/c1");
    expect(bodies).toEqual([
      { language: "en", consent: { version: "2026-11-20", adult_or_guardian: "guardian", accepted: true } },
    ]);
  });

  it("shows the emergency numbers without any form", async () => {
    openPage("/start");
    expect(await screen.findByRole("link", { name: /Call 15/ })).toHaveAttribute("href", "tel:15");
  });

  it("says so when the text could not be loaded", async () => {
    server.use(http.get("/api/front-desk", () => problem(503, "busy")));
    openPage("/start");
    expect(await screen.findByRole("alert")).toHaveTextContent("The page could not be loaded");
  });
});
