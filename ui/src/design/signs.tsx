// Small signs: presence, badges and running durations.
import { useEffect, useRef } from "react";
import type { Millis } from "../bindings/api";
import { watchClock } from "../live/clock";
import type { Presence } from "../live/presence";
import { engineNow } from "../live/store";
import { running } from "../text/format";
import "./signs.css";

/** The shape and colour of a presence: put its word beside it. */
export function PresenceMark({ presence, size = 10 }: { presence: Presence; size?: number }) {
  return (
    <svg
      className="presence"
      data-presence={presence}
      viewBox="0 0 12 12"
      width={size}
      height={size}
      aria-hidden="true"
    >
      {SHAPES[presence]}
    </svg>
  );
}

const SHAPES: Record<Presence, React.ReactNode> = {
  free: <circle cx="6" cy="6" r="5.5" fill="currentColor" />,
  ringing: (
    <>
      <path
        d="M8.6 1.9 A4.75 4.75 0 1 1 3.4 1.9"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.3"
        strokeLinecap="round"
      />
      <circle cx="6" cy="6" r="1.8" fill="currentColor" />
    </>
  ),
  busy: <rect x="0.8" y="0.8" width="10.4" height="10.4" rx="1.6" fill="currentColor" />,
  notNow: <path d="M3.6 0.4 h4.8 l3.2 3.2 v4.8 l-3.2 3.2 h-4.8 l-3.2 -3.2 v-4.8 z" fill="currentColor" />,
  offline: (
    <>
      <circle cx="6" cy="6" r="4.6" fill="none" stroke="currentColor" strokeWidth="1.6" />
      <path d="M2.9 9.1 L9.1 2.9" stroke="currentColor" strokeWidth="1.6" />
    </>
  ),
};

export type BadgeTone = "plain" | "accent" | "good" | "warning" | "problem";

export function Badge({ children, tone = "plain" }: { children: React.ReactNode; tone?: BadgeTone }) {
  return (
    <span className="badge" data-tone={tone}>
      {children}
    </span>
  );
}

/** How long something has been going on. It ticks by itself, without drawing anything else again. */
export function Duration({ since }: { since: Millis }) {
  const shown = useRef<HTMLTimeElement>(null);
  useEffect(() => {
    const show = (now: Millis) => {
      if (shown.current) shown.current.textContent = running(now - since);
    };
    show(engineNow());
    return watchClock(show);
  }, [since]);
  return <time ref={shown} className="duration" aria-hidden="true" />;
}
