// The order in which a flow is read: from its beginning along the outcomes, what nobody reaches at the end.
import type { FlowDocument, NodeId } from "./document";

/** `ways` gives the outcomes of a node in the order of its rows. */
export function readingOrder(document: FlowDocument, ways: (node: NodeId) => readonly string[]): NodeId[] {
  const known = new Set(document.nodes.map(({ id }) => id));
  const next = new Map<NodeId, Map<string, NodeId>>();
  for (const { source, sourceHandle, target } of document.edges) {
    if (!known.has(target)) continue;
    const from = next.get(source) ?? new Map<string, NodeId>();
    from.set(sourceHandle, target);
    next.set(source, from);
  }
  const seen = new Set<NodeId>();
  const order: NodeId[] = [];
  const read = (first: NodeId) => {
    // A stack instead of recursion: an import may be a chain of any length.
    const stack = [first];
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      if (seen.has(id) || !known.has(id)) continue;
      seen.add(id);
      order.push(id);
      const from = next.get(id);
      if (!from) continue;
      const rows = ways(id);
      const rest = [...from.keys()].filter((way) => !rows.includes(way));
      for (const way of [...rows, ...rest].reverse()) {
        const target = from.get(way);
        if (target !== undefined && !seen.has(target)) stack.push(target);
      }
    }
  };
  read(document.entry);
  const left = document.nodes
    .filter(({ id }) => !seen.has(id))
    .sort((a, b) => a.position.y - b.position.y || a.position.x - b.position.x);
  for (const { id } of left) read(id);
  return order;
}
