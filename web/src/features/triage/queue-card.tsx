import { Link } from "@tanstack/react-router";
import { MessageCircleReply, PencilLine, Siren, Stethoscope, UserRoundCheck } from "lucide-react";

import { cn } from "@/lib/cn";
import { formatRelative } from "@/lib/format";
import { useLanguage, useTranslate } from "@/lib/i18n";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { SEVERITY_LOOK, SeverityBadge } from "@/ui/severity";

import { flagLabel } from "./flag-labels";
import { triageMessages } from "./messages";
import { Quote } from "./quote";
import { languageOf, type QueueItem } from "./records";
import { usePatientWords } from "./use-patient-words";
import { WaitClock } from "./wait-clock";

export interface QueueCardProps {
  readonly item: QueueItem;
  readonly skew_ms: number;
  readonly actorId: string;
  readonly canClaim: boolean;
  readonly isBusy: boolean;
  readonly onClaim: (item: QueueItem) => void;
}

export function QueueCard({ item, skew_ms, actorId, canClaim, isBusy, onClaim }: QueueCardProps) {
  const t = useTranslate(triageMessages);
  const { language } = useLanguage();
  const words = usePatientWords();
  const isRed = item.urgency === "emergency" && item.status !== "reviewed";
  // The full colour is for what nobody has taken yet.
  const isLoud = isRed && (item.alert_id !== null || (!item.claim && item.status !== "escalated"));
  const complaint = item.complaint && t.has(`complaint_${item.complaint}`) ? t(`complaint_${item.complaint}` as "complaint_general") : null;
  return (
    <li
      data-urgency={item.urgency}
      className={cn(
        "appear group relative grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-5 gap-y-3 overflow-hidden rounded-l border bg-surface py-4 ps-6 pe-4 shadow-s transition-colors",
        "focus-within:border-focus hover:border-line-strong lg:grid-cols-[minmax(0,1fr)_12rem_12.5rem]",
        isLoud ? "border-emergency bg-emergency-surface/60" : "border-line",
      )}
    >
      <span aria-hidden className={cn("absolute inset-y-0 start-0 w-1.5 bg-current", SEVERITY_LOOK[item.urgency].text)} />
      <div className="min-w-0 max-lg:col-span-2">
        <div className="mb-1.5 flex flex-wrap items-center gap-2">
          <SeverityBadge severity={item.urgency} />
          <StatusTag item={item} />
          <Badge tone="outline" lang={language}>
            <span className="uppercase">{item.language}</span>
            <span className="sr-only">{t(`language_${languageOf(item)}`)}</span>
          </Badge>
        </div>
        <h3 className="flex flex-wrap items-baseline gap-x-2.5">
          <Link
            to="/queue/$reportId"
            params={{ reportId: item.id }}
            data-queue-link={item.id}
            className="text-m font-bold outline-none after:absolute after:inset-0 after:rounded-l focus-visible:after:outline-3 focus-visible:after:-outline-offset-3 focus-visible:after:outline-focus"
          >
            {words.name(item.patient)}
          </Link>
          <span className="text-s text-ink-muted">{words.about(item.patient)}</span>
        </h3>
        <p className="mt-1 line-clamp-2 text-s">
          {complaint ? <span className="font-semibold">{complaint}</span> : null}
          {complaint && item.words ? <span aria-hidden> · </span> : null}
          {item.words ? (
            <Quote language={item.language} className="text-ink-muted">
              {item.words}
            </Quote>
          ) : null}
          {!complaint && !item.words ? <span className="text-ink-muted italic">{t("words_pending")}</span> : null}
        </p>
        {isRed && item.flag_ids.length > 0 ? (
          <p className="mt-1.5 flex items-start gap-1.5 text-s font-semibold text-emergency">
            <Siren aria-hidden className="mt-0.5 size-4 shrink-0" />
            {item.flag_ids.map((id) => flagLabel(id, language)).join(" · ")}
          </p>
        ) : null}
      </div>
      {item.status === "reviewed" && item.reviewed_at ? (
        <p className="text-s text-ink-muted">{t("reviewed_ago", { ago: formatRelative(item.reviewed_at, language) })}</p>
      ) : (
        <Wait item={item} skew_ms={skew_ms} />
      )}
      <Owner item={item} actorId={actorId} canClaim={canClaim} isBusy={isBusy} onClaim={onClaim} />
    </li>
  );
}

/** A conversation that still goes on waits for nobody, unless it is an emergency. */
function Wait({ item, skew_ms }: { readonly item: QueueItem; readonly skew_ms: number }) {
  const t = useTranslate(triageMessages);
  const { language } = useLanguage();
  if (item.status !== "draft" || item.urgency === "emergency") return <WaitClock item={item} skew_ms={skew_ms} />;
  return <p className="text-s text-ink-muted">{t("begun_ago", { ago: formatRelative(item.waiting_since, language) })}</p>;
}

function StatusTag({ item }: { readonly item: QueueItem }) {
  const t = useTranslate(triageMessages);
  if (item.answered_at) {
    return (
      <Badge tone="primary">
        <MessageCircleReply aria-hidden />
        {t("tag_answered")}
      </Badge>
    );
  }
  if (item.status === "draft") {
    return (
      <Badge>
        <PencilLine aria-hidden />
        {t("tag_draft")}
      </Badge>
    );
  }
  if (item.status === "escalated") {
    return (
      <Badge tone="primary">
        <Stethoscope aria-hidden />
        {t("tag_escalated")}
      </Badge>
    );
  }
  return null;
}

function Owner({ item, actorId, canClaim, isBusy, onClaim }: Omit<QueueCardProps, "skew_ms">) {
  const t = useTranslate(triageMessages);
  const isMine = item.claim?.user_id === actorId;
  if (item.claim) {
    return (
      <p className={cn("flex min-w-0 items-center justify-end gap-2 text-s", isMine ? "font-semibold text-primary" : "text-ink-muted")}>
        <UserRoundCheck aria-hidden className="size-4.5 shrink-0" />
        <span className="truncate">{isMine ? t("owner_me") : item.claim.owner_name}</span>
        {item.claim.is_idle && !isMine ? <span className="text-xs">({t("owner_idle")})</span> : null}
      </p>
    );
  }
  if (!canClaim || item.status === "reviewed" || item.status === "closed" || (item.status === "draft" && item.urgency !== "emergency")) {
    return <p className="text-end text-s text-ink-muted">{item.status === "reviewed" ? null : t("owner_nobody")}</p>;
  }
  return (
    <div className="flex justify-end">
      <Button
        className="relative z-10"
        busy={isBusy}
        aria-label={t("claim_of", { name: item.patient.name ?? t("visitor") })}
        onClick={() => onClaim(item)}
      >
        {t("claim")}
      </Button>
    </div>
  );
}
