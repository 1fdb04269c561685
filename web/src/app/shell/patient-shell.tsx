import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { useTranslate } from "@/lib/i18n";
import { useActor } from "@/lib/session";
import { Button } from "@/ui/button";
import { LanguageSwitch, ThemeSwitch } from "@/ui/preferences";
import { Wordmark } from "@/ui/wordmark";

import { AccountMenu } from "./account-menu";
import { shellMessages } from "./messages";
import { SkipLink } from "./skip-link";

/** The frame of every page a patient or a visitor sees, except the emergency screen, which stands alone. */
export function PatientShell({ children, footer }: { readonly children: ReactNode; readonly footer?: ReactNode }) {
  const t = useTranslate(shellMessages);
  const actor = useActor();
  const isSignedIn = actor !== null && actor.kind !== "visitor";
  return (
    <div className="flex min-h-dvh flex-col">
      <SkipLink />
      <header className="mx-auto flex w-full max-w-page items-center justify-between gap-2 px-4 py-3 sm:px-8 sm:py-5">
        <Link to="/" aria-label={`Osler, ${t("home")}`} className="rounded-s py-1 text-primary">
          <Wordmark className="h-8 sm:h-10" />
        </Link>
        <nav aria-label={t("main_navigation")} className="flex items-center">
          <LanguageSwitch />
          <ThemeSwitch />
          {isSignedIn ? (
            <AccountMenu actor={actor} />
          ) : (
            <Button asChild variant="secondary" size="l" className="ms-1 px-3.5 text-s sm:ms-2 sm:px-5">
              <Link to="/login">{t("log_in")}</Link>
            </Button>
          )}
        </nav>
      </header>
      <main id="content" tabIndex={-1} className="grow outline-none">
        {children}
      </main>
      <footer className="mt-16 border-t border-line">
        <div className="mx-auto flex max-w-page flex-col gap-2 px-5 py-8 text-s text-ink-muted sm:px-8">
          {footer}
          <p className="max-w-text">{t("notice")}</p>
        </div>
      </footer>
    </div>
  );
}
