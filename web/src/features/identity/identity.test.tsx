import { screen, waitFor, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { describe, expect, it } from "vitest";

import { DESK } from "@/test/fixtures";
import { openPage } from "@/test/render";
import { ANONYMOUS, problem, server, sessionOf, signedInAs } from "@/test/server";

import { localPath } from "./use-signed-in";

const ME = {
  id: "u1",
  email: "camille@example.org",
  display_name: "Camille Martin",
  language: "en",
  roles: ["patient"],
  totp_enabled: false,
  recovery_codes_left: 0,
};

describe("logging in", () => {
  it("asks for the code when a second factor is on, then opens the person's place", async () => {
    let session = ANONYMOUS;
    const codes: unknown[] = [];
    server.use(
      http.get("/api/session", () => HttpResponse.json(session)),
      http.get("/api/my/reports", () => HttpResponse.json([])),
      http.post("/api/login", () => HttpResponse.json({ totp_required: true, session: null })),
      http.post("/api/login/totp", async ({ request }) => {
        codes.push(await request.json());
        if (codes.length === 1) return problem(400, "wrong-code");
        session = sessionOf("patient", ["patient"]);
        return HttpResponse.json(session);
      }),
    );
    const { user, router } = openPage("/login");
    await user.type(await screen.findByRole("textbox", { name: "E-mail address" }), "camille@example.org");
    await user.type(screen.getByLabelText("Password"), "a long enough one");
    await user.click(screen.getByRole("button", { name: "Log in" }));
    const code = await screen.findByRole("textbox", { name: "Six-digit code" });
    await user.type(code, "123 456");
    await user.click(screen.getByRole("button", { name: "Verify" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("This code is not right");
    await user.click(screen.getByRole("button", { name: "Verify" }));
    expect(await screen.findByRole("heading", { name: "My reports" })).toBeVisible();
    expect(codes).toEqual([{ code: "123456" }, { code: "123456" }]);
    expect(router.state.location.pathname).toBe("/reports");
  });

  it("says how long to wait after too many attempts, and keeps what was typed", async () => {
    server.use(http.post("/api/login", () => problem(429, "too-many-attempts", { retry_after_s: 30 })));
    const { user } = openPage("/login");
    await user.type(await screen.findByRole("textbox", { name: "E-mail address" }), "camille@example.org");
    await user.type(screen.getByLabelText("Password"), "wrong");
    await user.click(screen.getByRole("button", { name: "Log in" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("Wait 30 seconds");
    expect(screen.getByRole("textbox", { name: "E-mail address" })).toHaveValue("camille@example.org");
  });

  it("ties each error to its field", async () => {
    const { user } = openPage("/login");
    await user.click(await screen.findByRole("button", { name: "Log in" }));
    const email = screen.getByRole("textbox", { name: "E-mail address" });
    await waitFor(() => expect(email).toBeInvalid());
    expect(email).toHaveAccessibleDescription("Please fill this in.");
  });

  it("never leads to another site", () => {
    expect(localPath("/conversation/1")).toBe("/conversation/1");
    for (const path of ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", ""]) {
      expect(localPath(path)).toBeUndefined();
    }
  });
});

describe("joining", () => {
  it("renews a stale token once and repeats the request", async () => {
    let attempts = 0;
    server.use(
      http.get("/api/my/reports", () => HttpResponse.json([])),
      signedInAs(sessionOf("patient", ["patient"])),
      http.post("/api/register", ({ request }) => {
        attempts += 1;
        return request.headers.get("x-csrf-token") === "csrf" && attempts > 1
          ? HttpResponse.json({}, { status: 201 })
          : problem(403, "cross-site-request");
      }),
    );
    const { user } = openPage("/register");
    await user.type(await screen.findByRole("textbox", { name: "First and last name" }), "Ana Costa");
    await user.type(screen.getByRole("textbox", { name: "E-mail address" }), "ana@example.org");
    await user.type(screen.getByLabelText("Password"), "correct horse battery");
    await user.click(screen.getByRole("button", { name: "Create my account" }));
    expect(await screen.findByRole("heading", { name: "My reports" })).toBeVisible();
    expect(attempts).toBe(2);
  });

  it("opens an invitation from the fragment of its link", async () => {
    const bodies: unknown[] = [];
    server.use(
      http.post("/api/invitations/lookup", () =>
        HttpResponse.json({ email: "nina@example.org", roles: ["nurse"], practice_name: "Cabinet des Tilleuls" }),
      ),
      http.post("/api/invitations/accept", async ({ request }) => {
        bodies.push(await request.json());
        return problem(400, "password-too-common");
      }),
    );
    const { user } = openPage("/invitation#s3cret-token");
    expect(await screen.findByRole("heading", { name: "Join Cabinet des Tilleuls" })).toBeVisible();
    expect(screen.getByText(/invited as nurse/)).toBeVisible();
    await user.type(screen.getByRole("textbox", { name: "First and last name" }), "Nina Petit");
    await user.type(screen.getByLabelText("Password"), "password1234");
    await user.click(screen.getByRole("button", { name: "Join" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("too easy to guess");
    expect(bodies[0]).toMatchObject({ token: "s3cret-token", display_name: "Nina Petit" });
  });

  it("says so when an invitation is no longer valid", async () => {
    server.use(http.post("/api/invitations/lookup", () => problem(404, "invitation-invalid")));
    openPage("/invitation#old");
    expect(await screen.findByRole("alert")).toHaveTextContent("no longer valid");
  });
});

describe("my account", () => {
  const signedIn = [
    signedInAs(sessionOf("patient", ["patient"])),
    http.get("/api/front-desk", () => HttpResponse.json(DESK)),
  ];

  it("sends strangers to the login and back", async () => {
    const { router } = openPage("/account");
    expect(await screen.findByRole("heading", { name: "Log in" })).toBeVisible();
    expect(router.state.location.search).toEqual({ next: "/account" });
  });

  it("notices that the session has ended, and offers to log in again", async () => {
    server.use(...signedIn, http.get("/api/me", () => problem(401, "not-signed-in")));
    const { user, queryClient } = openPage("/account");
    expect(await screen.findByRole("alert")).toHaveTextContent("Your session has ended");
    server.use(signedInAs(ANONYMOUS));
    await queryClient.invalidateQueries();
    await user.click(await screen.findByRole("link", { name: "Log in" }));
    expect(await screen.findByRole("heading", { name: "Log in" })).toBeVisible();
  });

  it("shows that it could not be loaded, and loads it again", async () => {
    server.use(...signedIn, http.get("/api/me", () => problem(500, "internal"), { once: true }));
    const { user } = openPage("/account");
    expect(await screen.findByRole("alert")).toHaveTextContent("Your account could not be loaded");
    server.use(http.get("/api/me", () => HttpResponse.json(ME)));
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByDisplayValue("Camille Martin")).toBeVisible();
  });

  it("asks for the password before the second factor, shows the code and hands out recovery codes once", async () => {
    let isConfirmed = false;
    server.use(
      ...signedIn,
      http.get("/api/me", () => HttpResponse.json(ME)),
      http.post("/api/me/confirm", () => {
        isConfirmed = true;
        return new HttpResponse(null, { status: 204 });
      }),
      http.post("/api/me/totp", () =>
        isConfirmed
          ? HttpResponse.json({ secret: "JBSWY3DPEHPK3PXP", uri: "otpauth://x", qr_svg: "<svg/>" })
          : problem(403, "confirmation-required"),
      ),
      http.post("/api/me/totp/confirm", () => HttpResponse.json({ recovery_codes: ["aaaa-bbbb", "cccc-dddd"] })),
    );
    const { user } = openPage("/account?tab=security");
    await user.click(await screen.findByRole("button", { name: "Set it up" }));
    const confirmation = await screen.findByRole("dialog", { name: "Is it you?" });
    await user.type(within(confirmation).getByLabelText("Password"), "correct horse battery");
    await user.click(within(confirmation).getByRole("button", { name: "Go on" }));
    const setup = await screen.findByRole("dialog", { name: "Set up two-step verification" });
    expect(within(setup).getByRole("img")).toHaveAttribute("src", expect.stringMatching(/^data:image\/svg\+xml/));
    expect(within(setup).getByText("JBSW Y3DP EHPK 3PXP")).toBeVisible();
    await user.type(within(setup).getByRole("textbox", { name: "Six-digit code" }), "123456");
    await user.click(within(setup).getByRole("button", { name: "Turn it on" }));
    // The session may already say that nothing is required any more; the codes stay until they were seen.
    server.use(http.get("/api/me", () => HttpResponse.json({ ...ME, totp_enabled: true, recovery_codes_left: 2 })));
    const codes = await screen.findByRole("dialog", { name: "Keep these recovery codes" });
    expect(within(codes).getAllByRole("listitem").map((item) => item.textContent)).toEqual(["aaaa-bbbb", "cccc-dddd"]);
    await user.click(within(codes).getByRole("button", { name: "I have kept them" }));
    expect(await screen.findByText("2 recovery codes left")).toBeVisible();
  });

  it("keeps the codes on screen for a member of staff who had to set it up", async () => {
    let session = { ...sessionOf("staff", ["admin"]), totp_required: true };
    server.use(
      http.get("/api/session", () => HttpResponse.json(session)),
      http.get("/api/me", () => HttpResponse.json(ME)),
      http.post("/api/me/totp", () => HttpResponse.json({ secret: "JBSW", uri: "otpauth://x", qr_svg: "<svg/>" })),
      http.post("/api/me/totp/confirm", () => {
        session = { ...session, totp_required: false };
        return HttpResponse.json({ recovery_codes: ["aaaa-bbbb"] });
      }),
    );
    const { user } = openPage("/account");
    expect(await screen.findByText(/Your role requires two-step verification/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Set it up" }));
    await user.type(await screen.findByRole("textbox", { name: "Six-digit code" }), "123456");
    await user.click(screen.getByRole("button", { name: "Turn it on" }));
    const codes = await screen.findByRole("dialog", { name: "Keep these recovery codes" });
    expect(within(codes).getByText("aaaa-bbbb")).toBeVisible();
    await user.click(within(codes).getByRole("button", { name: "I have kept them" }));
    await waitFor(() => expect(screen.queryByText(/Your role requires/)).toBeNull());
    expect(screen.getByRole("tab", { name: "Security" })).toHaveAttribute("aria-selected", "true");
  });

  it("lists sessions and ends one by name", async () => {
    let sessions = [
      { id: "a", is_current: true, device: "Firefox on Linux", created_at: "2026-11-20T08:00:00Z", last_seen_at: "2026-11-20T10:00:00Z" },
      { id: "b", is_current: false, device: "Safari on iPhone", created_at: "2026-11-12T08:00:00Z", last_seen_at: "2026-11-19T20:00:00Z" },
    ];
    server.use(
      ...signedIn,
      http.get("/api/me", () => HttpResponse.json(ME)),
      http.get("/api/me/sessions", () => HttpResponse.json(sessions)),
      http.delete("/api/me/sessions/b", () => {
        sessions = sessions.slice(0, 1);
        return new HttpResponse(null, { status: 204 });
      }),
    );
    const { user } = openPage("/account?tab=sessions");
    await user.click(await screen.findByRole("button", { name: "End the session on Safari on iPhone" }));
    await waitFor(() => expect(screen.queryByText("Safari on iPhone")).toBeNull());
    expect(screen.getByText("Firefox on Linux")).toBeVisible();
  });

  it("shows sessions that could not be loaded as such, and none as none", async () => {
    server.use(
      ...signedIn,
      http.get("/api/me", () => HttpResponse.json(ME)),
      http.get("/api/me/sessions", () => problem(500, "internal"), { once: true }),
      http.get("/api/me/sessions", () => HttpResponse.json([])),
    );
    const { user } = openPage("/account?tab=sessions");
    expect(await screen.findByRole("alert")).toHaveTextContent("Your sessions could not be loaded");
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("No other session is open")).toBeVisible();
  });
});
