import { configure, screen, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { CheckOut } from "@/api/types.gen";
import { FakeEventSource } from "@/test/fake-event-source";
import { openPage } from "@/test/render";
import { problem, server, sessionOf, signedInAs } from "@/test/server";

import { adviceKey, figureText, worstFirst } from "./health";
import { opsMessages } from "./messages";

configure({ asyncUtilTimeout: 8_000 });

const check = (name: string, state: CheckOut["state"], reason: string | null = null): CheckOut => ({
  name,
  state,
  reason,
  detail: null,
  figures: {},
});

describe("checks", () => {
  it("put what needs somebody first", () => {
    const checks = [check("keys", "ok"), check("email", "not_configured"), check("disk", "degraded"), check("workers", "down")];
    expect(worstFirst(checks).map(({ name }) => name)).toEqual(["workers", "disk", "email", "keys"]);
  });

  it("say what to do, in general where nothing particular is known", () => {
    const has = (key: string) => key in opsMessages.en;
    expect(adviceKey(check("workers", "down", "none_alive"), has)).toBe("advice_workers_none_alive");
    expect(adviceKey(check("database", "down", "of_a_new_kind"), has)).toBe("advice_down");
    expect(adviceKey(check("database", "ok"), has)).toBeNull();
  });

  it("write figures with the unit of their name", () => {
    expect(figureText("free_bytes", 3 * 1_024 ** 3, "fr")).toBe("3\u00a0Go");
    expect(figureText("free_bytes", 0, "en")).toBe("0\u00a0B");
    expect(figureText("latency_ms", 1.24, "fr")).toBe("1,2\u00a0ms");
    expect(figureText("queued", 12, "en")).toBe("12");
  });
});

describe("the health page", () => {
  beforeEach(() => {
    vi.stubGlobal("EventSource", FakeEventSource);
    server.use(
      signedInAs(sessionOf("staff", ["admin"])),
      http.get("/api/triage/alerts", () => HttpResponse.json([])),
    );
  });
  afterEach(() => vi.unstubAllGlobals());

  const answer = (status: "ok" | "degraded" | "down", checks: readonly CheckOut[]) =>
    server.use(
      http.get("/api/health", () =>
        HttpResponse.json({ status, version: "0.1.0", started_at: "2026-11-20T08:00:00Z", now: "2026-11-20T10:00:00Z", checks }),
      ),
    );

  it("shows what is down and what to do about it", async () => {
    answer("down", [check("keys", "ok"), check("workers", "down", "none_alive")]);
    openPage("/admin/health");
    expect(await screen.findByText("Something essential is not working")).toBeVisible();
    const [first] = screen.getAllByRole("listitem");
    expect(within(first as HTMLElement).getByRole("heading", { name: "Workers" })).toBeVisible();
    expect(within(first as HTMLElement).getByText(/Start “osler worker”/)).toBeVisible();
  });

  it("tells that nothing was checked from everything being well", async () => {
    answer("ok", []);
    openPage("/admin/health");
    expect(await screen.findByRole("heading", { name: "Nothing was checked" })).toBeVisible();
  });

  it("says when it cannot be read", async () => {
    server.use(http.get("/api/health", () => problem(500, "internal")));
    openPage("/admin/health");
    expect(await screen.findByText("The state of the system could not be read")).toBeVisible();
  });

  it("shows that it is loading", async () => {
    server.use(http.get("/api/health", () => new Promise<never>(() => undefined)));
    openPage("/admin/health");
    expect((await screen.findAllByText("Loading")).length).toBeGreaterThan(0);
  });
});
