import { configure, screen, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { QueueItemOut } from "@/api/types.gen";
import { FakeEventSource } from "@/test/fake-event-source";
import { openPage } from "@/test/render";
import { problem, server, sessionOf, signedInAs } from "@/test/server";
import { FIGURES, queueItem, queuePage } from "@/test/triage-data";

// The first page of a run waits for the whole application to be loaded.
configure({ asyncUtilTimeout: 8_000 });

const NURSE = sessionOf("staff", ["nurse"]);

function practice(items: readonly QueueItemOut[], alerts: readonly unknown[] = []) {
  server.use(
    signedInAs(NURSE),
    http.get("/api/triage/queue", () => HttpResponse.json(queuePage(items))),
    http.get("/api/triage/alerts", () => HttpResponse.json(alerts)),
    http.get("/api/analytics/queue", () => HttpResponse.json(FIGURES)),
  );
}

const names = () => screen.getAllByRole("heading", { level: 3 }).map((heading) => within(heading).getByRole("link").textContent);

const item = (id: string, name: string, part: Partial<QueueItemOut> = {}) =>
  queueItem({ id, patient: { id: `p-${id}`, name, birth_date: null, age: null, sex: null }, ...part });

const ALERT = {
  id: "alert-1",
  report_id: "x",
  reference: "SNR8JZ78",
  conversation_id: "c",
  patient: { id: "p", name: "Gérard Montfort", birth_date: null, age: 66, sex: "male" },
  flag_ids: ["RF01"],
  raised_at: "2026-11-20T09:59:00Z",
  alert_count: 2,
  last_alert_at: "2026-11-20T10:00:00Z",
  acknowledged_at: null,
  acknowledged_by: null,
  acknowledged_by_name: null,
};

describe("the nurse's queue", () => {
  beforeEach(() => {
    vi.stubGlobal("EventSource", FakeEventSource);
    FakeEventSource.all.length = 0;
  });
  afterEach(() => vi.unstubAllGlobals());

  it("shows that it is loading", async () => {
    practice([]);
    server.use(http.get("/api/triage/queue", () => new Promise<never>(() => undefined)));
    openPage("/queue");
    expect((await screen.findAllByText("Loading")).length).toBeGreaterThan(0);
    expect(screen.queryByText("Nobody is waiting")).not.toBeInTheDocument();
  });

  it("says that nobody is waiting", async () => {
    practice([]);
    openPage("/queue");
    expect(await screen.findByRole("heading", { name: "Nobody is waiting" })).toBeVisible();
  });

  it("tells an empty queue from filters that hide everything", async () => {
    practice([]);
    openPage("/queue?owner=mine");
    expect(await screen.findByRole("heading", { name: "No report fits these filters" })).toBeVisible();
  });

  it("never lets a failure look like an empty queue", async () => {
    practice([]);
    server.use(http.get("/api/triage/queue", () => problem(500, "internal")));
    const { user } = openPage("/queue");
    expect(await screen.findByText("The queue could not be loaded")).toBeVisible();
    expect(screen.queryByText("Nobody is waiting")).not.toBeInTheDocument();
    practice([item("a", "Nadia Ferhat")]);
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("link", { name: "Nadia Ferhat" })).toBeVisible();
  });

  it("shows who waits, for what and in whose care", async () => {
    practice([
      item("a", "Nadia Ferhat", { urgency: "urgent", claim: { user_id: "tom", owner_name: "Tom Whitaker", claimed_at: "", is_idle: false } }),
      { ...item("b", "x"), patient: { id: "p", name: null, birth_date: null, age: null, sex: null } },
    ]);
    openPage("/queue");
    const card = (await screen.findByRole("link", { name: "Nadia Ferhat" })).closest("li") as HTMLElement;
    expect(within(card).getByText("Urgent")).toBeVisible();
    expect(within(card).getByText("Headache")).toBeVisible();
    expect(within(card).getByText(/J’ai mal à la tête/)).toHaveAttribute("lang", "fr");
    expect(within(card).getByText("Tom Whitaker")).toBeVisible();
    expect(within(card).queryByRole("button")).not.toBeInTheDocument();
    expect(screen.getByRole("link", { name: "Visitor" })).toBeVisible();
    expect(screen.getByRole("button", { name: "Take Visitor" })).toBeVisible();
  });

  it("takes in what the stream says, without a reload", async () => {
    practice([item("a", "Nadia Ferhat"), item("b", "Priya Nair")]);
    openPage("/queue");
    await screen.findByRole("link", { name: "Nadia Ferhat" });
    FakeEventSource.last().say("queue", {
      changed: [item("x", "Gérard Montfort", { urgency: "emergency" })],
      removed: ["a"],
      reload: false,
    });
    expect(await screen.findByRole("link", { name: "Gérard Montfort" })).toBeVisible();
    expect(names()).toEqual(["Gérard Montfort", "Priya Nair"]);
  });

  it("shows that the connection is lost and comes back", async () => {
    practice([item("a", "Nadia Ferhat")]);
    const { user } = openPage("/queue");
    await screen.findByRole("link", { name: "Nadia Ferhat" });
    FakeEventSource.last().onerror?.();
    expect(await screen.findByText(/Connection lost/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Try now" }));
    FakeEventSource.last().onopen?.();
    expect(await screen.findByText("Live")).toBeVisible();
  });

  it("is worked with j, k and c", async () => {
    practice([item("a", "Nadia Ferhat"), item("b", "Priya Nair")]);
    const claimed: string[] = [];
    server.use(
      http.post("/api/triage/reports/:id/claim", ({ params }) => {
        claimed.push(String(params.id));
        return problem(409, "already-claimed", { owner_name: "Tom Whitaker" });
      }),
    );
    const { user } = openPage("/queue");
    await screen.findByRole("link", { name: "Nadia Ferhat" });
    await user.keyboard("jj");
    expect(screen.getByRole("link", { name: "Priya Nair" })).toHaveFocus();
    await user.keyboard("k");
    expect(screen.getByRole("link", { name: "Nadia Ferhat" })).toHaveFocus();
    await user.keyboard("c");
    expect((await screen.findAllByText(/Tom Whitaker is working on this report/)).length).toBeGreaterThan(0);
    expect(claimed).toEqual(["a"]);
  });

  it("keeps an emergency on top until somebody takes it, and says who did", async () => {
    practice([], [ALERT]);
    server.use(
      http.post("/api/triage/alerts/:id/acknowledge", () =>
        HttpResponse.json({ ...ALERT, acknowledged_at: "2026-11-20T10:01:00Z", acknowledged_by: "t", acknowledged_by_name: "Tom Whitaker" }),
      ),
    );
    const { user } = openPage("/queue");
    const banner = await screen.findByRole("region", { name: "Open emergencies" });
    expect(within(banner).getByText("Gérard Montfort")).toBeVisible();
    expect(within(banner).getByText(/acute coronary syndrome/)).toBeVisible();
    expect(within(banner).getByText("Reminder 1")).toBeVisible();
    expect(document.title).toContain("⚠ 1");
    await user.keyboard("a");
    expect((await screen.findAllByText(/Taken by Tom Whitaker/)).length).toBeGreaterThan(0);
    expect(screen.queryByRole("region", { name: "Open emergencies" })).not.toBeInTheDocument();
  });

  it("keeps the alarm when the acknowledgement could not be saved", async () => {
    practice([], [ALERT]);
    server.use(http.post("/api/triage/alerts/:id/acknowledge", () => problem(503, "busy")));
    const { user } = openPage("/queue");
    await user.click(await screen.findByRole("button", { name: /I am on it/ }));
    expect((await screen.findAllByText(/the alarm stays on/)).length).toBeGreaterThan(0);
    expect(screen.getByRole("region", { name: "Open emergencies" })).toBeVisible();
  });

  it("shows a secretary that there is an emergency, and no report", async () => {
    practice([], [{ ...ALERT, flag_ids: [] }]);
    server.use(signedInAs(sessionOf("staff", ["secretary"])));
    openPage("/queue");
    expect(await screen.findByRole("heading", { level: 1, name: "Open emergencies" })).toBeVisible();
    expect(screen.queryByRole("link", { name: "Open" })).not.toBeInTheDocument();
    expect(FakeEventSource.last().url).toBe("/api/triage/alerts/live");
  });

  it("lets a practitioner read and not claim", async () => {
    practice([item("a", "Nadia Ferhat")]);
    server.use(signedInAs(sessionOf("staff", ["practitioner"])));
    openPage("/queue");
    expect(await screen.findByRole("link", { name: "Nadia Ferhat" })).toBeVisible();
    expect(screen.queryByRole("button", { name: /Take/ })).not.toBeInTheDocument();
  });
});
