import { createMemoryHistory, RouterProvider } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";

import { Providers } from "@/app/providers";
import { createAppRouter, createQueryClient } from "@/app/router";
import type { Language } from "@/lib/i18n";

function quietQueryClient() {
  const client = createQueryClient();
  client.setDefaultOptions({ queries: { retry: false }, mutations: { retry: false } });
  return client;
}

/** Open the application at an address, as a visitor would. */
export function openPage(path: string, language: Language = "en") {
  const queryClient = quietQueryClient();
  const router = createAppRouter(queryClient, createMemoryHistory({ initialEntries: [path] }));
  const view = render(
    <Providers queryClient={queryClient} language={language}>
      <RouterProvider router={router} />
    </Providers>,
  );
  return { ...view, router, queryClient, user: userEvent.setup() };
}

/** Render one component that needs no address. */
export function renderUi(ui: ReactNode, language: Language = "en") {
  const queryClient = quietQueryClient();
  const wrap = (node: ReactNode) => (
    <Providers queryClient={queryClient} language={language}>
      {node}
    </Providers>
  );
  const view = render(wrap(ui));
  return { ...view, rerender: (node: ReactNode) => view.rerender(wrap(node)), user: userEvent.setup() };
}
