import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { createRouter, type RouterHistory } from "@tanstack/react-router";

import { toProblem } from "@/lib/problem";
import { sessionQuery } from "@/lib/session";

import { routeTree } from "./route-tree.gen";
import { CrashPage } from "./shell/crash-page";
import { NotFoundPage } from "./shell/not-found-page";

export function createQueryClient(): QueryClient {
  // A session that has ended elsewhere is noticed with the first refusal: the frame then offers to log in again.
  const onError = (error: unknown) => {
    if (toProblem(error).type === "/problems/not-signed-in") void client.invalidateQueries(sessionQuery);
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        // Only what may heal by itself is asked again: no connection, or a server that is busy or restarting.
        retry: (count, error) => count < 2 && [0, 502, 503, 504].includes(toProblem(error).status),
      },
    },
  });
  return client;
}

export function createAppRouter(queryClient: QueryClient, history?: RouterHistory) {
  return createRouter({
    routeTree,
    history,
    context: { queryClient },
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    defaultErrorComponent: CrashPage,
    defaultNotFoundComponent: NotFoundPage,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
