// Lays out a graph beside the page.
import { type LayoutAsked as Asked, layout } from "./layout";

export type { LayoutAsked, LayoutDone } from "./layout";

self.onmessage = ({ data }: MessageEvent<Asked>) => self.postMessage(layout(data));
