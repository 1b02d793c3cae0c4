// The document of a call flow: nodes with their settings, edges between them, frames and notes around them.

export type NodeId = string;

export type Prompt =
  | { source: "audio"; mediaId: string }
  | { source: "tts"; text: string; voice?: string }
  | { source: "value"; value: string; as: "digits" | "number" | "date" | "time" | "duration" | "text" }
  | { source: "silence"; ms: number };

export type Expr = { const: unknown } | { var: string } | { op: string; args: Expr[] };

export type RouteTarget = { kind: string; id?: string; xform?: unknown };

export type Point = { x: number; y: number };

/** Everything a node does. What is in it besides depends on its kind. */
export type NodeData = {
  kind: string;
  title?: string;
  disabled?: boolean;
  comment?: string;
  [param: string]: unknown;
};

export type FlowNode = { id: NodeId; type: string; position: Point; data: NodeData; [more: string]: unknown };
export type FlowEdge = {
  id: string;
  source: NodeId;
  sourceHandle: string;
  target: NodeId;
  targetHandle?: string;
};

/** A named box around nodes, or a note. Neither has any effect on calls. */
export type Frame = {
  id: string;
  kind: "frame" | "note";
  text: string;
  x: number;
  y: number;
  width: number;
  height: number;
  /** The steps it stands for while it is drawn as one; they keep their places. */
  collapsed?: NodeId[];
};

export type Variable = { name: string; type: string; default?: unknown; sensitive?: boolean };

export type FlowSettings = {
  language?: string;
  timezone?: string | null;
  maxSteps?: number;
  onError?: NodeId;
  onCallerHangup?: NodeId;
  lastResort?: RouteTarget;
  testCallers?: string[];
};

export type FlowDocument = {
  schemaVersion: number;
  id: string;
  name: string;
  entry: NodeId;
  nodes: FlowNode[];
  edges: FlowEdge[];
  settings?: FlowSettings;
  variables?: Variable[];
  frames?: Frame[];
  [more: string]: unknown;
};

export function nodeOf(document: FlowDocument, id: NodeId): FlowNode | undefined {
  return document.nodes.find((node) => node.id === id);
}

export function edgeFrom(document: FlowDocument, node: NodeId, outcome: string): FlowEdge | undefined {
  return document.edges.find((edge) => edge.source === node && edge.sourceHandle === outcome);
}

export function edgesInto(document: FlowDocument, node: NodeId): FlowEdge[] {
  return document.edges.filter((edge) => edge.target === node);
}

/** A new id that nothing in the document has, such as `n_4k2p9x`. */
export function newId(
  document: FlowDocument,
  prefix: "n" | "e" | "f",
  chance: () => number = Math.random,
): string {
  const taken = new Set<string>([
    ...document.nodes.map(({ id }) => id),
    ...document.edges.map(({ id }) => id),
    ...(document.frames ?? []).map(({ id }) => id),
  ]);
  for (;;) {
    const id = `${prefix}_${Math.floor(chance() * 36 ** 6)
      .toString(36)
      .padStart(6, "0")}`;
    if (!taken.has(id)) return id;
  }
}

/** A reference that names nothing yet: from a template, or pasted from another office. */
export function isPlaceholder(reference: unknown): reference is string {
  return typeof reference === "string" && reference !== "" && !/^\d+$/.test(reference);
}

/** The entries of a list in the document; an import may hold anything in its place. */
export function listOf<Item>(value: unknown): Item[] {
  return Array.isArray(value) ? value.filter((item) => item !== null && item !== undefined) : [];
}
