import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { FileCheck2 } from "lucide-react";
import { useState } from "react";

import { listMyReportsQueryKey } from "@/api/@tanstack/react-query.gen";
import { submitReport } from "@/api/sdk.gen";
import type { ContactIn } from "@/api/types.gen";
import { useTranslate } from "@/lib/i18n";
import { Button } from "@/ui/button";
import { ProblemNotice } from "@/ui/problem-notice";

import { GuestContactForm } from "./guest-contact-form";
import { assistantMessages } from "./messages";

/** The last step: send what was collected, once the practice knows whom to answer. */
export function SendReport({ conversationId, isIdentified, here }: {
  readonly conversationId: string;
  readonly isIdentified: boolean;
  /** Where to come back to after logging in. */
  readonly here: string;
}) {
  const t = useTranslate(assistantMessages);
  const queryClient = useQueryClient();
  const [isGuest, setGuest] = useState(false);
  const send = useMutation({
    mutationFn: (contact?: ContactIn) =>
      submitReport({ path: { conversation_id: conversationId }, body: contact ? { contact } : {} }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: listMyReportsQueryKey() }),
  });
  const notice = (
    <ProblemNotice
      problem={send.error}
      messages={{
        "/problems/report-not-ready": t("send_not_ready"),
        "/problems/report-closed": t("send_closed"),
        "/problems/contact-required": t("contact_one_of"),
        "/problems/invalid-phone": t("contact_phone_wrong"),
      }}
    />
  );
  return (
    <section aria-labelledby="send-title" className="appear rounded-xl border-2 border-primary bg-surface p-5 sm:p-6">
      <h2 id="send-title" className="flex items-center gap-2.5 text-l font-semibold">
        <FileCheck2 aria-hidden className="size-5.5 text-primary" />
        {t(isIdentified ? "send_title" : "identify_title")}
      </h2>
      <p className="mt-1.5 text-ink-muted">{t(isIdentified ? "send_text" : "identify_text")}</p>
      <div className="mt-5 flex flex-col gap-4">
        {isIdentified ? (
          <>
            {notice}
            <Button
              size="l"
              variant="primary"
              className="self-start"
              busy={send.isPending}
              onClick={() => send.mutate(undefined)}
            >
              {t("send_report")}
            </Button>
          </>
        ) : null}
        {!isIdentified && isGuest ? (
          <GuestContactForm
            notice={notice}
            busy={send.isPending}
            onSubmit={(contact) => send.mutate(contact)}
            onBack={() => setGuest(false)}
          />
        ) : null}
        {!isIdentified && !isGuest ? <Ways here={here} onGuest={() => setGuest(true)} /> : null}
      </div>
    </section>
  );
}

function Ways({ here, onGuest }: { readonly here: string; readonly onGuest: () => void }) {
  const t = useTranslate(assistantMessages);
  return (
    <div className="flex flex-wrap gap-3">
      <Button size="l" variant="primary" onClick={onGuest}>
        {t("identify_guest")}
      </Button>
      <Button asChild size="l">
        <Link to="/register" search={{ next: here }}>
          {t("identify_register")}
        </Link>
      </Button>
      <Button asChild size="l" variant="ghost">
        <Link to="/login" search={{ next: here }}>
          {t("identify_login")}
        </Link>
      </Button>
    </div>
  );
}
