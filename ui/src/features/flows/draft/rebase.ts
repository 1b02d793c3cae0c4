// Two people edited the same draft: what one did is put on top of what the other has saved.
import { type FlowDocument, type FlowEdge, listOf } from "../document";

export type Rebased = {
  document: FlowDocument;
  /** The ids of steps, ways and frames, and the names of settings, that both changed: what `mine` says stands. */
  both: readonly string[];
};

/** Lists of what has a name of its own, each but once: the order in them says nothing. */
const NAMED = new Set(["nodes", "edges", "frames", "variables"]);

/** What both have begun with, what is here, and what is on disk now. Where both changed one thing, `mine` stands. */
export function rebased(base: FlowDocument, mine: FlowDocument, theirs: FlowDocument): Rebased {
  const both = new Set<string>();
  const tell = (what: string) => both.add(what);
  const document = Object.fromEntries(
    keysOf(mine, theirs).map((key) => {
      const parts = [base[key], mine[key], theirs[key]] as const;
      return [key, NAMED.has(key) ? mergedById(parts.map(listOf<Json>), tell) : merged(...parts, tell, key)];
    }),
  );
  return { document: withoutLooseEnds(document as FlowDocument, base, mine), both: [...both] };
}

/** Whether two documents, or parts of them, say the same; the order of names does not count. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, at) => isSame(item, b[at]));
  if (!isRecord(a) || !isRecord(b)) return false;
  return keysOf(a, b).every((key) => isSame(a[key], b[key]));
}

type Json = Readonly<Record<string, unknown>>;
type Tell = (what: string) => void;

/** `at`: the step or the setting that is told if both have changed it. */
function merged(base: unknown, mine: unknown, theirs: unknown, tell: Tell, at: string): unknown {
  if (isSame(mine, theirs) || isSame(base, mine)) return theirs;
  if (isSame(base, theirs)) return mine;
  if (!isRecord(mine) || !isRecord(theirs)) {
    tell(at);
    return mine;
  }
  const before: Json = isRecord(base) ? base : {};
  const parts = keysOf(mine, theirs).map((key) => [
    key,
    merged(before[key], mine[key], theirs[key], tell, at),
  ]);
  return Object.fromEntries(parts.filter(([, part]) => part !== undefined));
}

function mergedById(lists: readonly Json[][], tell: Tell): Json[] {
  const [base, mine, theirs] = lists.map(byId) as [Named, Named, Named];
  return [...new Set([...theirs.keys(), ...mine.keys()])].flatMap((id) => {
    const part = merged(base.get(id), mine.get(id), theirs.get(id), tell, id);
    return part === undefined ? [] : [part as Json];
  });
}

/** An outcome leads to one step at most, and every way from a step that is there to another. */
function withoutLooseEnds(document: FlowDocument, base: FlowDocument, mine: FlowDocument): FlowDocument {
  const nodes = new Set(document.nodes.map(({ id }) => id));
  const outcome = ({ source, sourceHandle }: FlowEdge) => `${source} ${sourceHandle}`;
  const before = new Map(base.edges.map((edge) => [edge.id, edge]));
  const drawnHere = mine.edges.filter((edge) => !isSame(before.get(edge.id), edge));
  const taken = new Map(drawnHere.map((edge) => [outcome(edge), edge.id]));
  const edges = document.edges.filter((edge) => {
    if (!nodes.has(edge.source) || !nodes.has(edge.target)) return false;
    const first = taken.get(outcome(edge));
    if (first !== undefined) return first === edge.id;
    taken.set(outcome(edge), edge.id);
    return true;
  });
  return edges.length === document.edges.length ? document : { ...document, edges };
}

function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function keysOf(one: object, other: object): string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])];
}

type Named = ReadonlyMap<string, Json>;

/** Variables have a name where others have an id. */
function byId(items: readonly Json[]): Named {
  return new Map(items.map((item) => [String(item.id ?? item.name), item]));
}
