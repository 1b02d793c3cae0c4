// Choosing by typing: a kind of step to add, a step to connect to, a step to go to.
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { Dialog as AriaDialog, Modal, ModalOverlay } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { SearchField } from "../../design";
import { matches } from "../../shell/match";
import { focusPane } from "./canvas/camera";
import { order } from "./canvas/follow";
import { land } from "./canvas/keys";
import {
  allKinds,
  fullName,
  iconOf,
  kindAbout,
  kindName,
  outcomeName,
  outcomesOf,
  searchKinds,
  suggested,
} from "./catalogue";
import { add, addOnEdge, connectTo } from "./deeds";
import { type FlowDocument, nodeOf } from "./document";
import { openDocument } from "./draft/store";
import type { From } from "./edits";
import { useThings } from "./names";
import { summaryOf } from "./summary";
import { type Picking, show, useView } from "./view";
import "./picker.css";

type Entry = { id: string; kind: string; name: string; note: string; heading?: string; pick: () => void };

export function Picker() {
  const picking = useView((view) => view.picking);
  return picking && <PickerDialog picking={picking} />;
}

function PickerDialog({ picking }: { picking: Picking }) {
  const close = () => {
    show({ picking: null });
    requestAnimationFrame(focusPane);
  };
  return (
    <ModalOverlay
      isOpen
      onOpenChange={(open) => !open && close()}
      isDismissable
      className="scrim picker-scrim"
    >
      <Modal className="modal" data-width="narrow">
        <AriaDialog className="picker" aria-label={useTitle(picking)}>
          <div
            className="picker-body"
            // Esc closes at once instead of clearing the field first.
            onKeyDownCapture={(event) => {
              if (event.key !== "Escape") return;
              event.stopPropagation();
              close();
            }}
          >
            <Choosing picking={picking} onDone={close} />
          </div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

function useTitle(picking: Picking): string {
  const { t } = useTranslation("flows");
  if (picking.what === "connect") return t("picker.connect", { outcome: wayName(picking.from) });
  return t(picking.what === "goTo" ? "picker.goTo" : "picker.add");
}

function wayName(from: From): string {
  const node = nodeOf(openDocument(), from.node);
  const outcome = node && outcomesOf(node).find(({ name }) => name === from.outcome);
  return outcome ? outcomeName(outcome, node) : "";
}

function Choosing({ picking, onDone }: { picking: Picking; onDone: () => void }) {
  const { t } = useTranslation("flows");
  const [query, setQuery] = useState("");
  const [place, setPlace] = useState(0);
  const list = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const entries = useMemo(() => entriesFor(picking, query), [picking, query]);
  const chosen = entries[Math.min(place, entries.length - 1)];
  useEffect(() => {
    scroller.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  });
  const pick = (entry: Entry | undefined) => {
    if (!entry) return;
    onDone();
    entry.pick();
  };
  return (
    <>
      <SearchField
        label={useTitle(picking)}
        placeholder={useTitle(picking)}
        value={query}
        onChange={(typed) => {
          setQuery(typed);
          setPlace(0);
        }}
        autoFocus
        inputProps={{
          role: "combobox",
          "aria-expanded": true,
          "aria-controls": list,
          "aria-activedescendant": chosen ? `${list}-${chosen.id}` : undefined,
          "aria-autocomplete": "list",
        }}
        onKeyDown={(event) => {
          const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
          if (event.key === "Enter") pick(chosen);
          else if (step) setPlace((now) => Math.max(0, Math.min(entries.length - 1, now + step)));
          else return;
          event.preventDefault();
        }}
      />
      <div ref={scroller} id={list} role="listbox" className="picker-list" aria-label={useTitle(picking)}>
        {entries.length === 0 && <div className="picker-none">{t("picker.none", { query })}</div>}
        {entries.map((entry) => {
          const Icon = iconOf(entry.kind);
          return (
            <Line key={entry.id} heading={entry.heading}>
              {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys */}
              <div
                id={`${list}-${entry.id}`}
                role="option"
                aria-selected={entry === chosen}
                className="picker-entry"
                onPointerMove={() => setPlace(entries.indexOf(entry))}
                onClick={() => pick(entry)}
              >
                <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
                <span className="picker-words">
                  <span className="cut">{entry.name}</span>
                  {entry.note && <span className="quiet cut">{entry.note}</span>}
                </span>
              </div>
            </Line>
          );
        })}
      </div>
    </>
  );
}

function Line({ heading, children }: { heading: string | undefined; children: React.ReactNode }) {
  return (
    <>
      {heading && (
        <div className="picker-heading" role="presentation">
          {heading}
        </div>
      )}
      {children}
    </>
  );
}

function entriesFor(picking: Picking, query: string): Entry[] {
  const document = openDocument();
  if (picking.what === "goTo") return steps(document, query, null, land);
  if (picking.what === "insert") return kinds(query, null, (kind) => addOnEdge(kind, picking.edge, null));
  const { from } = picking;
  if (picking.what === "connect") {
    return steps(document, query, picking.from.node, (id) => connectTo(picking.from, id));
  }
  return kinds(query, from, (kind) => void add(kind, picking.at, from));
}

/** The kinds of steps; without a search those that usually come next stand first. */
function kinds(query: string, from: From | null, pick: (kind: string) => void): Entry[] {
  const found = searchKinds(allKinds(), query);
  const likely = from && !query.trim() ? suggested(from.outcome) : [];
  const rank = (kind: string) => (likely.includes(kind) ? likely.indexOf(kind) : likely.length);
  if (likely.length > 0) found.sort((a, b) => rank(a.kind) - rank(b.kind));
  return found.map(({ kind }) => ({
    id: kind,
    kind,
    name: kindName(kind),
    note: kindAbout(kind),
    pick: () => pick(kind),
  }));
}

/** The steps of the flow as they are read; found by name, kind and what they do. */
function steps(
  document: FlowDocument,
  query: string,
  but: string | null,
  pick: (id: string) => void,
): Entry[] {
  const { things } = useThings.getState();
  const entries = order(document).flatMap((id): (Entry & { weight: number })[] => {
    const node = nodeOf(document, id);
    if (!node || id === but || (but !== null && id === document.entry)) return [];
    const name = fullName(node);
    const note = summaryOf(node, things);
    const weight = query.trim() ? matches(query, name, `${note} ${textOf(node.data)}`) : 1;
    return weight > 0 ? [{ id, kind: node.data.kind, name, note, weight, pick: () => pick(id) }] : [];
  });
  return query.trim() ? entries.sort((a, b) => b.weight - a.weight) : entries;
}

/** All that is written in a step, for the search. */
function textOf(data: Record<string, unknown>): string {
  return JSON.stringify(data).replace(/[^\p{L}\p{N}+*#]+/gu, " ");
}
