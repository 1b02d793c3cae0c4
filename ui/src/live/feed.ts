// The one WebSocket: keeps the store up to date, and comes back by itself.
import type { FeedMessage } from "../bindings/api";
import { findAgain, lose, takeIn, useLive } from "./store";

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5000;
/** A try that is not answered for so long is given up. */
const OPENING_MS = 4000;
const LASTS_MS = 1000;

export type FeedOptions = {
  /** Asked before each try; the address of the feed without its place to resume at. */
  url: string;
  /** Called when the engine says that nobody is signed in any more. */
  onSignedOut: () => void;
  /** Whether the session is still good, asked after a connection was refused. */
  isSignedIn: () => Promise<boolean>;
  open?: (url: string) => WebSocket;
};

/** Connects and stays connected until the returned function is called. */
export function startFeed({
  url,
  onSignedOut,
  isSignedIn,
  open = (to) => new WebSocket(to),
}: FeedOptions): () => void {
  let socket: WebSocket | null = null;
  let wait = FIRST_WAIT_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  // After a gap, resuming would only bring the same gap again.
  let fromScratch = false;

  const connect = () => {
    clearTimeout(timer);
    const { epoch, seq } = useLive.getState();
    const place = epoch && !fromScratch ? `?epoch=${encodeURIComponent(epoch)}&after=${seq}` : "";
    fromScratch = false;
    const trying = open(url + place);
    socket = trying;
    let openedAt: number | null = null;
    timer = setTimeout(() => trying.close(), OPENING_MS);
    trying.onopen = () => {
      openedAt = Date.now();
      clearTimeout(timer);
      // Where nothing was missed, nothing is sent until something happens.
      if (place) findAgain();
    };
    trying.onmessage = ({ data }) => {
      const message = read(data);
      if (!message || takeIn(message)) return;
      fromScratch = true;
      trying.close();
    };
    trying.onclose = () => {
      if (socket !== trying || stopped) return;
      socket = null;
      clearTimeout(timer);
      lose();
      // A connection that lasted was a good one; one that breaks at once is not asked for in haste.
      if (openedAt !== null && Date.now() - openedAt > LASTS_MS) wait = FIRST_WAIT_MS;
      if (openedAt === null) void afterRefusal();
      else later();
    };
  };

  const later = () => {
    timer = setTimeout(connect, fromScratch ? 0 : wait);
    wait = Math.min(LONGEST_WAIT_MS, wait * 2);
  };

  // A WebSocket does not tell why it was refused; the session's own route does.
  const afterRefusal = async () => {
    const signedIn = await isSignedIn();
    if (stopped) return;
    if (signedIn) later();
    else onSignedOut();
  };

  // Who comes back to the window, or to the network, need not wait.
  const hurry = () => {
    if (socket || stopped || document.hidden) return;
    wait = FIRST_WAIT_MS;
    connect();
  };
  document.addEventListener("visibilitychange", hurry);
  window.addEventListener("online", hurry);
  connect();

  return () => {
    stopped = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", hurry);
    window.removeEventListener("online", hurry);
    socket?.close();
  };
}

/** The address of the feed of the engine this page came from. */
export function feedUrl(): string {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/feed`;
}

function read(data: unknown): FeedMessage | null {
  if (typeof data !== "string") return null;
  return JSON.parse(data) as FeedMessage;
}
