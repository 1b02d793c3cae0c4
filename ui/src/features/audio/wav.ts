// Sound as a WAV file, made in the page: what the microphone heard, as the engine takes it.

/** What telephones and the engine speak: 16 kHz, one channel, 16 bits. */
export const SAMPLE_RATE = 16_000;
const HEADER_BYTES = 44;

/** A WAV file of samples from -1 to 1. Louder ones are cut off, not wrapped around. */
export function wavOf(samples: Float32Array, rate: number = SAMPLE_RATE): Blob {
  const bytes = new ArrayBuffer(HEADER_BYTES + samples.length * 2);
  const view = new DataView(bytes);
  const word = (at: number, text: string) => {
    for (const [place, letter] of [...text].entries()) view.setUint8(at + place, letter.charCodeAt(0));
  };
  word(0, "RIFF");
  view.setUint32(4, bytes.byteLength - 8, true);
  word(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  word(36, "data");
  view.setUint32(40, samples.length * 2, true);
  for (const [place, sample] of samples.entries()) {
    const whole = Math.max(-1, Math.min(1, sample));
    view.setInt16(HEADER_BYTES + place * 2, Math.round(whole < 0 ? whole * 0x8000 : whole * 0x7fff), true);
  }
  return new Blob([bytes], { type: "audio/wav" });
}

/** The shape of samples, 0 to 100, in so many parts; the loudest part reaches the top. */
export function peaksOf(samples: Float32Array, parts = 120): number[] {
  if (samples.length === 0) return [];
  const size = samples.length / parts;
  const loud = Array.from({ length: parts }, (_, part) => {
    let most = 0;
    const end = Math.min(samples.length, Math.max((part + 1) * size, part * size + 1));
    for (let at = Math.floor(part * size); at < end; at += 1)
      most = Math.max(most, Math.abs(samples[at] ?? 0));
    return most;
  });
  const most = Math.max(...loud, 0.01);
  return loud.map((one) => Math.round((one / most) * 100));
}

/** Blocks of samples as one, at another rate. */
export async function atRate(
  rate: number,
  blocks: readonly Float32Array[],
  ownRate: number,
): Promise<Float32Array> {
  const length = blocks.reduce((sum, block) => sum + block.length, 0);
  if (length === 0) return new Float32Array(0);
  const context = new OfflineAudioContext(1, Math.ceil((length * rate) / ownRate), rate);
  const sound = context.createBuffer(1, length, ownRate);
  let at = 0;
  for (const block of blocks) {
    sound.getChannelData(0).set(block, at);
    at += block.length;
  }
  const source = context.createBufferSource();
  source.buffer = sound;
  source.connect(context.destination);
  source.start();
  return (await context.startRendering()).getChannelData(0);
}
