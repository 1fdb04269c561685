import { type Message, plainMessage, type ServerFrame } from "./live-frames";
import { type Effect, lastSeq, type LiveEvent, type LiveState, type OutboxItem, type Step, type Transport } from "./live-state";
import type { Problem } from "./problem";

/**
 * The live conversation as a pure machine: `step(state, event)` answers the next state and what to do about it.
 *
 * A message leaves the outbox only when the server has said that it is stored, whatever way it travelled: the
 * idempotency key makes sending it again harmless. Timers, sockets and storage live in `live-connection.ts`.
 */

/** After so many failures in a row the next, humbler transport is tried. */
const FAILURES_BEFORE_FALLBACK = 3;
const FIRST_DELAY_MS = 400;
const LONGEST_DELAY_MS = 20_000;

/** Doubling delays with jitter; `random` in [0, 1). */
export function backOff(failures: number, random: number): number {
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.max(0, failures - 1));
  return Math.round(ceiling * (0.5 + random / 2));
}

export function step(state: LiveState, event: LiveEvent, random = 0.5): Step {
  switch (event.type) {
    case "started":
      return {
        state: { ...state, outbox: event.outbox },
        effects: [{ type: "connect", transport: state.transport, delay_ms: 0 }],
      };
    case "opened":
      return opened(state);
    case "closed":
      return closed(state, event.code, random);
    case "online":
      return state.connection === "reconnecting"
        ? { state, effects: [{ type: "connect", transport: state.transport, delay_ms: 0 }] }
        : { state, effects: [] };
    case "upgrade":
      return {
        state: { ...state, transport: "socket", failures: 0 },
        effects: [{ type: "connect", transport: "socket", delay_ms: 0 }],
      };
    case "frame":
      return receive(state, event.frame);
    case "send": {
      const { client_msg_id, text, at } = event;
      const item: OutboxItem = { client_msg_id, text, created_at: at, status: "waiting" };
      return dispatch({ ...state, outbox: [...state.outbox, item] }, item);
    }
    case "retry": {
      const failed = state.outbox.find((item) => item.client_msg_id === event.client_msg_id);
      if (!failed) return { state, effects: [] };
      const { problem: _settled, ...kept } = failed;
      const item: OutboxItem = { ...kept, status: "waiting" };
      return dispatch({ ...state, outbox: replace(state.outbox, item) }, item);
    }
    case "discard":
      return settleOutbox(state, event.client_msg_id);
    case "post_failed":
      return fail(state, event.client_msg_id, event.problem);
  }
}

function opened(state: LiveState): Step {
  const waiting = state.outbox.filter((item) => item.status === "waiting");
  const hello: Effect[] = state.transport === "socket" ? [{ type: "write", frame: { type: "hello", after: lastSeq(state) } }] : [];
  return {
    // A half-streamed message is streamed again from its start, since resuming goes by whole messages.
    state: { ...state, connection: "open", failures: 0, streaming: null, isTyping: false },
    effects: [...hello, ...waiting.map((item) => deliver(state.transport, item))],
  };
}

function closed(state: LiveState, code: number, random: number): Step {
  if (code === 4401 || code === 4404) {
    return refuse(state, code === 4401 ? "session_ended" : "unknown");
  }
  const failures = state.failures + 1;
  const isExhausted = failures >= FAILURES_BEFORE_FALLBACK && state.connection !== "open";
  const transport = isExhausted ? humbler(state.transport) : state.transport;
  const delay_ms = code === 4429 ? LONGEST_DELAY_MS : backOff(failures, random);
  return {
    state: { ...state, transport, failures, connection: "reconnecting", streaming: null, isTyping: false },
    effects: [{ type: "connect", transport, delay_ms }],
  };
}

function refuse(state: LiveState, refusal: NonNullable<LiveState["refusal"]>): Step {
  return {
    state: { ...state, connection: "refused", refusal, streaming: null, isTyping: false },
    effects: [{ type: "disconnect" }],
  };
}

/** Polling is the last resort and starts the round again: a socket may work by then. */
function humbler(transport: Transport): Transport {
  if (transport === "socket") return "events";
  return transport === "events" ? "poll" : "socket";
}

function deliver(transport: Transport, item: OutboxItem): Effect {
  if (transport !== "socket") return { type: "post", item };
  return { type: "write", frame: { type: "message", client_msg_id: item.client_msg_id, text: item.text } };
}

