import { screen } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { describe, expect, it } from "vitest";

import { DESK } from "@/test/fixtures";
import { openPage } from "@/test/render";
import { problem, server } from "@/test/server";

describe("landing page", () => {
  it("leads to the consent gate and shows the numbers to call", async () => {
    server.use(http.get("/api/front-desk", () => HttpResponse.json(DESK)));
    openPage("/");
    expect(await screen.findByRole("link", { name: "Tell us what is happening" })).toHaveAttribute("href", "/start");
    expect(await screen.findByRole("link", { name: /Call 15/ })).toHaveAttribute("href", "tel:15");
    expect(screen.getByRole("link", { name: /Text 114/ })).toHaveAttribute("href", "sms:114");
  });

  it("says what to do when the practice cannot be reached", async () => {
    server.use(http.get("/api/front-desk", () => problem(500, "internal")));
    openPage("/");
    expect(await screen.findByRole("alert")).toHaveTextContent("call your local emergency number");
  });

  it("changes language, remembers it and tells the document", async () => {
    server.use(http.get("/api/front-desk", () => HttpResponse.json(DESK)));
    const { user } = openPage("/");
    await user.click(await screen.findByRole("button", { name: /Language/ }));
    await user.click(await screen.findByRole("menuitemradio", { name: "Français" }));
    expect(await screen.findByRole("heading", { level: 1, name: "Dites-le avec vos mots." })).toBeVisible();
    expect(document.documentElement.lang).toBe("fr");
    expect(localStorage.getItem("osler.lang")).toBe("fr");
  });
});
