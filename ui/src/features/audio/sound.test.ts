// What is worked out about sounds: keys, cutting, files, and the WAV that the microphone becomes.
import { expect, test } from "vitest";
import { seekKey, trimKey } from "../../design/waveform";
import { refusedFile, titleOf } from "./files";
import { problemOf } from "./microphone";
import { swapped } from "./music";
import { playerDeed } from "./player-keys";
import { isBeingShaped } from "./sounds";
import { isWhole, LEAST_SECONDS, moved, whole } from "./trim";
import { peaksOf, wavOf } from "./wav";

const deed = (key: string) => playerDeed({ key });

test("the keys of a player: play, skip, speed, move on", () => {
  expect(deed(" ")).toEqual({ do: "toggle" });
  expect(deed("ArrowLeft")).toEqual({ do: "skip", by: -5 });
  expect(deed("ArrowRight")).toEqual({ do: "skip", by: 5 });
  expect(["1", "2", "3"].map(deed)).toEqual([1, 1.5, 2].map((to) => ({ do: "speed", to })));
  for (const key of ["j", "J", "ArrowDown"]) expect(deed(key), key).toEqual({ do: "move", by: 1 });
  for (const key of ["k", "K", "ArrowUp"]) expect(deed(key), key).toEqual({ do: "move", by: -1 });
  for (const key of ["x", "4", "Enter", "Tab"]) expect(deed(key), key).toBeNull();
});

test("the place in a sound never leaves it", () => {
  expect(seekKey("ArrowLeft", 3, 20)).toBe(0);
  expect(seekKey("ArrowRight", 18, 20)).toBe(20);
  expect(seekKey("Home", 12, 20)).toBe(0);
  expect(seekKey("End", 12, 20)).toBe(20);
  expect(seekKey("a", 12, 20)).toBeUndefined();
  expect(trimKey("ArrowRight", 1, 20)).toBeCloseTo(1.1);
  expect(trimKey("PageDown", 5, 20)).toBe(4);
});

test("the ends of a cut never meet, and never leave the sound", () => {
  const all = whole(10);
  expect(moved(all, "from", 2.04, 10)).toEqual({ from: 2, to: 10 });
  expect(moved(all, "from", -3, 10)).toEqual({ from: 0, to: 10 });
  expect(moved({ from: 2, to: 4 }, "from", 9, 10)).toEqual({ from: 4 - LEAST_SECONDS, to: 4 });
  expect(moved({ from: 2, to: 4 }, "to", 0, 10)).toEqual({ from: 2, to: 2 + LEAST_SECONDS });
  expect(moved({ from: 2, to: 4 }, "to", 99, 10)).toEqual({ from: 2, to: 10 });
});

test("a sound shorter than the least that can be kept stays whole", () => {
  expect(moved(whole(0.3), "from", 0.2, 0.3)).toEqual({ from: 0, to: 0.3 });
});

test("ends that were moved by less than one can hear cut nothing", () => {
  expect(isWhole({ from: 0.04, to: 9.96 }, 10)).toBe(true);
  expect(isWhole({ from: 0.1, to: 10 }, 10)).toBe(false);
  expect(isWhole({ from: 0, to: 9.9 }, 10)).toBe(false);
});

test("files that are no sound or too large need not be sent", () => {
  const file = (name: string, size = 1000, type = "") => refusedFile({ name, size, type });
  expect(file("Greeting.WAV")).toBeNull();
  expect(file("voice", 1000, "audio/ogg; codecs=opus")).toBeNull();
  expect(file("menu.pdf")).toBe("notSound");
  expect(file("song.m4a", 1000, "audio/mp4")).toBe("notSound");
  expect(file("long.flac", 20_000_001)).toBe("tooLarge");
  expect(titleOf("Our_greeting.final.wav")).toBe("Our greeting.final");
  expect(titleOf(".wav")).toBe(".wav");
});

test("what the microphone heard becomes a WAV file that cuts off what is too loud", async () => {
  const view = new DataView(await wavOf(new Float32Array([0, 0.5, 1, -1, 3, -3])).arrayBuffer());
  const word = (at: number) => String.fromCharCode(...[0, 1, 2, 3].map((by) => view.getUint8(at + by)));
  expect([word(0), word(8), word(36)]).toEqual(["RIFF", "WAVE", "data"]);
  expect(view.getUint32(4, true)).toBe(view.byteLength - 8);
  expect(view.getUint32(24, true)).toBe(16_000);
  expect(view.getUint16(22, true)).toBe(1);
  expect(view.getUint32(40, true)).toBe(12);
  const samples = [0, 1, 2, 3, 4, 5].map((place) => view.getInt16(44 + place * 2, true));
  expect(samples).toEqual([0, 16384, 32767, -32768, 32767, -32768]);
});

test("the shape of a recording has its loudest part at the top, and silence is flat", () => {
  const samples = Float32Array.from({ length: 1200 }, (_, at) => (at < 600 ? 0.1 : 0.4));
  const peaks = peaksOf(samples, 12);
  expect(peaks).toHaveLength(12);
  expect(peaks[0]).toBe(25);
  expect(peaks[11]).toBe(100);
  expect(Math.max(...peaksOf(new Float32Array(100), 10))).toBe(0);
  expect(peaksOf(new Float32Array(0))).toEqual([]);
});

test("why the microphone cannot be used is told apart", () => {
  expect(problemOf(new DOMException("", "NotAllowedError"))).toBe("denied");
  expect(problemOf(new DOMException("", "NotFoundError"))).toBe("missing");
  expect(problemOf(new Error("boom"))).toBe("failed");
});

test("pieces change places, and nothing happens at the ends", () => {
  expect(swapped([1, 2, 3], 0, 1)).toEqual([2, 1, 3]);
  expect(swapped([1, 2, 3], 2, 3)).toEqual([1, 2, 3]);
});

test("the shape of a sound that has just come is awaited, that of an old one is not", () => {
  expect(isBeingShaped([], Date.now() - 5000)).toBe(true);
  expect(isBeingShaped([3, 4], Date.now() - 5000)).toBe(false);
  expect(isBeingShaped([], Date.now() - 3_600_000)).toBe(false);
});
