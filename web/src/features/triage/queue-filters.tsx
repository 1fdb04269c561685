import { Search, SlidersHorizontal, X } from "lucide-react";
import { type FormEvent, type Ref, useEffect, useState } from "react";

import { cn } from "@/lib/cn";
import { LANGUAGES, useTranslate } from "@/lib/i18n";
import { Button } from "@/ui/button";
import { Field, Input, Select } from "@/ui/field";
import { uiMessages } from "@/ui/messages";
import { SEVERITIES, SEVERITY_LOOK, type Severity } from "@/ui/severity";

import { triageMessages } from "./messages";
import { COMPLAINTS, countSet, EVERYTHING_OPEN, type QueueFilter, VIEWS } from "./queue-filter";

export interface QueueFiltersProps {
  readonly filter: QueueFilter;
  readonly canClaim: boolean;
  readonly onChange: (filter: QueueFilter) => void;
  readonly searchRef: Ref<HTMLInputElement>;
}

export function QueueFilters({ filter, canClaim, onChange, searchRef }: QueueFiltersProps) {
  const t = useTranslate(triageMessages);
  const [isShown, setShown] = useState(countSet(filter) > 0);
  const count = countSet(filter);
  const set = (part: Partial<QueueFilter>) => onChange({ ...filter, ...part });
  return (
    <section aria-label={t("filters")} className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-3">
        <div role="group" aria-label={t("view")} className="-mx-1 flex max-w-full grow gap-1 overflow-x-auto p-1">
          {VIEWS.map((view) => (
            <Chip key={view} isOn={filter.status === view} onClick={() => set({ status: view })}>
              {t(`view_${view}`)}
            </Chip>
          ))}
        </div>
        <SearchBox key={filter.q} q={filter.q} onSearch={(q) => set({ q })} inputRef={searchRef} />
        <Button variant="ghost" aria-expanded={isShown} aria-controls="queue-filters" onClick={() => setShown(!isShown)}>
          <SlidersHorizontal aria-hidden className="size-4.5" />
          {count > 0 ? t("filters_count", { n: count }) : t("filters")}
        </Button>
      </div>
      <div id="queue-filters" hidden={!isShown}>
        <div className="flex flex-wrap items-end gap-x-6 gap-y-4 rounded-l border border-line bg-surface p-4">
          <UrgencyChips chosen={filter.urgency} onChange={(urgency) => set({ urgency })} />
          <Field label={t("filter_complaint")} className="w-52 max-sm:w-full">
            <Select
              className="text-s"
              value={filter.complaint ?? ""}
              onChange={(event) => set({ complaint: COMPLAINTS.find((code) => code === event.target.value) ?? null })}
            >
              <option value="">{t("filter_any")}</option>
              {COMPLAINTS.map((code) => (
                <option key={code} value={code}>
                  {t(`complaint_${code}`)}
                </option>
              ))}
            </Select>
          </Field>
          <Field label={t("filter_language")} className="w-36 max-sm:w-full">
            <Select
              className="text-s"
              value={filter.language ?? ""}
              onChange={(event) => set({ language: LANGUAGES.find((code) => code === event.target.value) ?? null })}
            >
              <option value="">{t("filter_any")}</option>
              {LANGUAGES.map((code) => (
                <option key={code} value={code}>
                  {t(`language_${code}`)}
                </option>
              ))}
            </Select>
          </Field>
          <Field label={t("filter_owner")} className="w-44 max-sm:w-full">
            <Select
              className="text-s"
              value={filter.owner}
              onChange={(event) => set({ owner: event.target.value as QueueFilter["owner"] })}
            >
              <option value="anyone">{t("owner_anyone")}</option>
              {canClaim ? <option value="mine">{t("owner_mine")}</option> : null}
              <option value="nobody">{t("owner_unclaimed")}</option>
            </Select>
          </Field>
          {count > 0 ? (
            <Button variant="ghost" onClick={() => onChange({ ...EVERYTHING_OPEN, status: filter.status })}>
              <X aria-hidden className="size-4.5" />
              {t("filters_clear")}
            </Button>
          ) : null}
        </div>
      </div>
    </section>
  );
}

function Chip({ isOn, onClick, children }: {
  readonly isOn: boolean;
  readonly onClick: () => void;
  readonly children: React.ReactNode;
}) {
  return (
    <button
      type="button"
      aria-pressed={isOn}
      onClick={onClick}
      className={cn(
        "min-h-10 rounded-full px-3.5 text-s font-semibold whitespace-nowrap transition-colors",
        isOn ? "bg-primary text-on-primary" : "text-ink-muted hover:bg-sunken hover:text-ink",
      )}
    >
      {children}
    </button>
  );
}

function UrgencyChips({ chosen, onChange }: {
  readonly chosen: readonly Severity[];
  readonly onChange: (chosen: readonly Severity[]) => void;
}) {
  const t = useTranslate(triageMessages);
  const ui = useTranslate(uiMessages);
  return (
    <fieldset>
      <legend className="mb-1.5 text-s font-semibold">{t("filter_urgency")}</legend>
      <div className="flex flex-wrap gap-1.5">
        {SEVERITIES.map((severity) => {
          const { icon: Icon, text, surface, edge } = SEVERITY_LOOK[severity];
          const isOn = chosen.includes(severity);
          return (
            <button
              key={severity}
              type="button"
              aria-pressed={isOn}
              onClick={() =>
                onChange(SEVERITIES.filter((one) => (one === severity ? !isOn : chosen.includes(one))))
              }
              className={cn(
                "inline-flex min-h-10 items-center gap-1.5 rounded-full border px-3 text-s font-semibold transition-colors",
                isOn ? cn(text, surface, edge) : "border-line text-ink-muted hover:border-line-strong hover:text-ink",
              )}
            >
              <Icon aria-hidden className="size-4" />
              {ui(`severity_${severity}`)}
            </button>
          );
        })}
      </div>
    </fieldset>
  );
}

const SEARCH_AFTER_MS = 400;

function SearchBox({ q, onSearch, inputRef }: {
  readonly q: string;
  readonly onSearch: (q: string) => void;
  readonly inputRef: Ref<HTMLInputElement>;
}) {
  const t = useTranslate(triageMessages);
  const [text, setText] = useState(q);
  const wanted = text.trim();
  useEffect(() => {
    // One letter finds nothing on the server, which compares whole names.
    if (wanted === q || wanted.length === 1) return undefined;
    const timer = setTimeout(() => onSearch(wanted), SEARCH_AFTER_MS * 2);
    return () => clearTimeout(timer);
  }, [wanted, q, onSearch]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wanted.length !== 1) onSearch(wanted);
  };
  return (
    <form role="search" onSubmit={submit} className="relative w-full sm:w-72">
      <label htmlFor="queue-search" className="sr-only">
        {t("search")}
      </label>
      <Search aria-hidden className="pointer-events-none absolute start-3.5 top-1/2 size-4.5 -translate-y-1/2 text-ink-muted" />
      <Input
        ref={inputRef}
        id="queue-search"
        type="search"
        className="ps-10 text-s"
        placeholder={t("search_hint")}
        maxLength={200}
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </form>
  );
}
