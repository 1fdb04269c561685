import { ArrowLeft, IdCard, Languages, UserRoundCheck } from "lucide-react";

import { Link } from "@tanstack/react-router";

import { useLanguage, useTranslate } from "@/lib/i18n";
import { Button } from "@/ui/button";
import { Kbd } from "@/ui/kbd";
import { SeverityBadge } from "@/ui/severity";

import { isDecidable } from "./decisions";
import { triageMessages } from "./messages";
import { formatBirthDate } from "./patient-name";
import { languageOf, type QueueItem } from "./records";
import { usePatientWords } from "./use-patient-words";
import { WaitClock } from "./wait-clock";

/** Who this is about: in sight for as long as anything can be written to the record. */
export function PatientBanner({ entry, skew_ms, actorId, canReview, isBusy, onClaim, onRelease }: {
  readonly entry: QueueItem;
  readonly skew_ms: number;
  readonly actorId: string;
  readonly canReview: boolean;
  readonly isBusy: boolean;
  readonly onClaim: () => void;
  readonly onRelease: () => void;
}) {
  const t = useTranslate(triageMessages);
  const { language } = useLanguage();
  const words = usePatientWords();
  const { patient, claim } = entry;
  const isMine = claim?.user_id === actorId;
  const isWaiting = isDecidable(entry) && entry.status !== "reviewed";
  return (
    <header className="sticky top-[var(--pinned,0rem)] z-20 -mx-4 border-b border-line bg-paper px-4 py-3 sm:-mx-6 sm:px-6">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 sm:gap-x-6">
        <Button asChild variant="ghost" size="icon" className="-ms-2">
          <Link to="/queue" aria-label={t("back_to_queue")}>
            <ArrowLeft aria-hidden className="size-5" />
          </Link>
        </Button>
        <div className="min-w-0 grow basis-0">
          <h1 className="display truncate text-xl">{words.name(patient)}</h1>
          <dl className="flex flex-wrap items-center gap-x-4 gap-y-0.5 text-s text-ink-muted">
            <div className="flex gap-1.5">
              <dt>{t("born")}</dt>
              <dd className="tabular font-semibold text-ink">
                {patient.birth_date ? formatBirthDate(patient.birth_date, language) : t("not_stated")}
              </dd>
            </div>
            {words.about(patient) ? (
              <div>
                <dt className="sr-only">{t("age_and_sex")}</dt>
                <dd>{words.about(patient)}</dd>
              </div>
            ) : null}
            <div className="flex items-center gap-1.5">
              <dt>
                <IdCard aria-hidden className="size-4" />
                <span className="sr-only">{t("identifier")}</span>
              </dt>
              <dd className="tabular font-semibold text-ink">{entry.reference}</dd>
            </div>
            <div className="flex items-center gap-1.5 max-sm:hidden">
              <dt>
                <Languages aria-hidden className="size-4" />
                <span className="sr-only">{t("filter_language")}</span>
              </dt>
              <dd>{t(`language_${languageOf(entry)}`)}</dd>
            </div>
          </dl>
        </div>
        <div className="flex items-center gap-x-6 gap-y-2 max-sm:w-full max-sm:justify-between">
          <SeverityBadge severity={entry.urgency} size="l" />
          {isWaiting ? <WaitClock item={entry} skew_ms={skew_ms} className="max-sm:hidden" /> : null}
          <div className="flex items-center gap-3">
            {claim ? (
              <p className="flex items-center gap-2 text-s">
                <UserRoundCheck aria-hidden className={isMine ? "size-4.5 text-primary" : "size-4.5 text-ink-muted"} />
                <span className={isMine ? "font-semibold text-primary" : "text-ink-muted"}>{isMine ? t("owner_me") : claim.owner_name}</span>
              </p>
            ) : null}
            {canReview && isMine ? (
              <Button variant="ghost" busy={isBusy} onClick={onRelease}>
                {t("release")}
                <span className="max-sm:hidden">
                  <Kbd>C</Kbd>
                </span>
              </Button>
            ) : null}
            {canReview && !isMine ? (
              <Button busy={isBusy} onClick={onClaim}>
                {t(claim ? "take_over" : "claim")}
                <span className="max-sm:hidden">
                  <Kbd>C</Kbd>
                </span>
              </Button>
            ) : null}
          </div>
        </div>
      </div>
    </header>
  );
}
