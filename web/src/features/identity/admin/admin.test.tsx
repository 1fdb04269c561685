import { configure, screen, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { UserOut } from "@/api/types.gen";
import { FakeEventSource } from "@/test/fake-event-source";
import { openPage } from "@/test/render";
import { problem, server, sessionOf, signedInAs } from "@/test/server";

configure({ asyncUtilTimeout: 8_000 });

const ADMIN = sessionOf("staff", ["admin"]);

const user = (id: string, display_name: string, part: Partial<UserOut> = {}): UserOut => ({
  id,
  email: `${id}@cardio.example`,
  display_name,
  roles: ["nurse"],
  language: "fr",
  status: "active",
  totp_enabled: false,
  created_at: "2026-11-01T09:00:00Z",
  last_login_at: null,
  ...part,
});

const INVITATION = {
  id: "i1",
  email: "lea@cardio.example",
  roles: ["nurse"],
  language: "fr",
  created_at: "2026-11-20T09:00:00Z",
  expires_at: "2026-11-27T09:00:00Z",
};

function practice(users: readonly UserOut[], invitations: readonly unknown[] = []) {
  server.use(
    signedInAs(ADMIN),
    http.get("/api/users", () => HttpResponse.json({ items: users, next_after: null })),
    http.get("/api/invitations", () => HttpResponse.json(invitations)),
    http.get("/api/triage/alerts", () => HttpResponse.json([])),
  );
}

describe("people of the practice", () => {
  beforeEach(() => vi.stubGlobal("EventSource", FakeEventSource));
  afterEach(() => vi.unstubAllGlobals());

  it("shows that they are loading", async () => {
    practice([]);
    server.use(http.get("/api/users", () => new Promise<never>(() => undefined)));
    openPage("/admin/users");
    expect((await screen.findAllByText("Loading")).length).toBeGreaterThan(0);
  });

  it("says that there is nobody, and no invitation", async () => {
    practice([]);
    openPage("/admin/users");
    expect(await screen.findByRole("heading", { name: "Nobody yet" })).toBeVisible();
    expect(await screen.findByRole("heading", { name: "No invitation is open" })).toBeVisible();
  });

  it("says that they could not be loaded", async () => {
    practice([]);
    server.use(http.get("/api/users", () => problem(500, "internal")));
    openPage("/admin/users");
    expect(await screen.findByText("The people of the practice could not be loaded")).toBeVisible();
    expect(screen.queryByText("Nobody yet")).not.toBeInTheDocument();
  });

  it("lists them with their roles", async () => {
    practice([user("ines", "Inès Garnier"), user("tom", "Tom Whitaker", { status: "disabled" })], [INVITATION]);
    openPage("/admin/users");
    const row = (await screen.findByText("Tom Whitaker")).closest("tr") as HTMLElement;
    expect(within(row).getAllByText("Disabled").length).toBeGreaterThan(0);
    expect(await screen.findByText("lea@cardio.example")).toBeVisible();
  });

  it("asks for the password when the server wants it, then goes on", async () => {
    practice([user("ines", "Inès Garnier")]);
    let isConfirmed = false;
    const patches: unknown[] = [];
    server.use(
      http.post("/api/me/confirm", () => {
        isConfirmed = true;
        return new HttpResponse(null, { status: 204 });
      }),
      http.patch("/api/users/:id", async ({ request }) => {
        patches.push(await request.json());
        return isConfirmed ? HttpResponse.json(user("ines", "Inès Garnier", { status: "disabled" })) : problem(403, "confirmation-required");
      }),
    );
    const page = openPage("/admin/users");
    await page.user.click(await screen.findByRole("button", { name: "Change Inès Garnier" }));
    await page.user.click(await screen.findByRole("button", { name: "Disable the account …" }));
    await page.user.click(screen.getByRole("button", { name: "Disable Inès Garnier" }));
    await page.user.type(await screen.findByLabelText("Password"), "correct horse battery");
    await page.user.click(screen.getByRole("button", { name: "Go on" }));
    expect((await screen.findAllByText("Inès Garnier is updated")).length).toBeGreaterThan(0);
    expect(patches).toEqual([{ status: "disabled" }, { status: "disabled" }]);
  });

  it("never leaves the practice without an administrator", async () => {
    practice([user("camille", "Camille Roussel", { roles: ["admin"] })]);
    server.use(http.patch("/api/users/:id", () => problem(409, "last-admin")));
    const page = openPage("/admin/users");
    await page.user.click(await screen.findByRole("button", { name: "Change Camille Roussel" }));
    await page.user.click(await screen.findByRole("checkbox", { name: /Nurse/ }));
    await page.user.click(screen.getByRole("checkbox", { name: /Administrator/ }));
    await page.user.click(screen.getByRole("button", { name: "Save the roles" }));
    expect(await screen.findByText(/at least one active administrator/)).toBeVisible();
  });

  it("makes an invitation and shows its link once", async () => {
    practice([user("ines", "Inès Garnier")]);
    server.use(
      http.post("/api/invitations", () =>
        HttpResponse.json({ invitation: INVITATION, accept_url: "http://localhost/invitation#token" }, { status: 201 }),
      ),
    );
    const page = openPage("/admin/users");
    await page.user.click(await screen.findByRole("button", { name: "Invite" }));
    await page.user.click(await screen.findByRole("button", { name: "Make the invitation" }));
    expect(await screen.findByText("This does not look like an e-mail address.")).toBeVisible();
    await page.user.type(screen.getByRole("textbox", { name: "E-mail address" }), "lea@cardio.example");
    await page.user.click(screen.getByRole("button", { name: "Make the invitation" }));
    expect(await screen.findByRole("textbox", { name: "Link" })).toHaveValue("http://localhost/invitation#token");
  });

  it("is closed to others", async () => {
    practice([]);
    server.use(signedInAs(sessionOf("staff", ["secretary"])), http.get("/api/analytics/queue", () => problem(403, "forbidden")));
    openPage("/admin/users");
    expect(await screen.findByRole("heading", { level: 1, name: "Open emergencies" })).toBeVisible();
  });
});
