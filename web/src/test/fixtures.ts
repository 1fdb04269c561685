import type { ConversationState } from "@/features/assistant/conversation-state";
import type { EmergencyCard, FrontDesk } from "@/features/assistant/front-desk";
import { type Message, plainMessage } from "@/lib/live-frames";

const AT = "2026-11-20T10:00:00Z";

export const CARD: EmergencyCard = {
  category: "medical",
  title: "Call 15 now.",
  instruction: "What you describe needs medical help without delay.",
  primary: { number: "15", label: "Ambulance (SAMU)", how: "call" },
  others: [{ number: "114", label: "By text, if you cannot speak or hear", how: "text" }],
};

export const DESK: FrontDesk = {
  practice: { name: "Cabinet des Tilleuls", country: "FR", phone: "01 99 00 12 34", tzid: "Europe/Paris" },
  emergency: CARD,
  consent: {
    version: "2026-11-20",
    title: "Before you start",
    paragraphs: ["This assistant is a program."],
    checkboxes: [
      { id: "accepted", label: "I have read this text and I agree." },
      { id: "self", label: "I am over 18 and I am writing for myself." },
      { id: "guardian", label: "I am over 18 and I am writing for a child." },
    ],
  },
  language: "en",
  languages: ["fr", "en"],
  emergency_numbers: [],
};

export function snapshot(extra: Partial<ConversationState> = {}): ConversationState {
  return {
    id: "c1",
    language: "en",
    status: "open",
    last_seq: 0,
    created_at: AT,
    closed_at: null,
    report: null,
    report_status: "draft",
    pending_question: null,
    can_submit: false,
    is_identified: false,
    emergency: null,
    understood: null,
    progress: null,
    ...extra,
  };
}

export function message(seq: number, text: string, extra: Partial<Message> = {}): Message {
  return { ...plainMessage({ id: `m${seq}`, seq, role: "assistant", text, created_at: AT }), ...extra };
}
