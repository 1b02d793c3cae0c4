// The keys of the outline: those of a tree, and the same letters as in the drawing.
import { usePreferences } from "../../../live/preferences";
import { outcomesOf } from "../catalogue";
import {
  addNote,
  copyChosen,
  cutChosen,
  duplicateChosen,
  foldFrame,
  frameChosen,
  pasteHere,
  removeChosen,
} from "../deeds";
import { nodeOf } from "../document";
import { openDocument } from "../draft/store";
import { disconnect } from "../edits";
import { type Choosing, chooseMany, toggleChosen } from "../selection";
import { openInspector, show } from "../view";
import type { Line } from "./tree";

type Where = {
  lines: readonly Line[];
  here: Line;
  closed: ReadonlySet<string>;
  setClosed: (closed: ReadonlySet<string>) => void;
  stand: (line: Line | undefined, choosing?: Choosing) => void;
  /** Stands at a frame or note as soon as it has a line. */
  standAt: (key: string) => void;
};

export function outlineDeed(event: React.KeyboardEvent, where: Where): (() => void) | null {
  const { lines, here, closed, setClosed, stand, standAt } = where;
  const { branch } = here;
  const at = lines.indexOf(here);
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const main = event.ctrlKey || event.metaKey;
  if (event.altKey) return null;
  if (main !== event.shiftKey) {
    const line = { ArrowDown: lines[at + 1], ArrowUp: lines[at - 1], Home: lines[0], End: lines.at(-1) }[key];
    if (line) return () => stand(line, main ? "same" : "also");
  }
  if (main) {
    if (event.shiftKey) return key === "g" ? foldFrame : null;
    return (
      {
        a: () => chooseMany(openDocument().nodes.map(({ id }) => id)),
        c: () => void copyChosen(),
        x: cutChosen,
        v: () => void pasteHere(),
        d: duplicateChosen,
        g: () => standAt(frameChosen()),
      }[key] ?? null
    );
  }
  if (event.shiftKey) return null;
  const toggle = (isClosed: boolean) => {
    const next = new Set(closed);
    if (isClosed) next.add(branch.key);
    else next.delete(branch.key);
    setClosed(next);
  };
  const hasMore = branch.branches.length > 0;
  switch (key) {
    case "ArrowDown":
      return () => stand(lines[at + 1]);
    case "ArrowUp":
      return () => stand(lines[at - 1]);
    case "Home":
      return () => stand(lines[0]);
    case "End":
      return () => stand(lines[lines.length - 1]);
    case "ArrowRight":
      return () =>
        hasMore && closed.has(branch.key)
          ? toggle(false)
          : hasMore
            ? stand(lines[at + 1])
            : followAgain(where);
    case "ArrowLeft":
      return () => {
        if (hasMore && !closed.has(branch.key)) toggle(true);
        else stand(lines.find((line) => line.branch === here.parent));
      };
    case " ":
      return toggleChosen;
    case "Enter":
      return branch.node === null && branch.frame === undefined
        ? () => branch.from && show({ picking: { what: "connect", from: branch.from } })
        : () => {
            stand(here);
            requestAnimationFrame(openInspector);
          };
    case "F2":
      return () => {
        const renaming = branch.frame ?? branch.node;
        if (renaming !== null) show({ inspector: true, renaming });
      };
    case "Delete":
      return () => {
        if (branch.frame !== undefined || (branch.node !== null && !branch.isAgain)) removeChosen();
        else if (branch.from) disconnect(branch.from);
      };
  }
  return usePreferences.getState().letterKeys ? letterDeed(key, where) : null;
}

function letterDeed(key: string, { here: { branch }, standAt }: Where): (() => void) | null {
  const { from, node } = branch;
  switch (key) {
    case "a":
      return () => {
        const step = node === null || branch.isAgain ? undefined : nodeOf(openDocument(), node);
        const first = step && outcomesOf(step)[0];
        const after = first && node !== null ? { node, outcome: first.name } : from;
        show({ picking: { what: "add", from: after, at: null } });
      };
    case "c":
      return () => from && show({ picking: { what: "connect", from } });
    case "x":
      return () => from && disconnect(from);
    case "n":
      return () => standAt(addNote());
    case "g":
      return () => show({ picking: { what: "goTo" } });
    default:
      return null;
  }
}

/** To the line where a step is described. */
function followAgain({ lines, here, stand }: Where): void {
  const { node, isAgain } = here.branch;
  if (isAgain) stand(lines.find(({ branch }) => branch.node === node && !branch.isAgain));
}
