// The signs of open, closed, holiday and break: each has its own shape beside its colour.
import type { OpenState } from "./api";

export function OpenMark({ state, size = 10 }: { state: OpenState; size?: number }) {
  return (
    <svg
      className="open-mark"
      data-state={state}
      viewBox="0 0 12 12"
      width={size}
      height={size}
      aria-hidden="true"
    >
      {SHAPES[state]}
    </svg>
  );
}

const SHAPES: Record<OpenState, React.ReactNode> = {
  open: <circle cx="6" cy="6" r="5.5" fill="currentColor" />,
  closed: <circle cx="6" cy="6" r="4.6" fill="none" stroke="currentColor" strokeWidth="1.8" />,
  holiday: <path d="M6 0.2 L11.8 6 L6 11.8 L0.2 6 z" fill="currentColor" />,
  break: (
    <>
      <circle cx="6" cy="6" r="4.6" fill="none" stroke="currentColor" strokeWidth="1.8" />
      <path d="M6 1.4 a4.6 4.6 0 0 1 0 9.2 z" fill="currentColor" />
    </>
  ),
};
