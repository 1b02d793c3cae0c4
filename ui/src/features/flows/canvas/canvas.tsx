// The drawing of the flow.
import {
  type Connection,
  type FinalConnectionState,
  MiniMap,
  type NodeChange,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStore,
} from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FlowDocument, Point } from "../document";
import { useDocument, useDraft } from "../draft/store";
import { connect, insideFrame, moveThings, shutAway } from "../edits";
import { useOverlay } from "../overlay";
import { choose, chooseMany, selection, useSelection } from "../selection";
import { show, useView } from "../view";
import { bringIntoView, focusPane, keepCamera, placeAt, showAll } from "./camera";
import { outcomeAt } from "./follow";
import { FrameNode, frameDomId } from "./frame-node";
import { GoneNode } from "./gone-node";
import { canvasDeed } from "./keys";
import { type CanvasNode, goneNode, nodesOf } from "./react-flow-nodes";
import { HEADER_PX } from "./size";
import { nodeDomId, OnlyNames, StepNode } from "./step-node";
import { Ways } from "./ways";
import { goneWaysOf, waysOf } from "./ways-of";
import "./canvas.css";

const NODE_TYPES = { step: StepNode, frame: FrameNode, note: FrameNode, gone: GoneNode };
const GRID: [number, number] = [8, 8];
/** Below this only names are readable: rows become ticks. */
const FAR = 0.5;
/** A drawing with more steps leaves out what costs too much to paint while it moves. */
const LARGE = 80;
const NEAREST = 1.6;
const FARTHEST = 0.1;

export function Canvas() {
  return (
    <ReactFlowProvider>
      <Drawing />
    </ReactFlowProvider>
  );
}

