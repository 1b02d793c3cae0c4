// A loudspeaker that is not heard: plays as fast as a test wants. And mailboxes, messages and sounds to try it on.
import { act } from "@testing-library/react";
import { vi } from "vitest";
import type { MailboxView, MessageView, RoomView, SoundView } from "../bindings/sound";

export class FakeAudio extends EventTarget {
  static made: FakeAudio[] = [];
  /** The one that was made last and still has something to play. */
  static get now(): FakeAudio {
    const playable = FakeAudio.made.filter(({ src }) => src !== "");
    return playable[playable.length - 1] as FakeAudio;
  }

  src = "";
  preload = "";
  paused = true;
  ended = false;
  error: unknown = null;
  readyState = 4;
  currentTime = 0;
  duration = Number.NaN;
  playbackRate = 1;
  preservesPitch = true;

  constructor() {
    super();
    FakeAudio.made.push(this);
  }

  play(): Promise<void> {
    this.paused = false;
    this.dispatchEvent(new Event("play"));
    return Promise.resolve();
  }

  pause(): void {
    if (this.paused) return;
    this.paused = true;
    this.dispatchEvent(new Event("pause"));
  }

  load(): void {}

  removeAttribute(): void {
    this.src = "";
  }
}

/** Puts it in the place of the browser's own; the clock of the test drives it. */
export function fakeSound(): void {
  FakeAudio.made = [];
  vi.stubGlobal("Audio", FakeAudio);
}

/** Plays on for so long, at a twentieth of a second a step. */
export async function listen(seconds: number): Promise<void> {
  await act(async () => {
    for (let step = 0; step < seconds * 20; step += 1) {
      const sound = FakeAudio.now;
      if (!sound.paused) sound.currentTime += 0.05 * sound.playbackRate;
      await vi.advanceTimersByTimeAsync(50);
    }
  });
}

export function mailbox(id: number, name: string, rest: Partial<MailboxView> = {}): MailboxView {
  return {
    id,
    revision: 1,
    person: null,
    name,
    number: null,
    enabled: true,
    new: 0,
    saved: 0,
    usedSeconds: 0,
    quotaSeconds: 3600,
    quotaMessages: 100,
    hasPin: true,
    lockedUntil: null,
    language: null,
    maxMessageSeconds: 180,
    keepSavedDays: null,
    greetings: { standard: null, name: null, busy: null, closed: null, away: null },
    email: null,
    members: [],
    ...rest,
  };
}

export function message(id: number, name: string, rest: Partial<MessageView> = {}): MessageView {
  return {
    id,
    mailbox: 1,
    from: { person: null, name, number: "+4989123" },
    call: null,
    receivedAt: 1_700_000_000_000 + id * 60_000,
    seconds: 20,
    state: "new",
    heardAt: null,
    assignedTo: null,
    note: "",
    peaks: [10, 80, 30],
    mail: "none",
    ...rest,
  };
}

export function sound(id: number, title: string, rest: Partial<SoundView> = {}): SoundView {
  return {
    id,
    title,
    kind: "greeting",
    madeBy: "upload",
    text: null,
    voice: null,
    seconds: 10,
    bytes: 40_000,
    addedAt: 0,
    peaks: [10, 80, 30],
    usedBy: [],
    ...rest,
  };
}

export function room(id: number, name: string, rest: Partial<RoomView> = {}): RoomView {
  return {
    id,
    revision: 1,
    name,
    number: String(700 + id),
    hasPin: false,
    hasHostPin: false,
    waitForHost: false,
    muteOnEntry: false,
    joinTone: true,
    maxMembers: 20,
    live: null,
    ...rest,
  };
}
