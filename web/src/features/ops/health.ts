import type { CheckOut } from "@/api/types.gen";
import type { Language } from "@/lib/i18n";

const RANK: Readonly<Record<CheckOut["state"], number>> = { down: 0, degraded: 1, not_configured: 2, ok: 3 };

/** What needs somebody first; otherwise in the server's order. */
export function worstFirst(checks: readonly CheckOut[]): readonly CheckOut[] {
  return [...checks].sort((a, b) => RANK[a.state] - RANK[b.state]);
}

/** The message that says what to do, from the most to the least particular; none for a part that is well. */
export function adviceKey(check: CheckOut, has: (key: string) => boolean): string | null {
  if (check.state === "ok") return null;
  const keys = [`advice_${check.name}_${check.reason}`, `advice_${check.name}`, `advice_${check.state}`];
  return keys.find(has) ?? null;
}

const SIZES = ["B", "KB", "MB", "GB", "TB"] as const;
const SIZES_FR = ["o", "Ko", "Mo", "Go", "To"] as const;

/** A figure with the unit that its name ends in. */
export function figureText(name: string, value: number, language: Language): string {
  const locale = language === "fr" ? "fr-FR" : "en-GB";
  const format = (amount: number, digits = 1) => new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(amount);
  if (name.endsWith("_bytes")) {
    const step = value <= 0 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log(value) / Math.log(1_024)));
    return `${format(value / 1_024 ** step)}\u00a0${(language === "fr" ? SIZES_FR : SIZES)[step]}`;
  }
  if (name.endsWith("_ms")) return `${format(value)}\u00a0ms`;
  if (name.endsWith("_s")) return `${format(value)}\u00a0s`;
  return format(value);
}
