import { Link } from "@tanstack/react-router";

import { HelpButton } from "@/features/assistant/help-dialog";
import { assistantMessages } from "@/features/assistant/messages";
import { cn } from "@/lib/cn";
import { useTranslate } from "@/lib/i18n";
import { LanguageSwitch, ThemeSwitch } from "@/ui/preferences";
import { Wordmark } from "@/ui/wordmark";

import { shellMessages } from "../shell/messages";
import { SkipLink } from "../shell/skip-link";

export type ChatView = "chat" | "understood";

export function ChatHeader({ view, onView, practice, progress }: {
  readonly view: ChatView;
  readonly onView: (view: ChatView) => void;
  readonly practice: string | undefined;
  readonly progress: { readonly asked: number; readonly of: number } | null;
}) {
  const t = useTranslate(assistantMessages);
  const shell = useTranslate(shellMessages);
  return (
    <header className="border-b border-line bg-surface">
      <SkipLink />
      <div className="flex items-center gap-3 px-4 py-2 sm:px-6">
        <Link to="/" aria-label={`Osler, ${shell("home")}`} className="rounded-s py-1 text-primary">
          <Wordmark className="h-7 sm:h-8" />
        </Link>
        {practice ? <p className="truncate text-s text-ink-muted max-md:sr-only">{practice}</p> : null}
        <div className="ms-auto flex items-center">
          {progress ? (
            <p className="me-2 text-s text-ink-muted max-lg:hidden">{t("progress", progress)}</p>
          ) : null}
          <HelpButton />
          <LanguageSwitch />
          <ThemeSwitch />
        </div>
      </div>
      <div role="group" className="flex px-2 lg:hidden">
        {(["chat", "understood"] as const).map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={view === name}
            onClick={() => onView(name)}
            className={cn(
              "min-h-target-patient grow border-b-2 px-3 text-s font-semibold",
              view === name ? "border-primary text-ink" : "border-transparent text-ink-muted",
            )}
          >
            {t(`view_${name}`)}
          </button>
        ))}
      </div>
    </header>
  );
}
