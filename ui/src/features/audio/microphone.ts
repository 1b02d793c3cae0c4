// The microphone of this computer: asked for, listened to, and let go again.
import workletUrl from "./capture.worklet?worker&url";
import { joined } from "./wav";

export type MicrophoneProblem = "denied" | "missing" | "insecure" | "failed";

export type Recording = {
  /** Lets go of the microphone and gives what it heard, at the rate the engine takes. */
  stop: () => Promise<Float32Array>;
  /** Lets go of it and forgets. */
  drop: () => void;
};

/** Begins to record. `onLevel` is told the loudness ten times a second, 0 to 1. Throws a `MicrophoneProblem`. */
export async function record(onLevel: (level: number) => void, onEnd: () => void): Promise<Recording> {
  if (!navigator.mediaDevices?.getUserMedia || typeof AudioWorkletNode === "undefined") throw "insecure";
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: false, noiseSuppression: true, autoGainControl: true },
    });
  } catch (error) {
    throw problemOf(error);
  }
  const context = new AudioContext();
  const chunks: Float32Array[] = [];
  const release = () => {
    for (const track of stream.getTracks()) track.stop();
    void context.close().catch(() => {});
  };
  try {
    await context.audioWorklet.addModule(workletUrl);
    const node = new AudioWorkletNode(context, "capture", { numberOfOutputs: 0 });
    node.port.onmessage = ({ data }: MessageEvent<Float32Array>) => {
      chunks.push(data);
      onLevel(data.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0));
    };
    context.createMediaStreamSource(stream).connect(node);
    await context.resume();
  } catch {
    release();
    throw "failed";
  }
  // Unplugged, or taken away by the system.
  stream.getTracks()[0]?.addEventListener("ended", onEnd);
  const { sampleRate } = context;
  return {
    stop: () => {
      release();
      return joined(chunks, sampleRate);
    },
    drop: release,
  };
}

export function problemOf(error: unknown): MicrophoneProblem {
  const name = error instanceof DOMException || error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  return name === "NotFoundError" || name === "OverconstrainedError" ? "missing" : "failed";
}
