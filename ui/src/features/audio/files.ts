// Which files can be added, judged before they travel: the engine looks closely afterwards.

export const MOST_BYTES = 20_000_000;

const NAMES = /\.(wav|wave|mp3|ogg|oga|opus|flac)$/i;
const TYPES = /^audio\/(x-)?(wav|wave|vnd\.wave|mpeg|mp3|ogg|opus|flac)\b/i;

/** For a dialog that asks for a file. */
export const ACCEPTED = [".wav", ".mp3", ".ogg", ".oga", ".opus", ".flac"];

/** Why a file need not even be sent; nothing if it may be tried. */
export function refusedFile(file: Pick<File, "name" | "type" | "size">): "tooLarge" | "notSound" | null {
  if (!NAMES.test(file.name) && !TYPES.test(file.type)) return "notSound";
  return file.size > MOST_BYTES ? "tooLarge" : null;
}

/** `Our greeting` for `Our_greeting.final.wav`. */
export function titleOf(name: string): string {
  const bare = name
    .replace(/\.[^.]*$/, "")
    .replace(/[_]+/g, " ")
    .trim();
  return (bare || name).slice(0, 80);
}
