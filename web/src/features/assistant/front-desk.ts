import { getFrontDeskOptions, listConversationsOptions } from "@/api/@tanstack/react-query.gen";
import type { ConversationList, EmergencyOut, FrontDeskOut, NumberOut } from "@/api/types.gen";
import type { Language } from "@/lib/i18n";

export type EmergencyCard = EmergencyOut;
export type EmergencyNumber = NumberOut;
/** What the practice says to whoever comes in: its name, its emergency numbers, its consent text. */
export type FrontDesk = FrontDeskOut;

export function frontDeskQuery(language: Language) {
  return { ...getFrontDeskOptions({ query: { lang: language } }), staleTime: 10 * 60_000 };
}

/** Conversations of this browser's session that can be gone on with, newest first. */
export const ownConversationsQuery = {
  ...listConversationsOptions(),
  select: ({ conversations }: ConversationList) =>
    conversations.filter((conversation) => conversation.status === "open"),
};

/** `tel:` and `sms:` addresses keep digits, plus and star only. */
export function numberHref({ number, how }: EmergencyNumber): string {
  return `${how === "text" ? "sms" : "tel"}:${number.replace(/[^\d+*#]/g, "")}`;
}
