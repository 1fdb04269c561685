import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";

import { startConversationMutation } from "@/api/@tanstack/react-query.gen";
import type { ConsentTextOut } from "@/api/types.gen";
import { useLanguage, useTranslate } from "@/lib/i18n";
import { usePageTitle } from "@/lib/page-title";
import { renewSession } from "@/lib/session";
import { Button } from "@/ui/button";
import { Checkbox } from "@/ui/field";
import { ErrorState } from "@/ui/error-state";
import { ProblemNotice } from "@/ui/problem-notice";
import { SkeletonList } from "@/ui/skeleton";

import { frontDeskQuery } from "./front-desk";
import { EmergencyNumbers } from "./emergency-numbers";
import { assistantMessages } from "./messages";

/** Before the first word: what this is, for whom the person writes, and their agreement to this version of the text. */
export function ConsentGate({ onStarted }: { readonly onStarted: (conversationId: string) => void }) {
  const t = useTranslate(assistantMessages);
  const { language } = useLanguage();
  const desk = useQuery(frontDeskQuery(language));
  usePageTitle(desk.data?.consent.title);
  return (
    <div className="mx-auto w-full max-w-text px-5 pt-4 sm:pt-8">
      {desk.isPending ? <SkeletonList rows={2} /> : null}
      {desk.isError ? (
        <ErrorState
          title={t("consent_failed")}
          problem={desk.error}
          retrying={desk.isFetching}
          onRetry={() => void desk.refetch()}
        />
      ) : null}
      {desk.data ? (
        <>
          <ConsentForm key={desk.data.consent.version} consent={desk.data.consent} onStarted={onStarted} />
          <div className="mt-10 border-t border-line pt-6">
            <p className="mb-3 font-semibold text-danger">{t("emergency_title")}</p>
            <EmergencyNumbers card={desk.data.emergency} />
          </div>
        </>
      ) : null}
    </div>
  );
}

function ConsentForm({ consent, onStarted }: {
  readonly consent: ConsentTextOut;
  readonly onStarted: (conversationId: string) => void;
}) {
  const t = useTranslate(assistantMessages);
  const { language } = useLanguage();
  const queryClient = useQueryClient();
  const [who, setWho] = useState<"self" | "guardian" | null>(null);
  const [hasAccepted, setAccepted] = useState(false);
  const [isIncomplete, setIncomplete] = useState(false);
  const start = useMutation({
    ...startConversationMutation(),
    onSuccess: async (conversation) => {
      // A visitor now has a session of their own, with its own token.
      await renewSession(queryClient);
      onStarted(conversation.id);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const isComplete = who !== null && hasAccepted;
    setIncomplete(!isComplete);
    if (isComplete && !start.isPending) {
      start.mutate({
        body: { language, consent: { version: consent.version, adult_or_guardian: who, accepted: true } },
      });
    }
  };
  const labelOf = (id: string) => consent.checkboxes.find((box) => box.id === id)?.label ?? "";
  return (
    <form noValidate onSubmit={submit}>
      <h1 className="display text-2xl">{consent.title}</h1>
      <div className="mt-4 flex flex-col gap-3 leading-relaxed">
        {consent.paragraphs.map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
      </div>
      <fieldset className="mt-7">
        <legend className="font-semibold">{t("consent_who")}</legend>
        {(["self", "guardian"] as const).map((value) => (
          <label key={value} className="flex min-h-target-patient items-start gap-3 py-2.5">
            <input
              type="radio"
              name="who"
              value={value}
              checked={who === value}
              onChange={() => setWho(value)}
              className="mt-0.5 size-5.5 shrink-0 accent-primary"
            />
            {labelOf(value)}
          </label>
        ))}
      </fieldset>
      <Checkbox
        className="mt-3"
        label={labelOf("accepted")}
        checked={hasAccepted}
        onChange={(event) => setAccepted(event.target.checked)}
      />
      <div className="mt-6 flex flex-col gap-4">
        {isIncomplete ? (
          <p role="alert" className="rounded-m bg-warning-soft px-4 py-3">
            {t("consent_incomplete")}
          </p>
        ) : null}
        <ProblemNotice
          problem={start.error}
          messages={{ "/problems/consent-outdated": t("consent_outdated") }}
        />
        <Button type="submit" variant="primary" size="l" className="self-start px-7 py-3.5" busy={start.isPending}>
          {t("consent_start")}
        </Button>
      </div>
    </form>
  );
}
