import { vi } from "vitest";

import type { ClientFrame, Message, ServerFrame } from "@/lib/live-frames";

/** A WebSocket whose other end is the test. */
export class FakeSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSED = 3;
  static last: FakeSocket;

  readyState = FakeSocket.CONNECTING;
  readonly sent: ClientFrame[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(readonly url: URL) {
    FakeSocket.last = this;
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as ClientFrame);
  }

  close(): void {
    this.readyState = FakeSocket.CLOSED;
  }

  open(): void {
    this.readyState = FakeSocket.OPEN;
    this.onopen?.();
  }

  drop(code = 1006): void {
    this.readyState = FakeSocket.CLOSED;
    this.onclose?.({ code });
  }

  frame(frame: ServerFrame): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  say(message: Message): void {
    this.frame({ type: "message_complete", id: message.id, seq: message.seq, message });
  }

  tell(state: object): void {
    this.frame({ type: "state", state: state as Readonly<Record<string, unknown>>, last_seq: 0 });
  }

  messagesSent(): Extract<ClientFrame, { type: "message" }>[] {
    return this.sent.filter((frame) => frame.type === "message");
  }
}

export function stubSocket(): void {
  vi.stubGlobal("WebSocket", FakeSocket);
}
