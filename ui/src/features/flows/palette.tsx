// The kinds of steps: found by typing, dragged onto the drawing, or added by Enter.
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { create } from "zustand";
import { SearchField } from "../../design";
import type { Kind } from "./api";
import { isOverPane, placeAt } from "./canvas/camera";
import { outcomeAt } from "./canvas/follow";
import { HEADER_PX, NODE_WIDTH } from "./canvas/size";
import {
  GROUPS,
  iconOf,
  kindAbout,
  kindName,
  outcomeName,
  outcomesOf,
  searchKinds,
  suggested,
  useCatalogue,
} from "./catalogue";
import { add, addOnEdge, here } from "./deeds";
import { nodeOf } from "./document";
import { openDocument, useDraft } from "./draft/store";
import { useSelection } from "./selection";
import "./palette.css";

export function Palette() {
  const { t } = useTranslation("flows");
  const catalogue = useCatalogue();
  const [query, setQuery] = useState("");
  const kinds = catalogue.data ?? [];
  const found = searchKinds(kinds, query);
  return (
    <section className="step-palette" aria-label={t("palette.title")} data-region="">
      <SearchField
        label={t("palette.search")}
        value={query}
        onChange={setQuery}
        onKeyDown={(event) => {
          const [first] = found;
          if (event.key !== "Enter" || !first || !query.trim()) return;
          event.preventDefault();
          add(first.kind, null, here());
          setQuery("");
        }}
      />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys of all that is in it */}
      <div className="step-palette-list" onKeyDown={goAlong}>
        {query.trim() ? (
          found.length > 0 ? (
            <Kinds kinds={found} />
          ) : (
            <p className="quiet">{t("palette.none", { query })}</p>
          )
        ) : (
          <>
            <Suggested kinds={kinds} />
            {GROUPS.map((group) => (
              <section key={group} aria-label={t(`palette.groups.${group}`)}>
                <h2>{t(`palette.groups.${group}`)}</h2>
                <Kinds kinds={found.filter((kind) => kind.group === group)} />
              </section>
            ))}
          </>
        )}
      </div>
      <Ghost />
    </section>
  );
}

/** What usually follows the outcome one stands at, where it leads nowhere yet. */
function Suggested({ kinds }: { kinds: readonly Kind[] }) {
  const { t } = useTranslation("flows");
  const at = useSelection((now) => now.at);
  const chosen = useSelection((now) => now.outcome);
  const outcome = useDraft(({ history, check }) => {
    const node = at === null ? undefined : nodeOf(history.document, at);
    if (!node || !check) return null;
    const isWired = (name: string) =>
      history.document.edges.some((edge) => edge.source === node.id && edge.sourceHandle === name);
    const standing = outcomeAt(history.document, { node: node.id, outcome: chosen });
    const found = outcomesOf(node).find(({ name }) => name === standing);
    return found && !isWired(found.name) ? `${found.name}\n${outcomeName(found, node)}` : null;
  });
  if (!outcome) return null;
  const [name = "", label = ""] = outcome.split("\n");
  const list = suggested(name).flatMap((kind) => kinds.filter((one) => one.kind === kind));
  return (
    <section aria-label={t("palette.suggested", { outcome: label })}>
      <h2>{t("palette.suggested", { outcome: label })}</h2>
      <Kinds kinds={list} />
    </section>
  );
}

