import { describe, expect, it } from "vitest";

import { backOff, step } from "./live";
import { type Message, plainMessage, type ServerFrame } from "./live-frames";
import { type Effect, INITIAL, lastSeq, type LiveEvent, type LiveState } from "./live-state";

const AT = "2026-11-20T10:00:00Z";

function play(state: LiveState, ...events: LiveEvent[]): { state: LiveState; effects: Effect[] } {
  const effects: Effect[] = [];
  for (const event of events) {
    const next = step(state, event);
    state = next.state;
    effects.push(...next.effects);
  }
  return { state, effects };
}

const frame = (value: ServerFrame): LiveEvent => ({ type: "frame", frame: value });

function message(seq: number, text = `text ${seq}`, extra: Partial<Message> = {}): Message {
  return { ...plainMessage({ id: `m${seq}`, seq, role: "assistant", text, created_at: AT }), ...extra };
}

const complete = (value: Message): LiveEvent =>
  frame({ type: "message_complete", id: value.id, seq: value.seq, message: value });

const send = (client_msg_id: string, text: string): LiveEvent => ({ type: "send", client_msg_id, text, at: AT });

const ack = (client_msg_id: string, seq: number, replay = false): LiveEvent =>
  frame({ type: "ack", client_msg_id, id: `m${seq}`, seq, level: "none", replay });

const OPEN = play(INITIAL, { type: "started", outbox: [] }, { type: "opened" }).state;

describe("resuming", () => {
  it("says hello with the last sequence number before which nothing is missing", () => {
    const { state } = play(OPEN, complete(message(1)), complete(message(2)), complete(message(4)));
    expect(lastSeq(state)).toBe(2);
    const { effects } = play(state, { type: "closed", code: 1006 }, { type: "opened" });
    expect(effects).toContainEqual({ type: "write", frame: { type: "hello", after: 2 } });
  });

  it("keeps one message per sequence number, in order, whatever is repeated", () => {
    const { state } = play(OPEN, complete(message(2)), complete(message(1)), complete(message(2)), complete(message(1)));
    expect(state.messages.map((item) => item.seq)).toEqual([1, 2]);
  });

  it("streams a message again from its start after a drop in the middle", () => {
    const start = frame({ type: "message_start", id: "m1", seq: 1, role: "assistant", kind: "text", created_at: "" });
    const chunk = (text: string) => frame({ type: "message_chunk", id: "m1", seq: 1, index: 0, text });
    const dropped = play(OPEN, start, chunk("When did "), { type: "closed", code: 1006 });
    expect(dropped.state.streaming).toBeNull();
    const { state } = play(dropped.state, { type: "opened" }, start, chunk("When did "), chunk("it start?"));
    expect(state.streaming?.text).toBe("When did it start?");
    expect(play(state, complete(message(1, "When did it start?"))).state.messages).toHaveLength(1);
  });

  it("ignores the stream of a message it already has", () => {
    const { state } = play(
      OPEN,
      complete(message(1)),
      frame({ type: "message_start", id: "m1", seq: 1, role: "assistant", kind: "text", created_at: "" }),
      frame({ type: "message_chunk", id: "m1", seq: 1, index: 0, text: "again" }),
    );
    expect(state.streaming).toBeNull();
  });
});

describe("the outbox", () => {
  it("keeps a message until the server says it is stored", () => {
    const sent = play(OPEN, send("a", "J’ai mal"));
    expect(sent.effects).toContainEqual({ type: "write", frame: { type: "message", client_msg_id: "a", text: "J’ai mal" } });
    expect(sent.state.outbox).toHaveLength(1);
    const { state } = play(sent.state, ack("a", 1));
    expect(state.outbox).toHaveLength(0);
    expect(state.messages[0]).toMatchObject({ seq: 1, role: "patient", text: "J’ai mal" });
  });

  it("sends what is unanswered again after a drop, under the same key and once each", () => {
    const { state } = play(OPEN, send("a", "one"), { type: "closed", code: 1006 });
    const queued = play(state, send("b", "two"));
    expect(queued.effects).toEqual([{ type: "store_outbox" }]);
    const { effects } = play(queued.state, { type: "opened" });
    expect(effects.filter((effect) => effect.type === "write").map((effect) => effect.frame)).toEqual([
      { type: "hello", after: 0 },
      { type: "message", client_msg_id: "a", text: "one" },
      { type: "message", client_msg_id: "b", text: "two" },
    ]);
  });

  it("does not show a message twice when its copy arrives before or after the acknowledgement", () => {
    const own = message(1, "one", { role: "patient", client_msg_id: "a" });
    const sent = play(OPEN, send("a", "one")).state;
    for (const events of [[complete(own), ack("a", 1)], [ack("a", 1, true), complete(own)]]) {
      const { state } = play(sent, ...events);
      expect(state.messages).toEqual([own]);
      expect(state.outbox).toEqual([]);
    }
  });

  it("keeps the text of a refused message and can send it again under the same key", () => {
    const problem = { type: "/problems/too-many-requests", title: "", status: 429 };
    const { state } = play(
      OPEN,
      send("a", "one"),
      frame({ type: "error", problem, client_msg_id: "a" }),
    );
    expect(state.outbox).toEqual([{ client_msg_id: "a", text: "one", created_at: AT, status: "failed", problem }]);
    const retried = play(state, { type: "retry", client_msg_id: "a" });
    expect(retried.state.outbox[0]).toEqual({ client_msg_id: "a", text: "one", created_at: AT, status: "waiting" });
    expect(play(retried.state, { type: "discard", client_msg_id: "a" }).state.outbox).toEqual([]);
  });

  it("does not send refused messages again by itself", () => {
    const problem = { type: "/problems/text-too-long", title: "", status: 422 };
    const { state } = play(
      OPEN,
      send("a", "one"),
      { type: "post_failed", client_msg_id: "a", problem },
      { type: "closed", code: 1006 },
    );
    const { effects } = play(state, { type: "opened" });
    expect(effects).toEqual([{ type: "write", frame: { type: "hello", after: 0 } }]);
  });

  it("takes up what was left unsent before the page was reloaded", () => {
    const { effects } = play(
      INITIAL,
      { type: "started", outbox: [{ client_msg_id: "a", text: "one", created_at: AT, status: "waiting" }] },
      { type: "opened" },
    );
    expect(effects).toContainEqual({ type: "write", frame: { type: "message", client_msg_id: "a", text: "one" } });
  });
});

