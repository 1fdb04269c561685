import { clsx, type ClassValue } from "clsx";
import { extendTailwindMerge } from "tailwind-merge";

/** Our scales, so that a later `text-s` replaces an earlier `text-m` but never a colour such as `text-ink`. */
const merge = extendTailwindMerge({
  override: {
    theme: {
      text: ["2xs", "xs", "s", "m", "l", "xl", "2xl", "3xl"],
      radius: ["s", "m", "l", "xl", "full"],
      shadow: ["s", "m", "l"],
    },
  },
  extend: { theme: { spacing: ["target", "target-patient"] } },
});

/** Join class names; of two that set the same thing, the later wins. */
export function cn(...values: ClassValue[]): string {
  return merge(clsx(values));
}