function Kinds({ kinds }: { kinds: readonly Kind[] }) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const all = list.current?.closest<HTMLElement>(".step-palette-list");
    if (!all) return;
    keepOneStop(all);
    return () => keepOneStop(all);
  });
  return (
    <ul ref={list}>
      {kinds.map(({ kind, group }) => {
        const Icon = iconOf(kind);
        return (
          <li key={kind} data-group={group}>
            <button
              type="button"
              className="step-palette-kind"
              tabIndex={-1}
              onFocus={({ currentTarget }) => stopAt(currentTarget)}
              title={kindAbout(kind)}
              onPointerDown={(event) => startDrag(event, kind)}
              onClick={() => add(kind, null, here())}
            >
              <span className="step-sign" aria-hidden="true">
                <Icon size={15} strokeWidth={1.75} />
              </span>
              <span className="cut">{kindName(kind)}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** The whole list is one stop of the Tab key: the one last stood at, or the first. */
function keepOneStop(list: HTMLElement): void {
  const kinds = kindsIn(list);
  if (kinds[0] && !kinds.some(({ tabIndex }) => tabIndex === 0)) kinds[0].tabIndex = 0;
}

function stopAt(kind: HTMLElement): void {
  const list = kind.closest<HTMLElement>(".step-palette-list");
  if (list) for (const other of kindsIn(list)) other.tabIndex = other === kind ? 0 : -1;
}

/** The arrow keys go along the list. */
function goAlong(event: React.KeyboardEvent<HTMLElement>): void {
  const kinds = kindsIn(event.currentTarget);
  const at = kinds.indexOf(event.target as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: kinds.length - 1 }[event.key];
  const kind = to === undefined || at < 0 ? undefined : kinds[to];
  if (!kind) return;
  event.preventDefault();
  event.stopPropagation();
  kind.focus();
}

const kindsIn = (list: HTMLElement): HTMLElement[] => [
  ...list.querySelectorAll<HTMLElement>(".step-palette-kind"),
];

const STARTS_AFTER_PX = 5;
const useDragged = create<{ kind: string | null; over: string | null }>(() => ({ kind: null, over: null }));

/** Begins to watch a press: it becomes a drag once the pointer has moved a little. */
function startDrag(press: React.PointerEvent, kind: string): void {
  if (press.button !== 0) return;
  const from = { x: press.clientX, y: press.clientY };
  let began = false;
  const onMove = (event: PointerEvent) => {
    if (!began && Math.hypot(event.clientX - from.x, event.clientY - from.y) < STARTS_AFTER_PX) return;
    began = true;
    event.preventDefault();
    const edge = edgeAt(event);
    useDragged.setState({ kind, over: edge?.dataset.edge ?? null });
    for (const old of document.querySelectorAll(".way[data-over]")) old.removeAttribute("data-over");
    edge?.setAttribute("data-over", "");
    const ghost = document.querySelector<HTMLElement>("[data-step-ghost]");
    if (ghost) ghost.style.transform = `translate(${event.clientX + 10}px, ${event.clientY + 8}px)`;
  };
  const onUp = (event: PointerEvent) => {
    const { over } = useDragged.getState();
    stop();
    if (!began) return;
    const point = { x: event.clientX, y: event.clientY };
    if (!isOverPane(point)) return;
    const at = placeAt(point);
    const place = { x: snap(at.x - NODE_WIDTH / 2), y: snap(at.y - HEADER_PX / 2) };
    if (over !== null) addOnEdge(kind, over, place);
    else add(kind, place, null);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !began) return;
    event.stopPropagation();
    stop();
  };
  const stop = () => {
    window.removeEventListener("pointermove", onMove);
    window.removeEventListener("pointerup", onUp);
    window.removeEventListener("pointercancel", stop);
    window.removeEventListener("keydown", onKey, true);
    for (const old of document.querySelectorAll(".way[data-over]")) old.removeAttribute("data-over");
    useDragged.setState({ kind: null, over: null });
    if (!began) return;
    // The press has been a drag: it is no click on what lies under the pointer.
    window.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => window.removeEventListener("click", swallow, true));
  };
  window.addEventListener("pointermove", onMove);
  window.addEventListener("pointerup", onUp);
  window.addEventListener("pointercancel", stop);
  window.addEventListener("keydown", onKey, true);
}

function swallow(event: Event): void {
  event.stopPropagation();
  event.preventDefault();
}

const snap = (value: number): number => Math.round(value / 8) * 8;

function edgeAt({ clientX, clientY }: PointerEvent): HTMLElement | null {
  const under = document.elementsFromPoint(clientX, clientY);
  for (const element of under) {
    const edge = element.closest<HTMLElement>(".way[data-edge]");
    if (edge) return edge;
  }
  return null;
}

/** What follows the pointer. */
function Ghost() {
  const { t } = useTranslation("flows");
  const { kind, over } = useDragged();
  if (kind === null) return null;
  const Icon = iconOf(kind);
  return (
    <div className="step-ghost-card" data-step-ghost="" aria-hidden="true">
      <Icon size={16} strokeWidth={1.75} />
      {kindName(kind)}
      {over !== null && openDocument().edges.some(({ id }) => id === over) && (
        <span className="quiet">{t("palette.insert")}</span>
      )}
    </div>
  );
}
