// The shape of a sound, to see where it is loud and to go to any place in it.
import { useId, useRef } from "react";
import "./waveform.css";

const BAR = 4;
const HIGH = 100;
/** Silence is a line, not nothing. */
const LEAST = 4;

type Common = {
  /** Loudness from start to end, 0 to 100; none where it is not known. */
  peaks: readonly number[];
  seconds: number;
};

/** The shape alone, as in a list. */
export function WaveShape({ peaks }: Pick<Common, "peaks">) {
  return (
    <svg
      className="wave"
      viewBox={`0 0 ${width(peaks)} ${HIGH}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={bars(peaks)} />
    </svg>
  );
}

export type WaveformProps = Common & {
  /** Where it is being played, in seconds. */
  position: number;
  onSeek: (seconds: number) => void;
  label: string;
  /** The place in words, such as `0:12 of 0:48`. */
  told: string;
  /** What is kept when it is cut, and how its ends are called. */
  cut?: {
    from: number;
    to: number;
    onMove: (end: "from" | "to", seconds: number) => void;
    labels: [string, string];
  };
};

/** A slider over the shape: arrows go 5 seconds, Home and End to the ends. */
export function Waveform({ peaks, seconds, position, onSeek, label, told, cut }: WaveformProps) {
  const box = useRef<HTMLDivElement>(null);
  const clip = useId();
  const part = (at: number) => (seconds > 0 ? Math.min(1, Math.max(0, at / seconds)) : 0);
  const placeOf = (event: { clientX: number }) => {
    const { left, width } = box.current?.getBoundingClientRect() ?? { left: 0, width: 1 };
    return Math.min(seconds, Math.max(0, ((event.clientX - left) / (width || 1)) * seconds));
  };
  const wide = width(peaks);
  return (
    <div className="waveform" ref={box} data-flat={peaks.length === 0 || undefined}>
      <div
        className="waveform-slider"
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={Math.round(seconds)}
        aria-valuenow={Math.round(position)}
        aria-valuetext={told}
        onKeyDown={(event) => {
          const to = seekKey(event.key, position, seconds);
          if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
          event.preventDefault();
          event.stopPropagation();
          onSeek(to);
        }}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture?.(event.pointerId);
          onSeek(placeOf(event));
        }}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture?.(event.pointerId)) onSeek(placeOf(event));
        }}
      >
        <svg className="wave" viewBox={`0 0 ${wide} ${HIGH}`} preserveAspectRatio="none" aria-hidden="true">
          <clipPath id={clip}>
            <rect x="0" y="0" width={part(position) * wide} height={HIGH} />
          </clipPath>
          <path d={bars(peaks)} />
          <path className="wave-played" d={bars(peaks)} clipPath={`url(#${clip})`} />
        </svg>
        <span className="waveform-place" style={{ left: `${part(position) * 100}%` }} />
      </div>
      {cut && (
        <>
          <span className="waveform-left-out" style={{ left: 0, width: `${part(cut.from) * 100}%` }} />
          <span className="waveform-left-out" style={{ left: `${part(cut.to) * 100}%`, right: 0 }} />
          {(["from", "to"] as const).map((end, place) => (
            <div
              key={end}
              className="waveform-end"
              data-end={end}
              role="slider"
              tabIndex={0}
              aria-label={cut.labels[place]}
              aria-valuemin={end === "from" ? 0 : Number(cut.from.toFixed(1))}
              aria-valuemax={end === "from" ? Number(cut.to.toFixed(1)) : Number(seconds.toFixed(1))}
              aria-valuenow={Number(cut[end].toFixed(1))}
              style={{ left: `${part(cut[end]) * 100}%` }}
              onKeyDown={(event) => {
                const to = trimKey(event.key, cut[end], seconds);
                if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
                event.preventDefault();
                event.stopPropagation();
                cut.onMove(end, to);
              }}
              onPointerDown={(event) => {
                if (event.button === 0) event.currentTarget.setPointerCapture?.(event.pointerId);
              }}
              onPointerMove={(event) => {
                if (event.currentTarget.hasPointerCapture?.(event.pointerId)) cut.onMove(end, placeOf(event));
              }}
            />
          ))}
        </>
      )}
    </div>
  );
}

const SEEK_SECONDS = 5;

/** Where a key on the slider leads; nothing for other keys. */
export function seekKey(key: string, position: number, seconds: number): number | undefined {
  const to = {
    ArrowLeft: position - SEEK_SECONDS,
    ArrowRight: position + SEEK_SECONDS,
    Home: 0,
    End: seconds,
  }[key];
  return to === undefined ? undefined : Math.min(seconds, Math.max(0, to));
}

/** The same for an end of a cut, which is set by tenths. */
export function trimKey(key: string, at: number, seconds: number): number | undefined {
  return {
    ArrowLeft: at - 0.1,
    ArrowDown: at - 0.1,
    ArrowRight: at + 0.1,
    ArrowUp: at + 0.1,
    PageUp: at + 1,
    PageDown: at - 1,
    Home: 0,
    End: seconds,
  }[key];
}

function width(peaks: readonly number[]): number {
  return Math.max(1, peaks.length) * BAR;
}

function bars(peaks: readonly number[]): string {
  if (peaks.length === 0) return `M0 ${HIGH / 2 - 2}h${BAR}v4h-${BAR}z`;
  return peaks
    .map((peak, place) => {
      const high = Math.max(LEAST, Math.min(HIGH, peak));
      return `M${place * BAR} ${(HIGH - high) / 2}h${BAR - 1.5}v${high}h-${BAR - 1.5}z`;
    })
    .join("");
}
