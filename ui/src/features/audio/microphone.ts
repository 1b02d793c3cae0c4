// The microphone of this computer: asked for, listened to, and let go again.
import captureUrl from "./capture.worklet.js?url";
import { atRate, SAMPLE_RATE } from "./wav";

export type MicrophoneProblem = "denied" | "missing" | "insecure" | "failed";

export type Recording = {
  /** Lets go of the microphone and gives what it heard, at the rate the engine takes. Throws a `MicrophoneProblem`. */
  stop: () => Promise<Float32Array>;
  /** Lets go of it and forgets. */
  drop: () => void;
};

/** Begins to record. `onLevel` is told the loudness ten times a second, 0 to 1. Throws a `MicrophoneProblem`. */
export async function record(onLevel: (level: number) => void, onEnd: () => void): Promise<Recording> {
  // Browsers keep the microphone from pages that came over an open line.
  if (!navigator.mediaDevices?.getUserMedia) throw "insecure";
  // Made while the press of the button still counts: later, some webviews would not let it run.
  const context = new AudioContext();
  void context.resume().catch(() => {});
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: false, noiseSuppression: true, autoGainControl: true },
    });
  } catch (error) {
    void context.close().catch(() => {});
    throw problemOf(error);
  }
  try {
    return await recordStream(context, stream, onLevel, onEnd);
  } catch {
    throw "failed";
  }
}

/** Takes the samples as they are: not every webview can encode sound, and the engine wants none encoded. */
async function recordStream(
  context: AudioContext,
  stream: MediaStream,
  onLevel: (level: number) => void,
  onEnd: () => void,
): Promise<Recording> {
  const end = () => {
    for (const track of stream.getTracks()) track.stop();
    void context.close().catch(() => {});
  };
  try {
    await context.audioWorklet.addModule(captureUrl);
    const capture = new AudioWorkletNode(context, "capture", {
      channelCount: 1,
      channelCountMode: "explicit",
    });
    const heard: Float32Array[] = [];
    capture.port.onmessage = ({ data }: MessageEvent<Float32Array>) => {
      heard.push(data);
      onLevel(data.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0));
    };
    context.createMediaStreamSource(stream).connect(capture);
    // It gives silence; without a listener nothing is asked of it.
    capture.connect(context.destination);
    // Unplugged, or taken away by the system.
    stream.getTracks()[0]?.addEventListener("ended", onEnd);
    return {
      stop: async () => {
        end();
        try {
          return await atRate(SAMPLE_RATE, heard, context.sampleRate);
        } catch {
          throw "failed";
        }
      },
      drop: end,
    };
  } catch (error) {
    end();
    throw error;
  }
}

export function problemOf(error: unknown): MicrophoneProblem {
  const name = error instanceof DOMException || error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  return name === "NotFoundError" || name === "OverconstrainedError" ? "missing" : "failed";
}
