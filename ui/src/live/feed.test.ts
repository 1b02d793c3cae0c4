// The feed comes back by itself: where it was, or from the beginning after a gap.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { FeedMessage } from "../bindings/api";
import { state } from "../testing/office";
import { startFeed } from "./feed";
import { forget, useLive } from "./store";

class FakeSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  constructor(readonly url: string) {}
  close() {
    this.onclose?.();
  }
  tell(message: FeedMessage) {
    this.onopen?.();
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

let sockets: FakeSocket[] = [];
let stop: () => void = () => {};
const onSignedOut = vi.fn();
let signedIn = true;
const latest = () => sockets.at(-1) as FakeSocket;

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  signedIn = true;
  onSignedOut.mockClear();
  stop = startFeed({
    url: "ws://here/api/feed",
    onSignedOut,
    isSignedIn: async () => signedIn,
    open: (url) => {
      sockets.push(new FakeSocket(url));
      return latest() as unknown as WebSocket;
    },
  });
});

afterEach(() => {
  stop();
  forget();
  vi.useRealTimers();
});

const snapshot: FeedMessage = { type: "snapshot", epoch: "e 1", seq: 4, now: Date.now(), state: state() };
const change = (seq: number): FeedMessage => ({ type: "changes", seq, now: Date.now(), changes: [] });

test("it resumes after what was last taken in", async () => {
  latest().tell(snapshot);
  latest().tell(change(5));
  latest().close();
  expect(useLive.getState().connection.state).toBe("reconnecting");
  await vi.advanceTimersByTimeAsync(250);
  expect(sockets).toHaveLength(2);
  expect(latest().url).toBe("ws://here/api/feed?epoch=e%201&after=5");
});

test("a quiet office that missed nothing is live again, and stays connected", async () => {
  latest().tell(snapshot);
  latest().close();
  await vi.advanceTimersByTimeAsync(250);
  latest().onopen?.();
  expect(useLive.getState().connection.state).toBe("live");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sockets).toHaveLength(2);
});

test("a gap asks for a new snapshot at once", async () => {
  latest().tell(snapshot);
  latest().tell(change(6));
  await vi.advanceTimersByTimeAsync(0);
  expect(sockets).toHaveLength(2);
  expect(latest().url).toBe("ws://here/api/feed");
});

test("it waits longer from try to try, five seconds at most", async () => {
  const waits: number[] = [];
  for (let tries = 0; tries < 7; tries += 1) {
    const before = sockets.length;
    latest().close();
    let waited = 0;
    while (sockets.length === before) {
      await vi.advanceTimersByTimeAsync(50);
      waited += 50;
    }
    waits.push(waited);
  }
  expect(waits).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000]);
});

test("a connection that is never answered is given up", async () => {
  await vi.advanceTimersByTimeAsync(4000 + 250);
  expect(sockets).toHaveLength(2);
});

test("whoever was signed out is told so, and is not tried again", async () => {
  signedIn = false;
  latest().close();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(onSignedOut).toHaveBeenCalledOnce();
  expect(sockets).toHaveLength(1);
});

test("after it was stopped nothing connects any more", async () => {
  stop();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(sockets).toHaveLength(1);
});
