// Runs beside the page: hands on what the microphone hears, 128 samples at a time gathered to tenths of a second.

declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;
declare const sampleRate: number;

class Capture extends AudioWorkletProcessor {
  private chunk = new Float32Array(Math.round(sampleRate / 10));
  private filled = 0;

  process([input]: Float32Array[][]): boolean {
    const heard = input?.[0];
    if (!heard) return true;
    for (const sample of heard) {
      this.chunk[this.filled] = sample;
      this.filled += 1;
      if (this.filled < this.chunk.length) continue;
      this.port.postMessage(this.chunk, [this.chunk.buffer]);
      this.chunk = new Float32Array(this.chunk.length);
      this.filled = 0;
    }
    return true;
  }
}

registerProcessor("capture", Capture);
