// What is done with lines; what can be taken back can be taken back.
import i18next from "i18next";
import type { LineEdit, LineView } from "../../bindings/api";
import { useLive } from "../../live/store";
import { tell, tellRefused } from "../../live/toasts";
import { perform } from "../../live/undo";
import { visible } from "../calls/said";
import { lines } from "./api";

const t = i18next.getFixedT(null, "lines");

/** Changes a line as it was when the change began. Throws what the engine refuses. */
export async function editLine(before: LineView, edit: LineEdit): Promise<void> {
  let { revision } = before;
  const write = async (to: LineEdit) => {
    const saved = await lines.editLine(before.id, revision, to);
    revision = saved.revision;
    keep(saved);
  };
  await perform({
    name: t("list.told.changed", { name: visible(edit.name) }),
    do: () => write(edit),
    // A password that was replaced is not known any more: the new one stays.
    undo: () => write(editOf(before)),
  });
}

export function removeLine({ id, name }: LineView): void {
  void perform({
    name: t("list.told.removed", { name: visible(name) }),
    do: () => lines.removeLine(id),
    undo: async () => keep(await lines.restoreLine(id)),
  }).catch(tellRefused);
}

export function turnLine({ id, name }: LineView, on: boolean): void {
  const turn = async (to: boolean) => keep(await lines.turnLine(id, to));
  void perform({
    name: t(on ? "list.told.on" : "list.told.off", { name: visible(name) }),
    do: () => turn(on),
    undo: () => turn(!on),
  }).catch(tellRefused);
}

export function tryLine({ id, name }: LineView): void {
  void lines
    .tryLine(id)
    .then(() => tell({ text: t("list.told.trying", { name: visible(name) }) }))
    .catch(tellRefused);
}

/** The feed brings it as well; the window need not wait for that. */
export function keep(line: LineView): void {
  useLive.setState((live) => ({ lines: new Map(live.lines).set(line.id, line) }));
}

/** What is sent back of a line: the password, left out, stays. */
export function editOf({ id, revision, hasPassword, spendCap, live, ...edit }: LineView): LineEdit {
  return edit;
}
