import { useEffect } from "react";

/** Names the page in the tab, in history and to screen readers, in the reader's language. */
export function usePageTitle(title: string | undefined): void {
  useEffect(() => {
    document.title = title ? `${title} · Osler` : "Osler";
  }, [title]);
}
