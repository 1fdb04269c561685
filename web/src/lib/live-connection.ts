import { request } from "./http";
import { step } from "./live";
import { type ClientFrame, FRAME_TYPES, type Message, parseFrame } from "./live-frames";
import { type Effect, INITIAL, lastSeq, type LiveEvent, type LiveState, type OutboxItem, type Transport } from "./live-state";
import { toProblem } from "./problem";

const POLL_EVERY_MS = 3_000;
const POLLS_BEFORE_UPGRADE = 20;
const PING_EVERY_MS = 20_000;
const SILENCE_LIMIT_MS = 50_000;

interface PostedMessage {
  readonly id: string;
  readonly seq: number;
  readonly level: string;
}

/** Carries out what `live.ts` decides for one conversation: sockets, timers, requests and the stored outbox. */
export class LiveConnection {
  private state: LiveState = INITIAL;
  private readonly listeners = new Set<() => void>();
  private stopTransport: () => void = () => undefined;
  private socket: WebSocket | null = null;
  private connectTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly base: string;

  constructor(private readonly conversationId: string) {
    this.base = `/api/conversations/${conversationId}`;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly getState = (): LiveState => this.state;

  start(): () => void {
    const online = () => this.dispatch({ type: "online" });
    window.addEventListener("online", online);
    this.dispatch({ type: "started", outbox: this.readOutbox() });
    return () => {
      window.removeEventListener("online", online);
      clearTimeout(this.connectTimer);
      this.stopTransport();
    };
  }

  send(text: string): void {
    this.dispatch({ type: "send", client_msg_id: crypto.randomUUID(), text, at: new Date().toISOString() });
  }

  retry(client_msg_id: string): void {
    this.dispatch({ type: "retry", client_msg_id });
  }

  discard(client_msg_id: string): void {
    this.dispatch({ type: "discard", client_msg_id });
  }

  typing(on: boolean): void {
    if (this.state.connection === "open" && this.state.transport === "socket") this.write({ type: "typing", on });
  }

  private dispatch(event: LiveEvent): void {
    const { state, effects } = step(this.state, event, Math.random());
    if (state !== this.state) {
      this.state = state;
      for (const listener of this.listeners) listener();
    }
    for (const effect of effects) this.carryOut(effect);
  }

  private carryOut(effect: Effect): void {
    switch (effect.type) {
      case "connect":
        clearTimeout(this.connectTimer);
        this.connectTimer = setTimeout(() => this.connect(effect.transport), effect.delay_ms);
        return;
      case "write":
        this.write(effect.frame);
        return;
      case "post":
        void this.post(effect.item);
        return;
      case "disconnect":
        this.stopTransport();
        return;
      case "store_outbox":
        this.writeOutbox();
    }
  }

  private connect(transport: Transport): void {
    this.stopTransport();
    const start = { socket: this.openSocket, events: this.openEvents, poll: this.openPolling }[transport];
    this.stopTransport = start.call(this);
  }

  private openSocket(): () => void {
    const address = new URL(`${this.base}/live`, window.location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    this.socket = socket;
    let heardAt = Date.now();
    const pulse = setInterval(() => {
      if (Date.now() - heardAt > SILENCE_LIMIT_MS) end(0);
      else if (socket.readyState === WebSocket.OPEN) this.write({ type: "ping", t: Date.now() });
    }, PING_EVERY_MS);
    const leave = () => {
      clearInterval(pulse);
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
      if (this.socket === socket) this.socket = null;
    };
    const end = (code: number) => {
      leave();
      this.dispatch({ type: "closed", code });
    };
    socket.onopen = () => this.dispatch({ type: "opened" });
    socket.onclose = (event) => end(event.code);
    socket.onmessage = (event) => {
      heardAt = Date.now();
      this.hear(event.data);
    };
    return leave;
  }

  private openEvents(): () => void {
    const source = new EventSource(`${this.base}/events?after=${lastSeq(this.state)}`);
    const hear = (event: MessageEvent) => this.hear(event.data);
    source.onopen = () => this.dispatch({ type: "opened" });
    source.onmessage = hear;
    for (const name of FRAME_TYPES) source.addEventListener(name, hear);
    source.onerror = () => {
      source.close();
      this.dispatch({ type: "closed", code: 0 });
    };
    return () => source.close();
  }

  private openPolling(): () => void {
    let rounds = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isStopped = false;
    const round = async () => {
      try {
        await this.refresh();
      } catch (error) {
        const { status } = toProblem(error);
        if (!isStopped) this.dispatch({ type: "closed", code: status === 401 ? 4401 : status === 404 ? 4404 : 0 });
        return;
      }
      if (isStopped) return;
      if (rounds === 0) this.dispatch({ type: "opened" });
      rounds += 1;
      if (rounds >= POLLS_BEFORE_UPGRADE) this.dispatch({ type: "upgrade" });
      else timer = setTimeout(() => void round(), POLL_EVERY_MS);
    };
    void round();
    return () => {
      isStopped = true;
      clearTimeout(timer);
    };
  }

  /** Ask for what is new by plain requests, and take it in as if it had been streamed. */
  private async refresh(): Promise<void> {
    const [state, page] = await Promise.all([
      request<Readonly<Record<string, unknown>>>("GET", this.base),
      request<readonly Message[] | { readonly items: readonly Message[] }>("GET", `${this.base}/messages`, {
        query: { after: lastSeq(this.state), limit: 100 },
      }),
    ]);
    for (const message of "items" in page ? page.items : page) {
      this.dispatch({ type: "frame", frame: { type: "message_complete", id: message.id, seq: message.seq, message } });
    }
    this.dispatch({ type: "frame", frame: { type: "state", state, last_seq: lastSeq(this.state) } });
  }

  private async post({ client_msg_id, text }: OutboxItem): Promise<void> {
    try {
      const posted = await request<PostedMessage>("POST", `${this.base}/messages`, { body: { client_msg_id, text } });
      this.dispatch({ type: "frame", frame: { type: "ack", client_msg_id, ...posted, replay: false } });
      await this.refresh();
    } catch (error) {
      this.dispatch({ type: "post_failed", client_msg_id, problem: toProblem(error) });
    }
  }

  private hear(data: unknown): void {
    const frame = typeof data === "string" ? parseFrame(data) : undefined;
    if (frame) this.dispatch({ type: "frame", frame });
  }

  private write(frame: ClientFrame): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  private get outboxKey(): string {
    return `osler.outbox.${this.conversationId}`;
  }

  private readOutbox(): readonly OutboxItem[] {
    try {
      const items = JSON.parse(sessionStorage.getItem(this.outboxKey) ?? "[]") as unknown;
      return Array.isArray(items) ? (items as OutboxItem[]) : [];
    } catch {
      return []; // Storage can be forbidden; the outbox then lives as long as the page.
    }
  }

  private writeOutbox(): void {
    try {
      if (this.state.outbox.length === 0) sessionStorage.removeItem(this.outboxKey);
      else sessionStorage.setItem(this.outboxKey, JSON.stringify(this.state.outbox));
    } catch {
      // Storage can be forbidden or full; the outbox still lives in memory.
    }
  }
}
