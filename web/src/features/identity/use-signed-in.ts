import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";

import { homeOf, renewSession } from "@/lib/session";

/** What follows a successful login: everything known about the previous actor is forgotten, then the page opens. */
export function useSignedIn(next?: string) {
  const queryClient = useQueryClient();
  const router = useRouter();
  return async () => {
    const session = await renewSession(queryClient);
    router.history.push(localPath(next) ?? homeOf(session.actor));
  };
}

/** A path of this application, or nothing: an address from a link must not lead elsewhere. */
export function localPath(next: string | undefined): string | undefined {
  return next && /^\/(?![/\\])/.test(next) ? next : undefined;
}
