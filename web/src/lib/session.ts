import { queryOptions, useQuery } from "@tanstack/react-query";

import { rememberCsrfToken, request } from "./http";
import type { Language } from "./i18n";

export type Role = "patient" | "nurse" | "secretary" | "practitioner" | "admin";

/** Who is behind this browser, as the server says. */
export interface SessionActor {
  readonly id: string;
  readonly kind: "visitor" | "patient" | "staff";
  readonly roles: readonly Role[];
  readonly display_name: string | null;
  readonly language?: Language | null;
}

export interface Session {
  readonly actor: SessionActor | null;
  readonly csrf_token: string | null;
  /** A member of staff who must set up a second factor before anything else. */
  readonly totp_required: boolean;
}

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal }) => {
    const session = await request<Session>("GET", "/api/session", { signal });
    rememberCsrfToken(session.csrf_token);
    return session;
  },
  staleTime: 5 * 60_000,
});

export function useActor(): SessionActor | null {
  return useQuery(sessionQuery).data?.actor ?? null;
}

export function hasRole(actor: SessionActor | null | undefined, ...roles: readonly Role[]): boolean {
  return Boolean(actor?.roles.some((role) => roles.includes(role)));
}

/** Where somebody lands after signing in. */
export function homeOf(actor: SessionActor | null | undefined): string {
  if (actor?.kind !== "staff") return "/reports";
  return hasRole(actor, "nurse", "practitioner", "secretary") ? "/queue" : "/admin/users";
}
