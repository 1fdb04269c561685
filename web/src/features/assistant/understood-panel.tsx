import { Check, CircleDashed, Quote } from "lucide-react";
import { useState } from "react";

import { cn } from "@/lib/cn";
import { type Translate, useTranslate } from "@/lib/i18n";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";

import type { StatedStatus, Understood } from "./conversation-state";
import { assistantMessages } from "./messages";
import { type Group, type Statement, statementGroups } from "./statements";

export interface UnderstoodPanelProps {
  readonly understood: Understood | null;
  readonly active: string | null;
  readonly onActive: (id: string | null) => void;
  /** Asked to show the words in the thread (a tap, or Enter). */
  readonly onShow: (statement: Statement) => void;
}

/** What was understood so far, line by line, with what is missing shown as missing. */
export function UnderstoodPanel({ understood, active, onActive, onShow }: UnderstoodPanelProps) {
  const t = useTranslate(assistantMessages);
  const groups = understood ? statementGroups(understood) : [];
  const quote = understood?.chief_complaint?.text;
  return (
    <section aria-labelledby="understood-title">
      <h2 id="understood-title" className="display text-xl">
        {t("understood_title")}
      </h2>
      {!understood || (groups.length === 0 && !quote) ? (
        <p className="mt-2 text-ink-muted">{t("understood_empty")}</p>
      ) : (
        <p className="mt-1 text-s text-ink-muted">{t("understood_hint")}</p>
      )}
      {quote ? (
        <blockquote className="mt-4 flex gap-2.5 text-ink">
          <Quote aria-hidden className="mt-1 size-4 shrink-0 text-ink-muted" />
          <span className="line-clamp-4 italic">{quote}</span>
        </blockquote>
      ) : null}
      {groups.map((group) => (
        <GroupList key={group.name} group={group} active={active} onActive={onActive} onShow={onShow} />
      ))}
      {understood ? <Nothing understood={understood} /> : null}
      {understood ? <Missing understood={understood} /> : null}
    </section>
  );
}

function nameOf(kind: string, t: Translate<keyof typeof assistantMessages.en>): string {
  const key = `vital_${kind}`;
  return t.has(key) ? t(key) : t("vital_other");
}

/** A long list of "no" must not push away what is missing. */
const SHOWN_AT_FIRST = 4;

function GroupList({ group, active, onActive, onShow }: { readonly group: Group } & Omit<UnderstoodPanelProps, "understood">) {
  const t = useTranslate(assistantMessages);
  const [isWhole, setWhole] = useState(false);
  const isLong = group.statements.length > SHOWN_AT_FIRST + 1;
  const shown = isLong && !isWhole ? group.statements.slice(0, SHOWN_AT_FIRST) : group.statements;
  return (
    <div className="mt-5">
      <h3 className="text-s font-semibold text-ink-muted">{t(`group_${group.name}`)}</h3>
      <ul className="mt-1">
        {shown.map((statement) => (
          <li key={statement.id}>
            <button
              type="button"
              className={cn(
                "flex min-h-target-patient w-full items-center gap-3 rounded-s py-1.5 text-start transition-colors",
                active === statement.id ? "text-mark-ink" : "text-ink",
              )}
              onMouseEnter={() => onActive(statement.id)}
              onMouseLeave={() => onActive(null)}
              onFocus={() => onActive(statement.id)}
              onBlur={() => onActive(null)}
              onClick={() => onShow(statement)}
            >
              <span
                aria-hidden
                className={cn(
                  "w-1 shrink-0 self-stretch rounded-full transition-colors",
                  active === statement.id ? "bg-mark-strong" : "bg-line",
                )}
              />
              <span className="min-w-0 grow">
                <span className={cn(active === statement.id && "bg-mark")}>
                  {statement.kind ? `${nameOf(statement.kind, t)} ${statement.text}` : statement.text}
                </span>
                {statement.details?.map(({ name, text }) => (
                  <span key={name} className="block text-s text-ink-muted">
                    {t(`detail_${name}`, { text })}
                  </span>
                ))}
              </span>
              {statement.isUnconfirmed ? <Badge tone="warning">{t("to_confirm")}</Badge> : null}
            </button>
          </li>
        ))}
      </ul>
      {isLong ? (
        <Button size="l" variant="link" className="text-s" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? t("show_less") : t("show_more_other", { count: group.statements.length - SHOWN_AT_FIRST })}
        </Button>
      ) : null}
    </div>
  );
}

/** What the patient said not to have: an answer, where "not asked" is none. */
function Nothing({ understood }: { readonly understood: Understood }) {
  const t = useTranslate(assistantMessages);
  const none = [
    ...(understood.medications_status === "none_known" ? (["medications_none_known"] as const) : []),
    ...(understood.allergies_status === "none_known" ? (["allergies_none_known"] as const) : []),
  ];
  if (none.length === 0) return null;
  return (
    <ul className="mt-5 flex flex-col gap-1.5">
      {none.map((key) => (
        <li key={key} className="flex items-center gap-2.5">
          <Check aria-hidden className="size-4 shrink-0 text-success" />
          {t(key)}
        </li>
      ))}
    </ul>
  );
}

/** Not asked, not known and none are three different things to say. */
function Missing({ understood }: { readonly understood: Understood }) {
  const t = useTranslate(assistantMessages);
  const lines = [
    ...statusLine("medications", understood.medications_status),
    ...statusLine("allergies", understood.allergies_status),
  ].map((key) => ({ key, text: t(key) }));
  const gaps = (understood.gaps ?? []).map((gap) => ({ key: `gap:${gap.code}`, text: gap.label }));
  if (lines.length + gaps.length === 0) return null;
  return (
    <div className="mt-5">
      <h3 className="text-s font-semibold text-ink-muted">{t("group_missing")}</h3>
      <ul className="mt-1.5 flex flex-col gap-1.5">
        {[...lines, ...gaps].map((line) => (
          <li key={line.key} className="flex items-start gap-2.5 text-s text-ink-muted italic">
            <CircleDashed aria-hidden className="mt-0.5 size-4 shrink-0" />
            {line.text}
          </li>
        ))}
      </ul>
    </div>
  );
}

function statusLine<Of extends "medications" | "allergies">(of: Of, status: StatedStatus | undefined) {
  return status === "not_asked" || status === "unknown" ? [`${of}_${status}` as const] : [];
}
