import { useRef } from "react";

import type { LiveState } from "@/lib/live-state";

import { completeSentences } from "./sentences";

/** Tells screen readers what the other side says, sentence by sentence, never token by token. */
export function Announcer({ state }: { readonly state: LiveState }) {
  const firstSeq = useRef<number | null>(null);
  const newest = state.messages.at(-1)?.seq ?? 0;
  // What was there when the page opened is read by the reader at will, not announced.
  if (firstSeq.current === null && state.connection === "open" && state.snapshot) firstSeq.current = newest;
  const from = firstSeq.current ?? Number.POSITIVE_INFINITY;
  const said = state.messages
    .filter((message) => message.seq > from && message.role !== "patient")
    .slice(-2)
    .map((message) => ({ id: message.id, text: message.text, isDone: true }));
  const growing = state.streaming;
  const heard = growing && growing.role !== "patient" ? [...said, { id: growing.id, text: growing.text, isDone: false }] : said;
  return (
    <div aria-live="polite" aria-relevant="additions" className="sr-only">
      {heard.flatMap(({ id, text, isDone }) =>
        completeSentences(text, isDone).map((sentence, index) => <p key={`${id}:${index}`}>{sentence}</p>),
      )}
    </div>
  );
}
