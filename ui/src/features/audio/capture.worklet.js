// Runs beside the page, where sound is never late: hands on what the microphone hears, a tenth of a second at a time.
registerProcessor(
  "capture",
  class extends AudioWorkletProcessor {
    block = new Float32Array(Math.round(sampleRate / 10));
    filled = 0;

    process([[channel] = []]) {
      for (const sample of channel ?? []) {
        this.block[this.filled] = sample;
        this.filled += 1;
        if (this.filled === this.block.length) {
          this.port.postMessage(this.block);
          this.block = new Float32Array(this.block.length);
          this.filled = 0;
        }
      }
      return true;
    }
  },
);
