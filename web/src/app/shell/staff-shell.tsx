import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { useTranslate } from "@/lib/i18n";
import type { SessionActor } from "@/lib/session";
import { LanguageSwitch, ThemeSwitch } from "@/ui/preferences";
import { Wordmark } from "@/ui/wordmark";

import { AccountMenu } from "./account-menu";
import { shellMessages } from "./messages";
import { SkipLink } from "./skip-link";
import { staffAreas } from "./staff-areas";

/** The frame of the work areas: `banner` is for what every member of staff must see on every page (open emergencies). */
export function StaffShell({ actor, banner, children }: {
  readonly actor: SessionActor;
  readonly banner?: ReactNode;
  readonly children: ReactNode;
}) {
  const t = useTranslate(shellMessages);
  return (
    <div className="flex min-h-dvh flex-col">
      <SkipLink />
      <header className="border-b border-line bg-surface">
        <div className="mx-auto flex w-full max-w-[100rem] flex-wrap items-center gap-x-6 px-4 sm:px-6">
          <Link to="/" aria-label={`Osler, ${t("home")}`} className="rounded-s py-3 text-primary">
            <Wordmark className="h-7" />
          </Link>
          <nav
            aria-label={t("staff_navigation")}
            className="order-last -mx-2 flex w-full gap-1 overflow-x-auto sm:order-none sm:mx-0 sm:w-auto sm:grow"
          >
            {staffAreas(actor).map((area) => (
              <Link
                key={area.to}
                to={area.to}
                className="flex min-h-12 items-center gap-2 border-b-2 border-transparent px-3 text-s font-semibold whitespace-nowrap text-ink-muted hover:text-ink data-[status=active]:border-primary data-[status=active]:text-ink"
              >
                <area.icon aria-hidden className="size-4.5" />
                {t(area.label)}
              </Link>
            ))}
          </nav>
          <div className="ms-auto flex items-center">
            <LanguageSwitch />
            <ThemeSwitch />
            <AccountMenu actor={actor} />
          </div>
        </div>
      </header>
      {banner}
      <main id="content" tabIndex={-1} className="mx-auto w-full max-w-[100rem] grow px-4 py-6 outline-none sm:px-6">
        {children}
      </main>
    </div>
  );
}
