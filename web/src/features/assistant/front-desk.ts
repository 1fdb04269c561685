import { queryOptions } from "@tanstack/react-query";

import { request } from "@/lib/http";
import type { Language } from "@/lib/i18n";

export interface EmergencyNumber {
  readonly number: string;
  readonly label: string;
  readonly how: "call" | "text";
}

export interface EmergencyCard {
  readonly category: string;
  readonly title: string;
  readonly instruction: string;
  readonly primary: EmergencyNumber;
  readonly others: readonly EmergencyNumber[];
}

export interface ConsentText {
  readonly version: string;
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** `accepted` is ticked; `self` and `guardian` say for whom, one of them. */
  readonly checkboxes: readonly { readonly id: string; readonly label: string }[];
}

/** What the practice says to whoever comes in: its name, its emergency numbers, its consent text. */
export interface FrontDesk {
  readonly practice: { readonly name: string; readonly country: string; readonly phone: string | null; readonly tzid: string };
  readonly emergency: EmergencyCard;
  readonly consent: ConsentText;
  readonly languages: readonly Language[];
}

export function frontDeskQuery(language: Language) {
  return queryOptions({
    queryKey: ["front-desk", language],
    queryFn: ({ signal }) => request<FrontDesk>("GET", "/api/front-desk", { query: { lang: language }, signal }),
    staleTime: 10 * 60_000,
  });
}

/** `tel:` and `sms:` addresses keep digits, plus and star only. */
export function numberHref({ number, how }: EmergencyNumber): string {
  return `${how === "text" ? "sms" : "tel"}:${number.replace(/[^\d+*#]/g, "")}`;
}

export interface StartConversation {
  readonly language: Language;
  readonly consent: { readonly version: string; readonly adult_or_guardian: "self" | "guardian"; readonly accepted: true };
}

export const startConversation = (body: StartConversation) =>
  request<{ readonly id: string }>("POST", "/api/conversations", { body });

/** Conversations of this browser's session that can be gone on with, newest first. */
export const ownConversationsQuery = queryOptions({
  queryKey: ["conversations"],
  queryFn: async ({ signal }) => {
    const { conversations } = await request<{
      readonly conversations: readonly { readonly id: string; readonly status: "open" | "closed" }[];
    }>("GET", "/api/conversations", { signal });
    return conversations.filter((conversation) => conversation.status === "open");
  },
});
