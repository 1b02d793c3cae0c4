// The ways between the steps, all in one picture: hundreds of pictures would cost too much to paint.
import { ViewportPortal } from "@xyflow/react";
import { memo, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useTaken } from "../callers";
import { outcomeName } from "../catalogue";
import { nodeOf } from "../document";
import { openDocument, useDraft } from "../draft/store";
import { useOverlay } from "../overlay";
import { chooseEdge, useSelection } from "../selection";
import { useTrail, wayOnTrail } from "../trail";
import { show } from "../view";
import { focusPane } from "./camera";
import type { CanvasNode } from "./react-flow-nodes";
import { type GoneWay, type Placed, placedWays, type Way } from "./ways-of";

const BADGE_PX = 20;

type Drawn = {
  ways: readonly Way[];
  gone: readonly GoneWay[];
  nodes: readonly CanvasNode[];
  /** What is being moved: its ways change with every frame. */
  moving: ReadonlySet<string>;
  /** Whether the ways of which nothing is to be told are painted together, and not each where it is seen. */
  together: boolean;
};

export const Ways = memo(function Ways({ ways, gone, nodes, moving, together }: Drawn) {
  const byId = useMemo(() => new Map(nodes.map((node) => [node.id, node])), [nodes]);
  const placed = useMemo(() => placedWays(ways, byId), [ways, byId]);
  const placedGone = useMemo(() => placedWays(gone, byId), [gone, byId]);
  const isLoose = ({ source, target }: Way) => moving.has(source) || moving.has(target);
  return (
    <ViewportPortal>
      <svg className="ways" data-together={together || undefined} aria-hidden="true">
        {together && <Together placed={placed.filter(({ way }) => !isLoose(way))} />}
        {placedGone.map((one) => (
          <GonePath key={one.way.id} placed={one} />
        ))}
        {placed.map((one) => (
          <WayPath key={one.way.id} placed={one} isLoose={isLoose(one.way)} />
        ))}
      </svg>
      <TakenWays placed={placed} />
    </ViewportPortal>
  );
});

/** Two paths for hundreds of ways. Those of which something is told are drawn over them. */
function Together({ placed }: { placed: readonly Placed<Way>[] }) {
  const pathOf = (isGhost: boolean) =>
    placed.flatMap(({ way, path }) => (way.isGhost === isGhost ? [path] : [])).join(" ");
  return (
    <>
      <path className="ways-together" data-ghost="" d={pathOf(true)} />
      <path className="ways-together" d={pathOf(false)} />
    </>
  );
}

/** From an outcome to the next step; dashed where nobody drew it. */
const WayPath = memo(function WayPath({ placed, isLoose }: { placed: Placed<Way>; isLoose: boolean }) {
  const { way, path } = placed;
  const { id, from, outcome, isGhost, isSelected } = way;
  const onTrail = useTrail((now) => wayOnTrail(now, from, outcome));
  const mark = useOverlay(({ overlay }) => overlay?.marks.get(id) ?? null);
  const isAt = useSelection((now) => now.at === from && now.outcome === outcome);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: who has no mouse presses a row of the step the way leaves
    <g
      className="way nopan"
      data-edge={isGhost ? undefined : id}
      data-ghost={isGhost || undefined}
      data-loose={isLoose || undefined}
      data-selected={isSelected || isAt || undefined}
      data-trail={onTrail || undefined}
      data-mark={mark ?? undefined}
      onClick={isGhost ? undefined : () => press(id)}
      onDoubleClick={isGhost ? undefined : () => insertInto(id)}
    >
      <path className="way-path" d={path} />
      {!isGhost && <path className="way-touch" d={path} />}
    </g>
  );
});

/**
 * The ways that callers came by, over all others: in a picture of their own, as a picture in which anything comes or
 * goes is painted anew.
 */
function TakenWays({ placed }: { placed: readonly Placed<Way>[] }) {
  const { t } = useTranslation("flows");
  const flow = useDraft((draft) => draft.flow);
  const taken = useTaken(flow);
  const drawn = taken.map(({ from, outcome, to, callers }) => {
    const isIt = ({ way }: Placed<Way>) => way.from === from && way.outcome === outcome && way.to === to;
    const found = placed.find(isIt);
    if (!found) return null;
    const { way, path, x, y } = found;
    return (
      <g key={way.id} className="way" data-live="" data-taken={way.id}>
        <path className="way-path" d={path} />
        <g className="way-callers" transform={`translate(${x} ${y})`}>
          <title>{t("canvas.cameThisWay", { count: callers })}</title>
          <circle r={BADGE_PX / 2} />
          <text>{callers}</text>
        </g>
      </g>
    );
  });
  return (
    <svg className="ways" aria-hidden="true">
      {drawn}
    </svg>
  );
}

function press(way: string): void {
  focusPane();
  chooseEdge(way);
}

function insertInto(way: string): void {
  if (!useDraft.getState().isReadOnly) show({ picking: { what: "insert", edge: way } });
}

/** A way that the other version has and this one has not. */
function GonePath({ placed }: { placed: Placed<GoneWay> }) {
  const { t } = useTranslation("flows");
  const { way, path, x, y } = placed;
  const from = nodeOf(openDocument(), way.source);
  return (
    <g className="way" data-mark="removed">
      <path className="way-path" d={path} />
      <text className="way-mark" x={x} y={y}>
        {t("canvas.goneWay", { outcome: outcomeName({ name: way.outcome }, from) })}
      </text>
    </g>
  );
}
