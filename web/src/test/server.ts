import { http, HttpResponse } from "msw";
import { setupServer } from "msw/node";

import type { Session } from "@/lib/session";

export const ANONYMOUS: Session = { actor: null, csrf_token: null, totp_required: false };

export function sessionOf(kind: "patient" | "visitor" | "staff", roles: NonNullable<Session["actor"]>["roles"] = []): Session {
  return {
    actor: { id: "0192f000-0000-7000-8000-000000000001", kind, roles, display_name: "Camille Martin", language: "fr", aal: 1 },
    csrf_token: "csrf",
    totp_required: false,
  };
}

export function problem(status: number, type: string, extra: Record<string, unknown> = {}) {
  return HttpResponse.json(
    { type: `/problems/${type}`, title: type, status, ...extra },
    { status, headers: { "content-type": "application/problem+json" } },
  );
}

/** A handler that answers the session; put it into `server.use` to be somebody. */
export function signedInAs(session: Session) {
  return http.get("/api/session", () => HttpResponse.json(session));
}

export const server = setupServer(signedInAs(ANONYMOUS));
