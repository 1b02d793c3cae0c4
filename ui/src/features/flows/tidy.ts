// Tidying up: laid out from left to right, in a worker, because it may take seconds.

import { order } from "./canvas/follow";
import { NODE_WIDTH, nodeHeight } from "./canvas/size";
import { outcomesOf } from "./catalogue";
import type { FlowDocument, Point } from "./document";
import type { LayoutAsked, LayoutDone } from "./layout.worker";

let worker: Worker | null = null;

/** New places for the chosen steps, or for all. `null` if another tidying was asked for meanwhile. */
export function tidied(
  document: FlowDocument,
  chosen: ReadonlySet<string> | null,
): Promise<ReadonlyMap<string, Point> | null> {
  const asked = asLayout(document, chosen);
  worker?.terminate();
  const own = new Worker(new URL("./layout.worker.ts", import.meta.url), { type: "module" });
  worker = own;
  return new Promise((resolve) => {
    const end = (places: ReadonlyMap<string, Point> | null) => {
      own.terminate();
      if (worker === own) worker = null;
      resolve(places);
    };
    own.onmessage = ({ data }: MessageEvent<LayoutDone>) => end(new Map(data.places));
    own.onerror = () => end(null);
    own.postMessage(asked);
  });
}

/** What is to be laid out, in reading order so that rows stay in the order of the outcomes. */
export function asLayout(document: FlowDocument, chosen: ReadonlySet<string> | null): LayoutAsked {
  const isMeant = (id: string) => chosen === null || chosen.has(id);
  const byId = new Map(document.nodes.map((node) => [node.id, node]));
  const nodes = order(document).flatMap((id) => {
    const node = byId.get(id);
    return node && isMeant(id)
      ? [{ id, width: NODE_WIDTH, height: nodeHeight(outcomesOf(node).length), ...node.position }]
      : [];
  });
  const known = new Set(nodes.map(({ id }) => id));
  const edges = document.edges
    .filter(({ source, target }) => known.has(source) && known.has(target) && source !== target)
    .map(({ source, target }): [string, string] => [source, target]);
  return { nodes, edges };
}
