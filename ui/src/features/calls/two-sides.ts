// A recording has the caller on the left and the called on the right: both, or one of them, can be heard.

export type Sides = "both" | "from" | "to";

/** How loud each channel is heard at each ear: left of left, left of right, right of left, right of right. */
export function mixOf(sides: Sides): readonly [number, number, number, number] {
  switch (sides) {
    case "from":
      return [1, 0, 1, 0];
    case "to":
      return [0, 1, 0, 1];
    default:
      // Both at both ears, with each a little to its own side.
      return [0.8, 0.4, 0.4, 0.8];
  }
}

/** Leads what is played through a mix of its two sides; gives the way to choose them. */
export function mixSides(sound: HTMLAudioElement): { choose: (sides: Sides) => void; close: () => void } {
  const context = new AudioContext();
  const split = context.createChannelSplitter(2);
  const join = context.createChannelMerger(2);
  const gains = [0, 1, 2, 3].map((place) => {
    const gain = context.createGain();
    split.connect(gain, place % 2);
    gain.connect(join, 0, Math.floor(place / 2));
    return gain;
  });
  context.createMediaElementSource(sound).connect(split);
  join.connect(context.destination);
  void context.resume();
  return {
    choose: (sides) => {
      for (const [place, level] of mixOf(sides).entries()) {
        const gain = gains[place];
        if (gain) gain.gain.value = level;
      }
    },
    close: () => void context.close().catch(() => {}),
  };
}
