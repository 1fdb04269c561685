import { SendHorizontal } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from "react";

import { cn } from "@/lib/cn";
import { useTranslate } from "@/lib/i18n";
import { Button } from "@/ui/button";

import { conversationMessages } from "./messages";

export const TEXT_LIMIT = 8_000;
const COUNTER_FROM = 7_000;
const TYPING_FOR_MS = 3_000;

export interface ComposerProps {
  /** Keeps an unsent draft over a reload of the page. */
  readonly draftKey: string;
  readonly placeholder?: string;
  readonly onSend: (text: string) => void;
  readonly onTyping: (on: boolean) => void;
}

export function Composer({ draftKey, placeholder, onSend, onTyping }: ComposerProps) {
  const t = useTranslate(conversationMessages);
  const id = useId();
  const [text, setText] = useDraft(draftKey);
  const reportTyping = useTyping(onTyping);
  // The server counts characters (code points), not the halves that a string is made of.
  const left = TEXT_LIMIT - Array.from(text).length;
  const canSend = text.trim() !== "" && left >= 0;
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (!canSend) return;
    onSend(text);
    setText("");
    reportTyping(false);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const isSendKey = event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing;
    if (!isSendKey || window.matchMedia?.("(pointer: coarse)").matches) return;
    event.preventDefault();
    submit();
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-1.5">
      <div
        className={cn(
          "flex items-end gap-2 rounded-l border border-line-strong bg-surface p-1.5 shadow-s focus-within:outline-3 focus-within:outline-offset-2 focus-within:outline-focus",
          left < 0 && "border-danger",
        )}
      >
        <label htmlFor={id} className="sr-only">
          {t("write_label")}
        </label>
        <textarea
          id={id}
          rows={1}
          value={text}
          placeholder={placeholder ?? t("write_placeholder")}
          aria-invalid={left < 0 || undefined}
          aria-describedby={`${id}-count`}
          className="field-sizing-content max-h-48 min-h-target-patient grow resize-none bg-transparent px-3 py-2 text-m outline-none placeholder:text-ink-muted"
          onChange={(event) => {
            setText(event.target.value);
            reportTyping(event.target.value !== "");
          }}
          onKeyDown={onKeyDown}
        />
        <Button type="submit" variant="primary" size="icon-l" aria-label={t("send")} aria-disabled={!canSend}>
          <SendHorizontal aria-hidden className="size-5" />
        </Button>
      </div>
      <p
        id={`${id}-count`}
        role={left < 0 ? "alert" : undefined}
        className={cn("px-2 text-s", left < 0 ? "text-danger" : "text-ink-muted")}
      >
        {left < 0 ? t("too_long_other", { count: -left }) : null}
        {left >= 0 && left <= TEXT_LIMIT - COUNTER_FROM ? t("left_other", { count: left }) : null}
      </p>
    </form>
  );
}

function useDraft(key: string) {
  const [text, setText] = useState(() => {
    try {
      return sessionStorage.getItem(key) ?? "";
    } catch {
      return ""; // Storage can be forbidden; the draft then lives as long as the page.
    }
  });
  useEffect(() => {
    try {
      if (text === "") sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, text);
    } catch {
      // As above.
    }
  }, [key, text]);
  return [text, setText] as const;
}

/** Says "typing" once when it starts and once when it has been quiet for a while. */
function useTyping(onTyping: (on: boolean) => void) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (on: boolean) => {
    if (on && timer.current === undefined) onTyping(true);
    clearTimeout(timer.current);
    const stop = () => {
      timer.current = undefined;
      onTyping(false);
    };
    if (on) timer.current = setTimeout(stop, TYPING_FOR_MS);
    else if (timer.current !== undefined) stop();
  };
}
