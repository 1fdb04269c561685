import { Languages, Monitor, Moon, Sun } from "lucide-react";

import { LANGUAGES, type Language, useLanguage, useTranslate } from "@/lib/i18n";
import { type Theme, THEMES, useTheme } from "@/lib/theme";

import { Button } from "./button";
import { DropdownMenu, MenuLabel, MenuRadioGroup, MenuRadioItem } from "./dropdown-menu";
import { uiMessages } from "./messages";

const NAME: Record<Language, string> = { fr: "Français", en: "English" };
const THEME_ICON = { system: Monitor, light: Sun, dark: Moon } as const;

export function LanguageSwitch({ onChange }: { readonly onChange?: (language: Language) => void }) {
  const t = useTranslate(uiMessages);
  const { language, setLanguage } = useLanguage();
  return (
    <DropdownMenu
      trigger={
        <Button variant="ghost" size="l" className="px-3" aria-label={`${t("language")} : ${NAME[language]}`}>
          <Languages aria-hidden className="size-5" />
          <span aria-hidden className="text-s uppercase">
            {language}
          </span>
        </Button>
      }
    >
      <MenuLabel>{t("language")}</MenuLabel>
      <MenuRadioGroup
        value={language}
        onValueChange={(value) => {
          setLanguage(value as Language);
          onChange?.(value as Language);
        }}
      >
        {LANGUAGES.map((code) => (
          <MenuRadioItem key={code} value={code} lang={code}>
            {NAME[code]}
          </MenuRadioItem>
        ))}
      </MenuRadioGroup>
    </DropdownMenu>
  );
}

export function ThemeSwitch() {
  const t = useTranslate(uiMessages);
  const { theme, setTheme } = useTheme();
  const Icon = THEME_ICON[theme];
  return (
    <DropdownMenu
      trigger={
        <Button variant="ghost" size="icon-l" aria-label={`${t("theme")} : ${t(`theme_${theme}`)}`}>
          <Icon aria-hidden className="size-5" />
        </Button>
      }
    >
      <MenuLabel>{t("theme")}</MenuLabel>
      <MenuRadioGroup value={theme} onValueChange={(value) => setTheme(value as Theme)}>
        {THEMES.map((name) => (
          <MenuRadioItem key={name} value={name}>
            {t(`theme_${name}`)}
          </MenuRadioItem>
        ))}
      </MenuRadioGroup>
    </DropdownMenu>
  );
}
