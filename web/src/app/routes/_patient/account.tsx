import { useQuery } from "@tanstack/react-query";
import { createFileRoute, redirect, useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { AccountPage, type AccountTab } from "@/features/identity/account-page";
import { sessionQuery } from "@/lib/session";

export const Route = createFileRoute("/_patient/account")({
  validateSearch: (search: Record<string, unknown>): { tab?: AccountTab } =>
    search.tab === "security" || search.tab === "sessions" ? { tab: search.tab } : {},
  beforeLoad: async ({ context, location }) => {
    const { actor } = await context.queryClient.ensureQueryData(sessionQuery);
    if (!actor || actor.kind === "visitor") throw redirect({ to: "/login", search: { next: location.href } });
  },
  component: Account,
});

function Account() {
  const { tab } = Route.useSearch();
  const navigate = useNavigate();
  const session = useQuery(sessionQuery).data;
  const mustSetUpTotp = session?.totp_required ?? false;
  // Where the page opened, it stays: setting up the second factor must not turn the page under its own codes.
  const [first] = useState<AccountTab>(mustSetUpTotp ? "security" : "profile");
  return (
    <AccountPage
      tab={tab ?? first}
      onTab={(next) => void navigate({ to: "/account", search: { tab: next }, replace: true })}
      mustSetUpTotp={mustSetUpTotp}
    />
  );
}