function dispatch(state: LiveState, item: OutboxItem): Step {
  const isReachable = state.connection === "open";
  return {
    state,
    effects: [{ type: "store_outbox" }, ...(isReachable ? [deliver(state.transport, item)] : [])],
  };
}

function replace(outbox: readonly OutboxItem[], item: OutboxItem): readonly OutboxItem[] {
  return outbox.map((other) => (other.client_msg_id === item.client_msg_id ? item : other));
}

function settleOutbox(state: LiveState, client_msg_id: string | null | undefined): Step {
  const outbox = state.outbox.filter((item) => item.client_msg_id !== client_msg_id);
  if (outbox.length === state.outbox.length) return { state, effects: [] };
  return { state: { ...state, outbox }, effects: [{ type: "store_outbox" }] };
}

function fail(state: LiveState, client_msg_id: string, problem: Problem): Step {
  // A refused message can still be an emergency: the screen then comes with the refusal.
  const alerted = withEmergency(state, Boolean(problem.emergency), problem.emergency);
  const item = state.outbox.find((other) => other.client_msg_id === client_msg_id);
  if (!item) return { state: alerted, effects: [] };
  return {
    state: { ...alerted, outbox: replace(state.outbox, { ...item, status: "failed", problem }) },
    effects: [{ type: "store_outbox" }],
  };
}

function withEmergency(state: LiveState, isEmergency: boolean, card: unknown, seq: number | null = null): LiveState {
  return isEmergency ? { ...state, isEmergency, emergencySeq: seq, emergencyCard: card ?? state.emergencyCard } : state;
}

/** A snapshot that knows the alarming message and has no emergency: a nurse has lowered it since. */
function standDown(state: LiveState, frame: Extract<ServerFrame, { type: "state" }>): Pick<LiveState, "isEmergency"> {
  const isKnown = state.emergencySeq !== null && frame.last_seq >= state.emergencySeq;
  return { isEmergency: state.isEmergency && !(isKnown && frame.state.emergency === null) };
}

function receive(state: LiveState, frame: ServerFrame): Step {
  switch (frame.type) {
    case "state":
      return { state: { ...state, snapshot: frame.state, ...standDown(state, frame) }, effects: [] };
    case "ack":
      return acknowledge(state, frame);
    case "message_start":
      if (state.messages.some((message) => message.seq === frame.seq)) return { state, effects: [] };
      return {
        state: { ...state, isTyping: false, streaming: { id: frame.id, seq: frame.seq, role: frame.role, text: "" } },
        effects: [],
      };
    case "message_chunk":
      if (state.streaming?.id !== frame.id) return { state, effects: [] };
      return { state: { ...state, streaming: { ...state.streaming, text: state.streaming.text + frame.text } }, effects: [] };
    case "message_complete":
      return complete(state, frame.message);
    case "error":
      if (frame.client_msg_id) return fail(state, frame.client_msg_id, frame.problem);
      return frame.problem.type === "/problems/session-ended" ? refuse(state, "session_ended") : { state, effects: [] };
    case "typing":
      return { state: { ...state, isTyping: frame.on && frame.role !== "patient" }, effects: [] };
    case "ping":
      return { state, effects: [{ type: "write", frame: { type: "pong", t: frame.t } }] };
    case "pong":
      return { state, effects: [] };
  }
}

function acknowledge(state: LiveState, ack: Extract<ServerFrame, { type: "ack" }>): Step {
  const item = state.outbox.find((other) => other.client_msg_id === ack.client_msg_id);
  const settled = settleOutbox(
    withEmergency(state, ack.level === "emergency", ack.emergency, ack.seq),
    ack.client_msg_id,
  );
  if (!item) return settled;
  const { id, seq, client_msg_id, created_at = item.created_at } = ack;
  const message = { ...plainMessage({ id, seq, role: "patient", text: item.text, created_at }), client_msg_id };
  return { state: insert(settled.state, message), effects: settled.effects };
}

function complete(state: LiveState, message: Message): Step {
  const streaming = state.streaming?.id === message.id ? null : state.streaming;
  const inserted = insert({ ...state, streaming, isTyping: message.role === "patient" && state.isTyping }, message);
  return settleOutbox(inserted, message.client_msg_id);
}

/** Keeps one message per sequence number, in order; what the server tells later about the same one wins. */
function insert(state: LiveState, message: Message): LiveState {
  const others = state.messages.filter((other) => other.seq !== message.seq);
  const at = others.findIndex((other) => other.seq > message.seq);
  const messages = at === -1 ? [...others, message] : [...others.slice(0, at), message, ...others.slice(at)];
  return { ...state, messages };
}
