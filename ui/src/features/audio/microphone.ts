// The microphone of this computer: asked for, listened to, and let go again.
import { decoded } from "./wav";

export type MicrophoneProblem = "denied" | "missing" | "insecure" | "failed";

export type Recording = {
  /** Lets go of the microphone and gives what it heard, at the rate the engine takes. Throws a `MicrophoneProblem`. */
  stop: () => Promise<Float32Array>;
  /** Lets go of it and forgets. */
  drop: () => void;
};

const LEVEL_MS = 100;

/** Begins to record. `onLevel` is told the loudness ten times a second, 0 to 1. Throws a `MicrophoneProblem`. */
export async function record(onLevel: (level: number) => void, onEnd: () => void): Promise<Recording> {
  // Browsers keep the microphone from pages that came over an open line.
  if (!navigator.mediaDevices?.getUserMedia || typeof MediaRecorder === "undefined") throw "insecure";
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: false, noiseSuppression: true, autoGainControl: true },
    });
  } catch (error) {
    throw problemOf(error);
  }
  try {
    return recordStream(stream, onLevel, onEnd);
  } catch {
    release(stream);
    throw "failed";
  }
}

function recordStream(stream: MediaStream, onLevel: (level: number) => void, onEnd: () => void): Recording {
  const recorder = new MediaRecorder(stream);
  const chunks: Blob[] = [];
  recorder.ondataavailable = ({ data }) => chunks.push(data);
  const stopWatching = watchLevel(stream, onLevel);
  const end = () => {
    stopWatching();
    release(stream);
  };
  // Unplugged, or taken away by the system.
  stream.getTracks()[0]?.addEventListener("ended", onEnd);
  recorder.start();
  return {
    stop: async () => {
      if (recorder.state !== "inactive") {
        const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve, { once: true }));
        recorder.stop();
        await stopped;
      }
      end();
      try {
        return await decoded(await new Blob(chunks).arrayBuffer());
      } catch {
        throw "failed";
      }
    },
    drop: end,
  };
}

function watchLevel(stream: MediaStream, onLevel: (level: number) => void): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 2048;
  context.createMediaStreamSource(stream).connect(analyser);
  void context.resume().catch(() => {});
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    onLevel(samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0));
  }, LEVEL_MS);
  return () => {
    clearInterval(timer);
    void context.close().catch(() => {});
  };
}

function release(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

export function problemOf(error: unknown): MicrophoneProblem {
  const name = error instanceof DOMException || error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  return name === "NotFoundError" || name === "OverconstrainedError" ? "missing" : "failed";
}
