import { Bell, BellOff, BellRing, Volume2 } from "lucide-react";

import { useTranslate } from "@/lib/i18n";
import { Button } from "@/ui/button";
import { DropdownMenu, MenuItem } from "@/ui/dropdown-menu";

import { alertSound } from "./alert-sound";
import { triageMessages } from "./messages";
import { useSoundState } from "./use-alert-sound";

/** Turns the sound of emergencies on or off for this workplace; asks plainly while nobody has chosen. */
export function SoundControl() {
  const t = useTranslate(triageMessages);
  const state = useSoundState();
  if (state === "undecided" || state === "blocked") {
    return (
      <Button variant="soft" onClick={() => void alertSound.enable()}>
        <Bell aria-hidden className="size-4.5" />
        {t(state === "blocked" ? "sound_resume" : "sound_enable")}
      </Button>
    );
  }
  const Icon = state === "on" ? BellRing : BellOff;
  return (
    <DropdownMenu
      trigger={
        <Button variant="ghost" aria-label={t(state === "on" ? "sound_is_on" : "sound_is_muted")}>
          <Icon aria-hidden className="size-4.5" />
          <span className="max-sm:sr-only">{t(state === "on" ? "sound_on" : "sound_muted")}</span>
        </Button>
      }
    >
      {state === "on" ? (
        <MenuItem onSelect={alertSound.mute}>
          <BellOff aria-hidden className="size-4.5" />
          {t("sound_mute")}
        </MenuItem>
      ) : null}
      <MenuItem onSelect={() => void alertSound.enable()}>
        <Volume2 aria-hidden className="size-4.5" />
        {t(state === "on" ? "sound_test" : "sound_enable")}
      </MenuItem>
    </DropdownMenu>
  );
}
