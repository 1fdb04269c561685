import type { ReactNode } from "react";

import { cn } from "@/lib/cn";

export interface MarkedSpan {
  /** Characters `[start, end)` of the text, counted in Unicode code points as the server does. */
  readonly start: number;
  readonly end: number;
  readonly id: string;
}

interface Piece {
  readonly text: string;
  readonly ids: readonly string[];
}

/** Cut a text at every border of a span; each piece knows the spans that cover it. Spans may overlap. */
export function cutAtSpans(text: string, spans: readonly MarkedSpan[]): readonly Piece[] {
  const points = Array.from(text);
  const clamp = (at: number) => Math.min(points.length, Math.max(0, at));
  const borders = new Set([0, points.length]);
  for (const span of spans) {
    borders.add(clamp(span.start));
    borders.add(clamp(span.end));
  }
  const sorted = [...borders].sort((a, b) => a - b);
  return sorted.slice(0, -1).map((start, index) => {
    const end = sorted[index + 1] ?? points.length;
    return {
      text: points.slice(start, end).join(""),
      ids: spans.filter((span) => span.start <= start && span.end >= end).map((span) => span.id),
    };
  });
}

/** A patient's words with the passages that statements were read from; `active` ones stand out. */
export function MarkedText({ text, spans, active, quiet }: {
  readonly text: string;
  readonly spans: readonly MarkedSpan[];
  readonly active?: ReadonlySet<string>;
  /** Shows only the active passages. */
  readonly quiet?: boolean;
}): ReactNode {
  return cutAtSpans(text, spans).map((piece, index) => {
    if (piece.ids.length === 0) return <span key={index}>{piece.text}</span>;
    const isActive = piece.ids.some((id) => active?.has(id));
    if (quiet && !isActive) return <span key={index}>{piece.text}</span>;
    return (
      <mark
        key={index}
        data-active={isActive || undefined}
        className={cn(
          "rounded-s box-decoration-clone px-0.5 text-mark-ink transition-colors",
          isActive ? "bg-mark-strong underline decoration-2 underline-offset-4" : "bg-mark",
        )}
      >
        {piece.text}
      </mark>
    );
  });
}
