import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { FakeEventSource } from "@/test/fake-event-source";

import { QueueStream, retryDelay } from "./queue-stream";

const handlers = { onQueue: vi.fn(), onAlerts: vi.fn(), onResumed: vi.fn(), onFailing: vi.fn() };

describe("the live stream", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("EventSource", FakeEventSource);
    Object.values(handlers).forEach((handler) => handler.mockClear());
    FakeEventSource.all.length = 0;
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("waits longer after every failure, up to a bound, and never all at once", () => {
    expect([1, 2, 3, 4].map((failures) => retryDelay(failures, 0.999))).toEqual([500, 1_000, 1_999, 3_998]);
    expect(retryDelay(40, 0.999)).toBeLessThanOrEqual(20_000);
    expect(retryDelay(40, 0)).toBe(10_000);
  });

  it("hands over what it hears", () => {
    const stop = new QueueStream("/live", handlers).start();
    FakeEventSource.last().say("alert", { alerts: [] });
    FakeEventSource.last().say("queue", { changed: [], removed: ["x"], reload: false });
    expect(handlers.onAlerts).toHaveBeenCalledWith([]);
    expect(handlers.onQueue).toHaveBeenCalledWith({ changed: [], removed: ["x"], reload: false });
    stop();
    expect(FakeEventSource.last().isClosed).toBe(true);
  });

  it("reconnects and says that something may have been missed", () => {
    const stream = new QueueStream("/live", handlers);
    const stop = stream.start();
    FakeEventSource.last().onopen?.();
    expect(handlers.onResumed).not.toHaveBeenCalled();
    FakeEventSource.last().onerror?.();
    expect(stream.getState().status).toBe("reconnecting");
    vi.advanceTimersByTime(600);
    expect(FakeEventSource.all).toHaveLength(2);
    FakeEventSource.last().onopen?.();
    expect(stream.getState()).toMatchObject({ status: "open", failures: 0 });
    expect(handlers.onResumed).toHaveBeenCalledOnce();
    stop();
  });

  it("notices a line that has gone silent", () => {
    const stream = new QueueStream("/live", handlers);
    const stop = stream.start();
    FakeEventSource.last().onopen?.();
    vi.advanceTimersByTime(30_000);
    FakeEventSource.last().say("ping", {});
    vi.advanceTimersByTime(30_000);
    expect(stream.getState().status).toBe("open");
    vi.advanceTimersByTime(20_000);
    expect(FakeEventSource.all.length).toBeGreaterThan(1);
    stop();
  });

  it("asks whether the session still stands when it fails again", () => {
    const stop = new QueueStream("/live", handlers).start();
    FakeEventSource.last().onerror?.();
    expect(handlers.onFailing).not.toHaveBeenCalled();
    vi.advanceTimersByTime(600);
    FakeEventSource.last().onerror?.();
    expect(handlers.onFailing).toHaveBeenCalledOnce();
    stop();
  });
});
