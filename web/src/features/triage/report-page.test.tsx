import { configure, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { GetReportResponse } from "@/api/types.gen";
import { FakeEventSource } from "@/test/fake-event-source";
import { openPage } from "@/test/render";
import { problem, server, sessionOf, signedInAs } from "@/test/server";
import { par, queueItem, queuePage, reportView, TRANSCRIPT } from "@/test/triage-data";

// The first page of a run waits for the whole application to be loaded.
configure({ asyncUtilTimeout: 8_000 });

const NURSE = sessionOf("staff", ["nurse"]);
const ME = NURSE.actor?.id ?? "";

function desk(view: GetReportResponse = reportView()) {
  server.use(
    signedInAs(NURSE),
    http.get("/api/triage/reports/:id", () => HttpResponse.json(view)),
    http.get("/api/triage/queue", () => HttpResponse.json(queuePage([view.entry]))),
    http.get("/api/triage/alerts", () => HttpResponse.json([])),
    http.get("/api/conversations/:id/messages", () => HttpResponse.json(TRANSCRIPT)),
  );
}

const decision = (kind: "approve" | "override", created_at: string) => ({
  id: `d-${kind}`,
  kind,
  report_version: 3,
  actor_id: ME,
  actor_name: "Camille Martin",
  urgency_before: "soon" as const,
  urgency_after: "urgent" as const,
  words: "Traitement récent, à voir aujourd’hui",
  is_undone: false,
  created_at,
});

describe("a report", () => {
  beforeEach(() => {
    vi.stubGlobal("EventSource", FakeEventSource);
    vi.stubGlobal("matchMedia", () => ({ matches: true }));
    Element.prototype.scrollTo = vi.fn() as unknown as typeof Element.prototype.scrollTo;
  });
  afterEach(() => vi.unstubAllGlobals());

  it("keeps the patient in sight", async () => {
    desk();
    openPage("/queue/r1");
    expect(await screen.findByRole("heading", { level: 1, name: "Lucien Barbier" })).toBeVisible();
    expect(screen.getByText("27/06/1983")).toBeVisible();
    expect(screen.getByText("SNR8JZ78")).toBeVisible();
  });

  it("reads in the language of the nurse, whatever the patient's is, and again when it changes", async () => {
    desk();
    const english = par({ lang: "en", negatives: [{ code: "fever", label: "Fever", source: [] }], summary: "Man aged 43." });
    const asked: (string | null)[] = [];
    server.use(
      http.get("/api/triage/reports/:id", ({ request }) => {
        const lang = new URL(request.url).searchParams.get("lang");
        asked.push(lang);
        return HttpResponse.json(reportView(lang === "en" ? { content: english } : {}));
      }),
    );
    const { user } = openPage("/queue/r1");
    expect(await screen.findByText("Man aged 43.")).toBeVisible();
    expect(screen.getByText(/J’ai mal à la tête depuis deux jours/, { selector: "q" })).toHaveAttribute("lang", "fr");
    await user.keyboard("r");
    await user.type(await screen.findByRole("textbox", { name: "Your question" }), "Depuis quand ?");
    fireEvent(screen.getByRole("dialog"), new Event("cancel", { cancelable: true }));
    await user.click(await screen.findByRole("button", { name: /English/ }));
    await user.click(await screen.findByRole("menuitemradio", { name: "Français" }));
    expect(await screen.findByText("Homme de 43 ans. Motif : mal de tête.")).toBeVisible();
    expect(asked).toEqual(["en", "fr"]);
    await user.keyboard("r");
    expect(await screen.findByRole("textbox", { name: "Votre question" })).toHaveValue("Depuis quand ?");
  });

  it("leads from a statement to the patient's words and back", async () => {
    desk();
    const { user } = openPage("/queue/r1");
    const words = await screen.findByText("Ramipril", { selector: "mark" });
    await user.hover(screen.getByRole("button", { name: /Fièvre$/ }));
    expect(screen.getByText("Pas de fièvre", { selector: "mark[data-active]" })).toBeVisible();
    await user.click(words);
    expect(screen.getByRole("button", { name: /ramipril, 5 mg/ })).toHaveAttribute("data-active");
    expect(screen.getByRole("button", { name: /Fièvre$/ })).not.toHaveAttribute("data-active");
  });

  it.each([
    ["not_asked", "Not asked yet"],
    ["none_known", "None known, the patient says"],
    ["unknown", "The patient does not know"],
  ] as const)("shows allergies that are %s in their own way", async (allergies_status, text) => {
    desk(reportView({ content: par({ allergies_status, medications_status: "stated", history: [], gaps: [] }) }));
    openPage("/queue/r1");
    const section = (await screen.findByRole("heading", { name: "Allergies" })).closest("section") as HTMLElement;
    expect(within(section).getByText(text)).toHaveAttribute("data-status", allergies_status);
  });

  it("names stated allergies and drugs that nobody has read back", async () => {
    desk(reportView({ content: par({ allergies_status: "stated", allergies: [{ label: "pénicilline", source: { message_id: "m4", seq: 4, start: 0, end: 3 } }] }) }));
    openPage("/queue/r1");
    expect(await screen.findByRole("button", { name: "pénicilline" })).toBeVisible();
    expect(screen.getByText("To confirm")).toBeVisible();
  });

  it("says that the report is not there yet while only the alert exists", async () => {
    desk(reportView({ content: null, entry: queueItem({ id: "r1", status: "draft", urgency: "emergency" }) }));
    openPage("/queue/r1");
    expect(await screen.findByRole("heading", { name: "The report is being put together" })).toBeVisible();
    expect(await screen.findByText("Ramipril 5 mg")).toBeVisible();
  });

  it("tells a transcript that failed from an empty one", async () => {
    desk();
    server.use(http.get("/api/conversations/:id/messages", () => problem(500, "internal")));
    openPage("/queue/r1");
    expect(await screen.findByText("The conversation could not be loaded")).toBeVisible();
    expect(screen.queryByText("Nothing has been written yet.")).not.toBeInTheDocument();
  });

  it("says when it cannot be loaded", async () => {
    desk();
    server.use(http.get("/api/triage/reports/:id", () => problem(404, "report-not-found")));
    openPage("/queue/r1");
    expect(await screen.findByText("This report could not be loaded")).toBeVisible();
  });

  it("is overridden with a reason, by keyboard, and only when the server agrees", async () => {
    desk();
    const bodies: unknown[] = [];
    const done = reportView({
      entry: queueItem({ id: "r1", status: "reviewed", urgency: "urgent", reviewed_at: new Date().toISOString() }),
      decisions: [decision("override", new Date().toISOString())],
      undo_until: new Date(Date.now() + 9_500).toISOString(),
      now: new Date().toISOString(),
    });
    server.use(
      http.post("/api/triage/reports/:id/override", async ({ request }) => {
        bodies.push(await request.json());
        return bodies.length === 1 ? problem(409, "report-changed", { version: 4 }) : HttpResponse.json(done);
      }),
    );
    const { user } = openPage("/queue/r1");
    await screen.findByRole("heading", { level: 1 });
    await user.keyboard("o");
    const dialog = await screen.findByRole("dialog", { name: /Change the urgency: Lucien Barbier/ });
    await user.click(within(dialog).getByRole("radio", { name: /Urgent/ }));
    await user.type(within(dialog).getByRole("textbox"), "trop peu");
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect(await within(dialog).findByText("At least 10 characters.")).toBeVisible();
    expect(bodies).toEqual([]);
    await user.type(within(dialog).getByRole("textbox"), ", à voir aujourd’hui");
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect(await within(dialog).findByText(/The report has changed since you opened it/)).toBeVisible();
    expect(within(dialog).getByRole("textbox")).toHaveValue("trop peu, à voir aujourd’hui");
    expect(screen.queryByText(/Urgency changed by/)).not.toBeInTheDocument();
    await user.click(within(dialog).getByRole("button", { name: "Load what is new" }));
    await user.click(within(dialog).getByRole("button", { name: /Change the urgency/ }));
    expect(await screen.findByText(/Urgency changed by you/)).toBeVisible();
    expect(bodies[0]).toEqual({ report_version: 3, urgency: "urgent", reason: "trop peu, à voir aujourd’hui" });
    expect(screen.queryByRole("dialog", { name: /Change the urgency/ })).not.toBeInTheDocument();
  });

  it("takes a decision back within its seconds", async () => {
    const now = Date.now();
    desk(
      reportView({
        entry: queueItem({ id: "r1", status: "reviewed" }),
        decisions: [decision("approve", new Date(now).toISOString())],
        undo_until: new Date(now + 9_000).toISOString(),
        now: new Date(now).toISOString(),
      }),
    );
    const taken = { ...decision("approve", new Date(now).toISOString()), id: "d2", kind: "undo" as const };
    const undone = vi.fn(() => HttpResponse.json(reportView({ decisions: [taken] })));
    server.use(http.post("/api/triage/reports/:id/undo", undone));
    const { user } = openPage("/queue/r1");
    expect(await screen.findByRole("button", { name: /Undo the decision, \d seconds left/ })).toBeVisible();
    await user.keyboard("u");
    await waitFor(() => expect(undone).toHaveBeenCalledOnce());
    expect(await screen.findByText(/Taken back by you at .*; the patient is told/)).toBeVisible();
  });

  it("keeps what was typed when the dialog is left and opened again", async () => {
    desk();
    const { user } = openPage("/queue/r1");
    await screen.findByRole("heading", { level: 1 });
    await user.keyboard("r");
    await user.type(await screen.findByRole("textbox", { name: "Your question" }), "Depuis quand ?");
    fireEvent(screen.getByRole("dialog"), new Event("cancel", { cancelable: true }));
    await waitFor(() => expect(screen.queryByRole("textbox", { name: "Your question" })).not.toBeInTheDocument());
    await user.keyboard("r");
    expect(await screen.findByRole("textbox", { name: "Your question" })).toHaveValue("Depuis quand ?");
  });

  it("offers to take over from a colleague when they hold it", async () => {
    desk();
    const claims: unknown[] = [];
    server.use(
      http.post("/api/triage/reports/:id/approve", () => problem(409, "already-claimed", { owner_name: "Tom Whitaker" })),
      http.post("/api/triage/reports/:id/claim", async ({ request }) => {
        claims.push(await request.json());
        return HttpResponse.json(reportView());
      }),
    );
    const { user } = openPage("/queue/r1");
    await screen.findByRole("heading", { level: 1 });
    await user.keyboard("a");
    const dialog = await screen.findByRole("dialog");
    await user.click(within(dialog).getByRole("button", { name: /^Approve/ }));
    expect(await within(dialog).findByText(/Tom Whitaker is working on this report/)).toBeVisible();
    await user.click(within(dialog).getByRole("button", { name: "Take over" }));
    await waitFor(() => expect(within(dialog).queryByText(/Tom Whitaker/)).not.toBeInTheDocument());
    expect(claims).toEqual([{ take_over: "handover" }]);
  });

  it("offers a practitioner nothing to decide", async () => {
    desk();
    server.use(signedInAs(sessionOf("staff", ["practitioner"])));
    const { user } = openPage("/queue/r1");
    await screen.findByRole("heading", { level: 1 });
    expect(screen.queryByRole("toolbar")).not.toBeInTheDocument();
    await user.keyboard("a");
    expect(screen.queryByRole("dialog")).not.toBeInTheDocument();
  });
});
