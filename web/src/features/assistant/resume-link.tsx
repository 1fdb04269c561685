import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { useTranslate } from "@/lib/i18n";
import { useActor } from "@/lib/session";
import { Button } from "@/ui/button";

import { ownConversationsQuery } from "./front-desk";
import { assistantMessages } from "./messages";

/** Leads back into the newest open conversation, if this browser has one; says nothing otherwise. */
export function ResumeLink() {
  const t = useTranslate(assistantMessages);
  const actor = useActor();
  const isPatient = actor !== null && actor.kind !== "staff";
  const newest = useQuery({ ...ownConversationsQuery, enabled: isPatient }).data?.[0];
  if (!newest) return null;
  return (
    <Button asChild size="l" className="py-3.5">
      <Link to="/conversation/$conversationId" params={{ conversationId: newest.id }}>
        {t("resume")}
      </Link>
    </Button>
  );
}
