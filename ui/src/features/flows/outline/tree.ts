// The flow as a tree: each step once, where it is reached again only its name.
import type { Outcome } from "../api";
import { outcomesOf } from "../catalogue";
import { edgeFrom, type FlowDocument, type NodeId, nodeOf } from "../document";
import type { From } from "../edits";
import { readingOrder } from "../reading-order";

export type Branch = {
  key: string;
  /** The outcome that leads here; none for the beginning and for what nobody reaches. */
  from: From | null;
  outcome: Outcome | null;
  isWired: boolean;
  /** The step; none where an outcome leads nowhere. */
  node: NodeId | null;
  /** A frame or a note. */
  frame?: string;
  /** It was described above. */
  isAgain: boolean;
  branches: Branch[];
};

/** One line of the tree. */
export type Line = { branch: Branch; depth: number; place: number; of: number; parent: Branch | null };

const DEEPEST = 60;

export function treeOf(document: FlowDocument): Branch[] {
  const described = new Set<NodeId>();
  const ways = (id: NodeId) => {
    const node = nodeOf(document, id);
    return node ? outcomesOf(node) : [];
  };
  const stepOf = (id: NodeId, from: From | null, outcome: Outcome | null, depth: number): Branch => {
    const isAgain = described.has(id) || depth > DEEPEST;
    described.add(id);
    return {
      key: from ? `${from.node} ${from.outcome}` : id,
      from,
      outcome,
      isWired: true,
      node: id,
      isAgain,
      branches: isAgain ? [] : ways(id).map((way) => wayOf(id, way, depth + 1)),
    };
  };
  const wayOf = (id: NodeId, outcome: Outcome, depth: number): Branch => {
    const from = { node: id, outcome: outcome.name };
    const edge = edgeFrom(document, id, outcome.name);
    const target = edge?.target ?? outcome.ghost?.to ?? null;
    if (target !== null && nodeOf(document, target)) {
      // Where nobody drew a way, what follows is told where it is drawn.
      if (edge) return stepOf(target, from, outcome, depth);
      return {
        key: `${id} ${outcome.name}`,
        from,
        outcome,
        isWired: false,
        node: target,
        isAgain: true,
        branches: [],
      };
    }
    return {
      key: `${id} ${outcome.name}`,
      from,
      outcome,
      isWired: false,
      node: null,
      isAgain: false,
      branches: [],
    };
  };
  const tree = [stepOf(document.entry, null, null, 0)];
  const lost = readingOrder(document, (id) => ways(id).map(({ name }) => name)).filter(
    (id) => !described.has(id),
  );
  const roots: Branch[] = [];
  for (const id of lost) if (!described.has(id)) roots.push(stepOf(id, null, null, 1));
  const frames = (document.frames ?? []).map(({ id }) => ({ ...heading(id, []), frame: id }));
  return [
    ...tree,
    ...(roots.length > 0 ? [heading(UNREACHED, roots)] : []),
    ...(frames.length > 0 ? [heading(FRAMES, frames)] : []),
  ];
}

/** The steps no call comes to, and the frames and notes, stand under words of their own. */
export const UNREACHED = "unreached";
export const FRAMES = "frames";

function heading(key: string, branches: Branch[]): Branch {
  return { key, from: null, outcome: null, isWired: false, node: null, isAgain: false, branches };
}

/** The lines that are to be seen. */
export function flat(tree: readonly Branch[], closed: ReadonlySet<string>): Line[] {
  const lines: Line[] = [];
  const add = (branches: readonly Branch[], depth: number, parent: Branch | null) => {
    for (const [place, branch] of branches.entries()) {
      lines.push({ branch, depth, place, of: branches.length, parent });
      if (!closed.has(branch.key)) add(branch.branches, depth + 1, branch);
    }
  };
  add(tree, 0, null);
  return lines;
}
