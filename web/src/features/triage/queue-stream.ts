import type { QueueChange } from "./queue-order";
import type { Alert } from "./records";

export type StreamStatus = "connecting" | "open" | "reconnecting";

export interface StreamState {
  readonly status: StreamStatus;
  /** Attempts since the stream last stood. */
  readonly failures: number;
  /** When it was last heard of, in this browser's time. */
  readonly heardAt: number | null;
}

export interface StreamHandlers {
  readonly onQueue: (change: QueueChange) => void;
  readonly onAlerts: (alerts: readonly Alert[]) => void;
  /** The stream stands again after a gap: what happened meanwhile has to be asked for. */
  readonly onResumed: () => void;
  readonly onFailing: () => void;
}

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 20_000;
// The server says something at least every 15 seconds; a proxy may swallow a broken connection without a word.
const SILENCE_LIMIT_MS = 40_000;

/** How long to wait before the next attempt; `random` in [0, 1) keeps many screens from coming back at once. */
export function retryDelay(failures: number, random: number): number {
  const longest = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.max(0, failures - 1));
  return Math.round(longest * (0.5 + random / 2));
}

/** One live connection to the queue, kept up for as long as it is started. */
export class QueueStream {
  private state: StreamState = { status: "connecting", failures: 0, heardAt: null };
  private readonly listeners = new Set<() => void>();
  private source: EventSource | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private watch: ReturnType<typeof setInterval> | undefined;
  private hasGap = false;

  constructor(
    private readonly address: string,
    private readonly handlers: StreamHandlers,
  ) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly getState = (): StreamState => this.state;

  start(): () => void {
    window.addEventListener("online", this.now);
    window.addEventListener("offline", this.lost);
    this.watch = setInterval(() => {
      if (this.source && this.state.heardAt !== null && Date.now() - this.state.heardAt > SILENCE_LIMIT_MS) this.lost();
    }, 5_000);
    this.connect();
    return () => {
      window.removeEventListener("online", this.now);
      window.removeEventListener("offline", this.lost);
      clearInterval(this.watch);
      clearTimeout(this.timer);
      this.source?.close();
      this.source = null;
    };
  }

  /** Try again without waiting: the person asked for it, or the network came back. */
  readonly now = (): void => {
    if (this.state.status === "open") return;
    clearTimeout(this.timer);
    this.connect();
  };

  private connect(): void {
    this.source?.close();
    const source = new EventSource(this.address);
    this.source = source;
    source.onopen = () => {
      this.set({ status: "open", failures: 0, heardAt: Date.now() });
      if (this.hasGap) this.handlers.onResumed();
      this.hasGap = false;
    };
    source.onerror = this.lost;
    source.addEventListener("ping", () => this.set({ ...this.state, heardAt: Date.now() }));
    this.listen<QueueChange>(source, "queue", this.handlers.onQueue);
    this.listen<{ alerts: readonly Alert[] }>(source, "alert", ({ alerts }) => this.handlers.onAlerts(alerts));
  }

  private listen<Body>(source: EventSource, name: string, take: (body: Body) => void): void {
    source.addEventListener(name, (event: MessageEvent<string>) => {
      this.set({ ...this.state, heardAt: Date.now() });
      take(JSON.parse(event.data) as Body);
    });
  }

  private readonly lost = (): void => {
    this.source?.close();
    this.source = null;
    clearTimeout(this.timer);
    this.hasGap = true;
    const failures = this.state.failures + 1;
    this.set({ ...this.state, status: "reconnecting", failures });
    if (failures >= 2) this.handlers.onFailing();
    this.timer = setTimeout(() => this.connect(), retryDelay(failures, Math.random()));
  };

  private set(state: StreamState): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}
