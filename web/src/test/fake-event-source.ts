/** Stands in for the browser's `EventSource`, which jsdom does not have; tests speak for the server. */
export class FakeEventSource extends EventTarget {
  static readonly all: FakeEventSource[] = [];
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  isClosed = false;

  constructor(readonly url: string | URL) {
    super();
    FakeEventSource.all.push(this);
  }

  static last(): FakeEventSource {
    const source = FakeEventSource.all.at(-1);
    if (!source) throw new Error("nobody listens");
    return source;
  }

  say(name: string, body: unknown): void {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(body) }));
  }

  close(): void {
    this.isClosed = true;
  }
}
