import { createFileRoute } from "@tanstack/react-router";

import { InvitationPage } from "@/features/identity/invitation-page";

export const Route = createFileRoute("/_patient/invitation")({
  validateSearch: (search: Record<string, unknown>): { token?: string } =>
    typeof search.token === "string" ? { token: search.token } : {},
  component: Invitation,
});

function Invitation() {
  const { token } = Route.useSearch();
  const fragment = new URLSearchParams(window.location.hash.slice(1));
  return <InvitationPage token={token ?? fragment.get("token") ?? ""} />;
}