describe("losing the connection", () => {
  it("waits longer each time, never more than the limit, with jitter", () => {
    expect([1, 2, 3, 4].map((failures) => backOff(failures, 1))).toEqual([400, 800, 1600, 3200]);
    expect(backOff(30, 0.999)).toBeLessThanOrEqual(20_000);
    expect(backOff(5, 0)).toBe(backOff(5, 1) / 2);
  });

  it("falls back to events, then to polling, then tries the socket again", () => {
    const drop: LiveEvent = { type: "closed", code: 1006 };
    const transports: string[] = [];
    let state = play(INITIAL, { type: "started", outbox: [] }).state;
    for (let index = 0; index < 5; index += 1) {
      state = play(state, drop).state;
      transports.push(state.transport);
    }
    expect(transports).toEqual(["socket", "socket", "events", "poll", "socket"]);
  });

  it("posts messages when it does not have a socket", () => {
    const { effects } = play({ ...OPEN, transport: "poll" }, send("a", "one"));
    expect(effects).toContainEqual({ type: "post", item: { client_msg_id: "a", text: "one", created_at: AT, status: "waiting" } });
  });

  it("goes back at once when the network returns", () => {
    const { state } = play(OPEN, { type: "closed", code: 1006 });
    expect(play(state, { type: "online" }).effects).toEqual([{ type: "connect", transport: "socket", delay_ms: 0 }]);
    expect(play(OPEN, { type: "online" }).effects).toEqual([]);
  });

  it("stops when the session has ended or the conversation is not for it", () => {
    for (const [code, refusal] of [[4401, "session_ended"], [4404, "unknown"]] as const) {
      const { state, effects } = play(OPEN, { type: "closed", code });
      expect(state).toMatchObject({ connection: "refused", refusal });
      expect(effects).toEqual([{ type: "disconnect" }]);
    }
    const ended = frame({ type: "error", problem: { type: "/problems/session-ended", title: "", status: 401 }, fatal: true });
    expect(play({ ...OPEN, transport: "events" }, ended).state.refusal).toBe("session_ended");
  });
});

describe("other frames", () => {
  it("answers a ping with the same time", () => {
    expect(play(OPEN, frame({ type: "ping", t: 42 })).effects).toEqual([{ type: "write", frame: { type: "pong", t: 42 } }]);
  });

  it("shows that the other side is typing, but not the patient's own tabs", () => {
    expect(play(OPEN, frame({ type: "typing", role: "assistant", on: true })).state.isTyping).toBe(true);
    expect(play(OPEN, frame({ type: "typing", role: "patient", on: true })).state.isTyping).toBe(false);
    const typing = play(OPEN, frame({ type: "typing", role: "assistant", on: true })).state;
    expect(play(typing, complete(message(1))).state.isTyping).toBe(false);
  });

  it("knows an emergency from the acknowledgement, before any snapshot", () => {
    const sent = play(OPEN, send("a", "one")).state;
    const urgent = frame({ type: "ack", client_msg_id: "a", id: "m1", seq: 1, level: "emergency", replay: false });
    const { state } = play(sent, urgent, frame({ type: "state", state: { emergency: null }, last_seq: 0 }));
    expect(state.isEmergency).toBe(true);
  });

  it("lets go of an emergency when a later snapshot has none", () => {
    const sent = play(OPEN, send("a", "one")).state;
    const urgent = frame({ type: "ack", client_msg_id: "a", id: "m1", seq: 1, level: "emergency", replay: false });
    const { state } = play(sent, urgent, frame({ type: "state", state: { emergency: null }, last_seq: 2 }));
    expect(state.isEmergency).toBe(false);
  });

  it("shows the emergency screen that comes with a refusal, and keeps the text", () => {
    const problem = { type: "/problems/conversation-closed", title: "", status: 409, emergency: { title: "Call 15" } };
    const { state } = play(OPEN, send("a", "one"), { type: "post_failed", client_msg_id: "a", problem });
    expect(state).toMatchObject({ isEmergency: true, emergencyCard: { title: "Call 15" } });
    expect(state.outbox[0]).toMatchObject({ text: "one", status: "failed" });
  });

  it("keeps the latest snapshot", () => {
    const { state } = play(OPEN, frame({ type: "state", state: { status: "open" }, last_seq: 0 }));
    expect(state.snapshot).toEqual({ status: "open" });
  });
});
