import { useLayoutEffect, useRef } from "react";

/** How far from the end one may be and still be carried along. */
const SLACK_REM = 8;

/**
 * Keeps a scrolled box at its end while its content grows, unless the reader has scrolled up.
 *
 * `key` marks an act of the reader's own (a message sent), which always leads back to the end.
 */
export function useStickToEnd(key: unknown) {
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const isStuck = useRef(true);
  useLayoutEffect(() => {
    const scrolled = box.current;
    if (!scrolled || !content.current) return undefined;
    const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
    const toEnd = () => {
      if (isStuck.current) scrolled.scrollTop = scrolled.scrollHeight;
    };
    const onScroll = () => {
      const left = scrolled.scrollHeight - scrolled.scrollTop - scrolled.clientHeight;
      isStuck.current = left < SLACK_REM * rem;
    };
    const observer = new ResizeObserver(toEnd);
    observer.observe(content.current);
    observer.observe(scrolled);
    scrolled.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      observer.disconnect();
      scrolled.removeEventListener("scroll", onScroll);
    };
  }, []);
  useLayoutEffect(() => {
    isStuck.current = true;
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [key]);
  return { box, content };
}
