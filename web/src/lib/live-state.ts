import type { ClientFrame, Message, ServerFrame } from "./live-frames";
import type { Problem } from "./problem";

export type Transport = "socket" | "events" | "poll";
/** `refused`: the server will not serve this conversation to this session; only a person can change that. */
export type Connection = "connecting" | "open" | "reconnecting" | "refused";

export interface OutboxItem {
  readonly client_msg_id: string;
  readonly text: string;
  readonly created_at: string;
  readonly status: "waiting" | "failed";
  readonly problem?: Problem;
}

export interface Streaming {
  readonly id: string;
  readonly seq: number;
  readonly role: Message["role"];
  readonly text: string;
}

export interface LiveState {
  readonly messages: readonly Message[];
  readonly streaming: Streaming | null;
  readonly outbox: readonly OutboxItem[];
  readonly connection: Connection;
  readonly transport: Transport;
  /** Attempts since the last time the connection stood. */
  readonly failures: number;
  readonly isTyping: boolean;
  readonly snapshot: Readonly<Record<string, unknown>> | null;
  readonly refusal: "session_ended" | "unknown" | null;
  /** Set by the first word of an emergency, before any snapshot tells; only a later snapshot takes it back. */
  readonly isEmergency: boolean;
  /** The alarming message, where it has a number. */
  readonly emergencySeq: number | null;
  /** The screen to show, as the server sent it with the acknowledgement or the refusal. */
  readonly emergencyCard: unknown;
}

export type LiveEvent =
  | { readonly type: "started"; readonly outbox: readonly OutboxItem[] }
  | { readonly type: "opened" }
  | { readonly type: "closed"; readonly code: number }
  | { readonly type: "frame"; readonly frame: ServerFrame }
  | { readonly type: "send"; readonly client_msg_id: string; readonly text: string; readonly at: string }
  | { readonly type: "retry"; readonly client_msg_id: string }
  | { readonly type: "discard"; readonly client_msg_id: string }
  | { readonly type: "post_failed"; readonly client_msg_id: string; readonly problem: Problem }
  /** The network is back, or a humble transport has served for long enough that a socket deserves another try. */
  | { readonly type: "online" }
  | { readonly type: "upgrade" };

export type Effect =
  | { readonly type: "connect"; readonly transport: Transport; readonly delay_ms: number }
  | { readonly type: "write"; readonly frame: ClientFrame }
  | { readonly type: "post"; readonly item: OutboxItem }
  | { readonly type: "disconnect" }
  | { readonly type: "store_outbox" };

export interface Step {
  readonly state: LiveState;
  readonly effects: readonly Effect[];
}

export const INITIAL: LiveState = {
  messages: [],
  streaming: null,
  outbox: [],
  connection: "connecting",
  transport: "socket",
  failures: 0,
  isTyping: false,
  snapshot: null,
  refusal: null,
  isEmergency: false,
  emergencySeq: null,
  emergencyCard: null,
};

/** The last sequence number before which nothing is missing: where a resumed connection goes on. */
export function lastSeq(state: LiveState): number {
  let seq = 0;
  for (const message of state.messages) {
    if (message.seq !== seq + 1) break;
    seq = message.seq;
  }
  return seq;
}
