/** A tone for emergencies, made by the browser itself, and the wish of this workplace to hear it. */

export type SoundState =
  /** Nobody has chosen yet. */
  | "undecided"
  /** Wanted, but the browser plays nothing before the next click or key. */
  | "blocked"
  | "on"
  | "muted";

const STORAGE_KEY = "osler.alert-sound";

function readWish(): "on" | "muted" | null {
  try {
    const wish = localStorage.getItem(STORAGE_KEY);
    return wish === "on" || wish === "muted" ? wish : null;
  } catch {
    return null; // Storage can be forbidden; the choice is asked for anew.
  }
}

/** Two rising notes, twice: heard across a room, over in under two seconds. Times in seconds from the start. */
export const NOTES: readonly { readonly at: number; readonly hertz: number; readonly lasts: number }[] = [
  { at: 0, hertz: 660, lasts: 0.28 },
  { at: 0.32, hertz: 880, lasts: 0.42 },
  { at: 1, hertz: 660, lasts: 0.28 },
  { at: 1.32, hertz: 880, lasts: 0.42 },
];
const LOUDNESS = 0.32;

export class AlertSound {
  private wish = readWish();
  private context: AudioContext | null = null;
  private state: SoundState = this.look();
  private readonly listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly getState = (): SoundState => this.state;

  /** Call from a click or a key press: only then do browsers let a page make sounds. */
  readonly enable = async (): Promise<void> => {
    this.remember("on");
    await this.wake();
    this.play();
  };

  readonly mute = (): void => {
    this.remember("muted");
    this.tell();
  };

  /** Any gesture may unlock a sound that was wanted in an earlier session. */
  readonly wake = async (): Promise<void> => {
    if (this.wish !== "on" || typeof AudioContext === "undefined") return;
    this.context ??= new AudioContext();
    if (this.context.state === "suspended") await this.context.resume();
    this.tell();
  };

  play(): void {
    const context = this.context;
    if (this.wish !== "on" || context?.state !== "running") return;
    for (const { at, hertz, lasts } of NOTES) {
      const start = context.currentTime + at;
      const tone = context.createOscillator();
      const volume = context.createGain();
      tone.type = "triangle";
      tone.frequency.value = hertz;
      volume.gain.setValueAtTime(0, start);
      volume.gain.linearRampToValueAtTime(LOUDNESS, start + 0.03);
      volume.gain.exponentialRampToValueAtTime(0.001, start + lasts);
      tone.connect(volume).connect(context.destination);
      tone.start(start);
      tone.stop(start + lasts);
    }
  }

  private look(): SoundState {
    if (this.wish === null) return "undecided";
    if (this.wish === "muted") return "muted";
    return this.context?.state === "running" ? "on" : "blocked";
  }

  private remember(wish: "on" | "muted"): void {
    this.wish = wish;
    try {
      localStorage.setItem(STORAGE_KEY, wish);
    } catch {
      // Storage can be forbidden; the choice then lasts as long as the page.
    }
  }

  private tell(): void {
    this.state = this.look();
    for (const listener of this.listeners) listener();
  }
}

/** One per page: browsers bound how many sound contexts there are. */
export const alertSound = new AlertSound();