function Drawing() {
  const { t } = useTranslation("flows");
  const document = useDocument();
  const facts = useDraft((draft) => draft.check.nodes);
  const opened = useDraft((draft) => draft.opened);
  const isReadOnly = useDraft((draft) => draft.isReadOnly);
  const chosen = useSelection((now) => now.ids);
  const chosenEdge = useSelection((now) => now.edge);
  const at = useSelection((now) => now.at);
  const overlay = useOverlay((now) => now.overlay);
  const moving = useView((view) => view.moving);
  const minimap = useView((view) => view.minimap);
  const [dragged, setDragged] = useState<ReadonlyMap<string, Point>>(new Map());
  const pane = useRef<HTMLDivElement>(null);
  const flow = useReactFlow<CanvasNode>();
  const isFar = useStore((state) => state.transform[2] < FAR);

  const nodes = useMemo(() => {
    return [...nodesOf(document, facts, chosen, dragged), ...(overlay?.gone ?? []).map(goneNode)];
  }, [document, facts, chosen, dragged, overlay]);
  const isLarge = nodes.length > LARGE;
  const onlyNames = isLarge && isFar;
  const ways = useMemo(() => waysOf(document, facts, chosenEdge), [document, facts, chosenEdge]);
  const goneWays = useMemo(() => {
    const { gone = [], goneWays = [] } = overlay ?? {};
    return goneWaysOf(document, facts, gone, goneWays);
  }, [document, facts, overlay]);
  const beingMoved = useMemo(() => new Set(dragged.keys()), [dragged]);

  useEffect(() => {
    keepCamera(flow, pane.current);
    return () => keepCamera(null, null);
  }, [flow]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every document that is opened is shown whole
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      showAll();
      if (window.document.activeElement === window.document.body) focusPane();
    });
    return () => cancelAnimationFrame(frame);
  }, [opened]);

  // A panel that opens beside the drawing must not cover what it is about.
  const isNarrower = useView((view) => view.inspector || view.simulate);
  useEffect(() => {
    if (!isNarrower || at === null) return;
    const frame = requestAnimationFrame(() => bringIntoView(at));
    return () => cancelAnimationFrame(frame);
  }, [isNarrower, at]);

  const onNodesChange = (changes: NodeChange<CanvasNode>[]) => {
    const places = new Map(dragged);
    let isMoved = false;
    const selected = new Set(chosen);
    let isChosen = false;
    for (const change of changes) {
      if (change.type === "position" && change.position && change.dragging) {
        isMoved = true;
        places.set(change.id, change.position);
        takeAlong(places, change.id, change.position);
      }
      if (change.type === "select") {
        isChosen = true;
        if (change.selected) selected.add(change.id);
        else selected.delete(change.id);
      }
    }
    if (isMoved) setDragged(places);
    if (isChosen) chooseMany([...selected]);
  };

  /** What stands in a frame goes where the frame goes. */
  const takeAlong = (places: Map<string, Point>, id: string, to: Point) => {
    const frame = document.frames?.find((one) => one.id === id && one.kind === "frame");
    if (!frame) return;
    const inside = insideFrame(document, frame);
    for (const node of document.nodes) {
      if (!inside.includes(node.id)) continue;
      places.set(node.id, { x: node.position.x + to.x - frame.x, y: node.position.y + to.y - frame.y });
    }
  };

  const onDragStop = () => {
    if (dragged.size === 0) return;
    moveThings(dragged);
    setDragged(new Map());
  };

  const onConnect = ({ source, sourceHandle, target }: Connection) => {
    if (sourceHandle) connect({ node: source, outcome: sourceHandle }, target);
  };

  /** Let go on a step it is connected; on nothing, a step is added there. */
  const onConnectEnd = (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
    const outcome = state.fromHandle?.id;
    const node = state.fromNode?.id;
    if (state.isValid || !node || !outcome) return;
    const { clientX, clientY } =
      "changedTouches" in event ? (event.changedTouches[0] ?? { clientX: 0, clientY: 0 }) : event;
    const under = window.document.elementFromPoint(clientX, clientY);
    const target = under?.closest<HTMLElement>(".react-flow__node-step")?.dataset.id;
    if (target && target !== node) return connect({ node, outcome }, target);
    if (target || !under?.closest(".react-flow")) return;
    const place = placeAt({ x: clientX, y: clientY });
    show({
      picking: { what: "add", from: { node, outcome }, at: { x: place.x, y: place.y - HEADER_PX / 2 } },
    });
  };

  const onKeyDown = (event: React.KeyboardEvent) => {
    const target = event.target as HTMLElement;
    if (target !== pane.current && target.matches("input, textarea, button")) return;
    const deed = canvasDeed(event);
    if (!deed) return;
    event.preventDefault();
    event.stopPropagation();
    deed();
  };

  return (
    <div
      ref={pane}
      className="canvas"
      role="application"
      aria-label={t("canvas.label")}
      aria-describedby="canvas-help"
      aria-activedescendant={at === null ? undefined : drawnAs(document, at)}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an application has the focus and its own keys
      tabIndex={0}
      data-far={isFar || undefined}
      data-large={isLarge || undefined}
      data-moving={moving || undefined}
      onKeyDown={onKeyDown}
      onBlur={() => moving && show({ moving: false })}
    >
      <p id="canvas-help" className="unseen">
        {t("canvas.help")}
      </p>
      <OnlyNames value={onlyNames}>
        <ReactFlow<CanvasNode>
          nodes={nodes}
          nodeTypes={NODE_TYPES}
          onNodesChange={onNodesChange}
          onNodeDragStop={onDragStop}
          onSelectionDragStop={onDragStop}
          onConnect={onConnect}
          onConnectEnd={onConnectEnd}
          onNodeClick={(event, node) => {
            focusPane();
            if (node.type !== "step") return;
            // What is chosen together stays so; one alone shows its settings.
            if (event.shiftKey || event.ctrlKey || event.metaKey) return;
            const row = (event.target as HTMLElement).closest<HTMLElement>(".step-row");
            const rows = row?.parentElement ? [...row.parentElement.children] : [];
            const name = row
              ? (node.handles ?? []).filter(({ type }) => type === "source")[rows.indexOf(row)]?.id
              : null;
            choose(node.id, name ?? outcomeAt(document, { node: node.id, outcome: selection().outcome }));
            show({ inspector: true });
          }}
          onPaneClick={() => {
            focusPane();
            choose(null);
            show({ inspector: false });
          }}
          nodesDraggable={!isReadOnly}
          nodesConnectable={!isReadOnly}
          nodesFocusable={false}
          elementsSelectable
          selectNodesOnDrag={false}
          deleteKeyCode={null}
          selectionKeyCode="Shift"
          multiSelectionKeyCode={["Meta", "Control"]}
          panActivationKeyCode={null}
          disableKeyboardA11y
          snapToGrid
          snapGrid={GRID}
          panOnScroll
          zoomOnDoubleClick={false}
          minZoom={FARTHEST}
          maxZoom={NEAREST}
          connectionRadius={28}
          nodeDragThreshold={3}
          onlyRenderVisibleElements={isLarge}
          elevateNodesOnSelect={false}
          proOptions={{ hideAttribution: true }}
        >
          <Ways ways={ways} gone={goneWays} nodes={nodes} moving={beingMoved} together={onlyNames} />
          {minimap && <MiniMap pannable zoomable ariaLabel={t("canvas.minimap")} className="canvas-map" />}
        </ReactFlow>
      </OnlyNames>
      <Moving />
      <Chosen />
    </div>
  );
}

/** What stands on the page for a step or frame. */
function drawnAs(document: FlowDocument, at: string): string {
  const shutIn = shutAway(document).get(at);
  if (shutIn !== undefined) return frameDomId(shutIn);
  return document.frames?.some(({ id }) => id === at) ? frameDomId(at) : nodeDomId(at);
}

/** Says how much is chosen besides what the keys stand at. */
function Chosen() {
  const { t } = useTranslation("flows");
  const count = useSelection(({ ids }) => ids.size);
  return (
    <p className="unseen" role="status">
      {count > 1 && t("inspector.several", { count })}
    </p>
  );
}

/** Says that the arrow keys move what is chosen. */
function Moving() {
  const { t } = useTranslation("flows");
  const moving = useView((view) => view.moving);
  return (
    <p className="canvas-moving" role="status" hidden={!moving}>
      {moving && t("canvas.moving", { name: "" })}
    </p>
  );
}
