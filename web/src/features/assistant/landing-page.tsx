import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowRight, Check, X } from "lucide-react";
import type { ReactNode } from "react";

import { useLanguage, useTranslate } from "@/lib/i18n";
import { usePageTitle } from "@/lib/page-title";
import { Button } from "@/ui/button";

import { EmergencyNumbers } from "./emergency-numbers";
import { frontDeskQuery } from "./front-desk";
import { assistantMessages } from "./messages";
import { ResumeLink } from "./resume-link";
import { WorkedExample } from "./worked-example";

export function LandingPage() {
  const t = useTranslate(assistantMessages);
  const { language } = useLanguage();
  const desk = useQuery(frontDeskQuery(language)).data;
  usePageTitle(desk?.practice.name);
  return (
    <div className="mx-auto max-w-page px-5 sm:px-8">
      <section className="grid items-center gap-x-16 gap-y-12 pt-6 pb-16 lg:grid-cols-[1.05fr_1fr] lg:pt-14 lg:pb-24">
        <div>
          {desk ? <p className="mb-4 font-semibold text-primary">{desk.practice.name}</p> : null}
          <h1 className="display text-3xl">{t("landing_title")}</h1>
          <p className="mt-5 max-w-text text-l leading-relaxed text-ink-muted">
            {t("landing_lead")}
          </p>
          <div className="mt-8 flex flex-wrap items-center gap-x-5 gap-y-3">
            <Button asChild variant="primary" size="l" className="px-7 py-3.5">
              <Link to="/start">
                {t("start")}
                <ArrowRight aria-hidden className="size-5" />
              </Link>
            </Button>
            <ResumeLink />
          </div>
          <p className="mt-3 text-s text-ink-muted">{t("start_hint")}</p>
        </div>
        <WorkedExample />
      </section>
      <EmergencySection />
      <section className="grid gap-x-16 gap-y-12 py-16 md:grid-cols-2 lg:py-20">
        <Statements title={t("is_title")} icon={<Check aria-hidden className="mt-1 size-5 shrink-0 text-success" />}>
          {[t("is_1"), t("is_2"), t("is_3")]}
        </Statements>
        <Statements title={t("is_not_title")} icon={<X aria-hidden className="mt-1 size-5 shrink-0 text-danger" />}>
          {[t("is_not_1"), t("is_not_2"), t("is_not_3")]}
        </Statements>
      </section>
      <section className="border-t border-line pt-14">
        <h2 className="display text-2xl">{t("how_title")}</h2>
        <ol className="mt-8 grid gap-10 md:grid-cols-3">
          {(["how_1", "how_2", "how_3"] as const).map((step, index) => (
            <li key={step}>
              <span aria-hidden className="display text-2xl text-primary">
                {index + 1}
              </span>
              <h3 className="mt-1 text-l font-semibold">{t(`${step}_title`)}</h3>
              <p className="mt-1.5 text-ink-muted">{t(`${step}_text`)}</p>
            </li>
          ))}
        </ol>
      </section>
    </div>
  );
}

function EmergencySection() {
  const t = useTranslate(assistantMessages);
  const { language } = useLanguage();
  const desk = useQuery(frontDeskQuery(language));
  return (
    <section
      aria-labelledby="emergency-title"
      className="flex flex-wrap items-center justify-between gap-x-10 gap-y-5 rounded-xl bg-danger-soft px-6 py-6 sm:px-8"
    >
      <div className="max-w-text grow basis-80">
        <h2 id="emergency-title" className="text-l font-semibold text-danger">
          {t("emergency_title")}
        </h2>
        <p className="mt-1">{t("emergency_text")}</p>
      </div>
      {desk.data ? <EmergencyNumbers card={desk.data.emergency} /> : null}
      {desk.isError ? <p role="alert">{t("desk_failed")}</p> : null}
    </section>
  );
}

function Statements({ title, icon, children }: {
  readonly title: string;
  readonly icon: ReactNode;
  readonly children: readonly string[];
}) {
  return (
    <div>
      <h2 className="display text-2xl">{title}</h2>
      <ul className="mt-5 flex flex-col gap-3.5">
        {children.map((statement) => (
          <li key={statement} className="flex gap-3">
            {icon}
            <span>{statement}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
