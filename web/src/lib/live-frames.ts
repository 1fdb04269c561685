import type { MessageOut, QuickReplyOut } from "@/api/types.gen";

import type { Problem } from "./problem";

/** The frames of the realtime protocol (docs/reference), as this client reads and writes them. */

export type QuickReply = QuickReplyOut;
export type Message = MessageOut;
export type MessageRole = Message["role"];

/** A plain message, before or without the server's full account of it. */
export function plainMessage(about: Pick<Message, "id" | "seq" | "role" | "text" | "created_at">): Message {
  const nothing = { question_id: null, why: null, quick_replies: [], client_msg_id: null, answers_seq: null };
  return { kind: "text", ...nothing, ...about };
}

/** What the server says about the conversation as a whole; its content belongs to whoever shows it. */
export interface StateFrame {
  readonly type: "state";
  readonly state: Readonly<Record<string, unknown>>;
  readonly last_seq: number;
}

export type ServerFrame =
  | StateFrame
  | { readonly type: "ack"; readonly client_msg_id: string; readonly id: string; readonly seq: number; readonly level: string; readonly replay: boolean; readonly created_at?: string; readonly emergency?: unknown }
  | { readonly type: "message_start"; readonly id: string; readonly seq: number; readonly role: MessageRole; readonly kind: string; readonly created_at: string }
  | { readonly type: "message_chunk"; readonly id: string; readonly seq: number; readonly index: number; readonly text: string }
  | { readonly type: "message_complete"; readonly id: string; readonly seq: number; readonly message: Message }
  | { readonly type: "error"; readonly problem: Problem; readonly client_msg_id?: string | null; readonly fatal?: boolean }
  | { readonly type: "typing"; readonly role: MessageRole; readonly on: boolean }
  | { readonly type: "ping"; readonly t: number }
  | { readonly type: "pong"; readonly t: number };

export type ClientFrame =
  | { readonly type: "hello"; readonly after: number }
  | { readonly type: "message"; readonly client_msg_id: string; readonly text: string }
  | { readonly type: "typing"; readonly on: boolean }
  | { readonly type: "ping"; readonly t: number }
  | { readonly type: "pong"; readonly t: number };

export const FRAME_TYPES = [
  "state",
  "ack",
  "message_start",
  "message_chunk",
  "message_complete",
  "error",
  "typing",
  "ping",
  "pong",
] as const;

/** A frame, or nothing when it cannot be read or is of a kind this client does not know. */
export function parseFrame(text: string): ServerFrame | undefined {
  try {
    const frame: unknown = JSON.parse(text);
    if (typeof frame !== "object" || frame === null || !("type" in frame)) return undefined;
    return (FRAME_TYPES as readonly unknown[]).includes(frame.type) ? (frame as ServerFrame) : undefined;
  } catch {
    return undefined;
  }
}
