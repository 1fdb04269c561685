import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useRouter } from "@tanstack/react-router";
import { CircleUserRound, ClipboardList, LayoutList, LogOut, Settings } from "lucide-react";

import { logout } from "@/api/sdk.gen";
import { useLanguage, useTranslate } from "@/lib/i18n";
import { toProblem } from "@/lib/problem";
import { homeOf, renewSession, type SessionActor } from "@/lib/session";
import { useTheme } from "@/lib/theme";
import { Button } from "@/ui/button";
import { DropdownMenu, MenuItem, MenuLabel, MenuSeparator } from "@/ui/dropdown-menu";
import { uiMessages } from "@/ui/messages";
import { problemText } from "@/ui/problem-notice";
import { useToast } from "@/ui/toast";

import { shellMessages } from "./messages";

export function AccountMenu({ actor }: { readonly actor: SessionActor }) {
  const t = useTranslate(shellMessages);
  const navigate = useNavigate();
  const router = useRouter();
  const logOut = useLogOut();
  return (
    <DropdownMenu
      trigger={
        <Button variant="ghost" size="l" className="max-w-52 px-3" aria-label={t("my_account_menu")}>
          <CircleUserRound aria-hidden className="size-5" />
          <span className="truncate text-s max-sm:sr-only">{actor.display_name ?? t("account")}</span>
        </Button>
      }
    >
      {actor.display_name ? <MenuLabel>{actor.display_name}</MenuLabel> : null}
      {actor.kind === "staff" ? (
        <MenuItem onSelect={() => router.history.push(homeOf(actor))}>
          <LayoutList aria-hidden className="size-4.5" />
          {t("staff_navigation")}
        </MenuItem>
      ) : null}
      {actor.kind === "patient" ? (
        <MenuItem onSelect={() => void navigate({ to: "/reports" })}>
          <ClipboardList aria-hidden className="size-4.5" />
          {t("reports")}
        </MenuItem>
      ) : null}
      <MenuItem onSelect={() => void navigate({ to: "/account" })}>
        <Settings aria-hidden className="size-4.5" />
        {t("account")}
      </MenuItem>
      <MenuSeparator />
      <MenuItem onSelect={() => void logOut()}>
        <LogOut aria-hidden className="size-4.5" />
        {t("log_out")}
      </MenuItem>
    </DropdownMenu>
  );
}

function useLogOut() {
  const t = useTranslate(uiMessages);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const toast = useToast();
  const { language, setLanguage } = useLanguage();
  const { theme, setTheme } = useTheme();
  return async () => {
    try {
      await logout();
    } catch (error) {
      // A session that has already ended is what was asked for; anything else leaves the person signed in.
      const problem = toProblem(error);
      if (problem.status !== 401) {
        toast({ tone: "danger", title: String(problemText(problem, t)) });
        return;
      }
    }
    // Logging out wipes the browser's storage; how the page looks and speaks is not personal and stays.
    setLanguage(language);
    setTheme(theme);
    await navigate({ to: "/" });
    await renewSession(queryClient);
  };
}
