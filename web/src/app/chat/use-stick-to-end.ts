import { useLayoutEffect, useRef } from "react";

/** Scroll positions are fractions on some screens; closer than this is the end. */
const AT_END = 4;

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
    let seenAt = scrolled.scrollTop;
    const toEnd = () => {
      if (isStuck.current) scrolled.scrollTop = scrolled.scrollHeight;
    };
    const onScroll = () => {
      const left = scrolled.scrollHeight - scrolled.scrollTop - scrolled.clientHeight;
      // Only a move up is the reader's wish: content that grows leaves the position behind without one.
      if (left <= AT_END) isStuck.current = true;
      else if (scrolled.scrollTop < seenAt) isStuck.current = false;
      seenAt = scrolled.scrollTop;
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
