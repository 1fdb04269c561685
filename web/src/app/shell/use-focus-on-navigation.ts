import { useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";

/** After another page has opened, the reader and the keyboard stand at its beginning, as after a full load. */
export function useFocusOnNavigation(): void {
  const { pathname } = useLocation();
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    const isTaken = document.activeElement?.matches("input, textarea, select, [autofocus]");
    if (!isTaken) document.getElementById("content")?.focus({ preventScroll: true });
  }, [pathname]);
}
