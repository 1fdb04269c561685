import { type QueryClient, queryOptions, useQuery } from "@tanstack/react-query";

import { getSession } from "@/api/sdk.gen";
import type { ActorOut, Role, SessionOut } from "@/api/types.gen";

import { rememberCsrfToken } from "./http";

export type { Role };

/** Who is behind this browser, as the server says. */
export type SessionActor = ActorOut;
export type Session = SessionOut;

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal }) => {
    const { data } = await getSession({ signal, throwOnError: true });
    rememberCsrfToken(data.csrf_token);
    return data;
  },
  staleTime: 5 * 60_000,
});

/**
 * After somebody signed in or out: forget what was read for whoever was here before, and ask who is here now.
 *
 * The session's own entry is renewed in place, since the frame of the page watches it.
 */
export async function renewSession(queryClient: QueryClient): Promise<Session> {
  queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== sessionQuery.queryKey[0] });
  return queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 });
}

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
