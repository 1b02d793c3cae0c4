// The flow as a tree of sentences: read from top to bottom, changed as fully as the drawing.
import { Ellipsis, Frame as FrameIcon, StickyNote } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton, Menu, type MenuEntry } from "../../../design";
import { list } from "../../../text/format";
import { ghostName } from "../canvas/spoken-name";
import { fullName, iconOf, nodeName, outcomeName, outcomesOf } from "../catalogue";
import { addNote, duplicateChosen, frameChosen, removeChosen } from "../deeds";
import { edgeFrom, type FlowDocument, type Frame, nodeOf } from "../document";
import { useDocument, useDraft } from "../draft/store";
import { collapseFrame, disconnect, frameAround, insideFrame } from "../edits";
import { useThings } from "../names";
import { type Choosing, choose, useSelection } from "../selection";
import { summaryOf } from "../summary";
import { openInspector, show } from "../view";
import { outlineDeed } from "./keys";
import { type Branch, FRAMES, flat, type Line, treeOf } from "./tree";
import "./outline.css";

export function Outline() {
  const { t } = useTranslation("flows");
  const document = useDocument();
  const facts = useDraft((draft) => draft.check.nodes);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the outcomes of steps come with the check
  const tree = useMemo(() => treeOf(document), [document, facts]);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const lines = useMemo(() => flat(tree, closed), [tree, closed]);
  const [at, setAt] = useState<string | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const here = lines.find(({ branch }) => branch.key === at) ?? lines[0];

  const stand = (line: Line | undefined, choosing: Choosing = "one") => {
    if (!line) return;
    const { key, node, frame, from } = line.branch;
    setAt(key);
    const thing = node ?? frame;
    // A way that leads nowhere is nothing that could be chosen; the keys stand at its step.
    if (thing) choose(thing, null, choosing);
    else if (from || choosing === "one")
      choose(from?.node ?? null, from?.outcome, choosing === "one" ? "one" : "same");
  };
  // What had the focus may be gone, or another line is the one of the keys.
  const key = here?.branch.key;
  useEffect(() => {
    const { activeElement, body } = window.document;
    const isOurs = activeElement === body || list.current?.contains(activeElement);
    if (key === undefined || !isOurs) return;
    list.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus();
  }, [key]);
  const onKeyDown = (event: React.KeyboardEvent) => {
    if ((event.target as HTMLElement).closest("button") && event.key !== "Delete") return;
    const deed = here && outlineDeed(event, { lines, here, closed, setClosed, stand, standAt: setAt });
    if (!deed) return;
    event.preventDefault();
    event.stopPropagation();
    deed();
  };
  return (
    <div
      ref={list}
      className="outline"
      role="tree"
      aria-label={t("outline.label")}
      aria-multiselectable="true"
      onKeyDown={onKeyDown}
    >
      {lines.map((line) => (
        <OutlineLine
          key={line.branch.key}
          line={line}
          isHere={line === here}
          isClosed={closed.has(line.branch.key)}
          onStand={() => stand(line)}
        />
      ))}
    </div>
  );
}

function OutlineLine(props: { line: Line; isHere: boolean; isClosed: boolean; onStand: () => void }) {
  const { line, isHere, isClosed, onStand } = props;
  const { branch, depth, place, of } = line;
  const { t } = useTranslation("flows");
  const document = useDocument();
  const things = useThings((now) => now.things);
  const thing = branch.node ?? branch.frame;
  const isChosen = useSelection(({ ids }) => thing !== undefined && ids.has(thing));
  const frame = document.frames?.find(({ id }) => id === branch.frame);
  const findings = useDraft((draft) => draft.check.findings);
  const node = branch.node === null ? undefined : nodeOf(document, branch.node);
  const outcome = branch.from === null ? null : branch.outcome;
  const way = outcome ? wayName(document, branch) : null;
  const Icon = node ? iconOf(node.data.kind) : null;
  const own =
    node && !branch.isAgain
      ? findings.filter((finding) => finding.node === node.id && finding.level !== "info")
      : [];
  const worst = own.find(({ level }) => level === "error") ?? own[0];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree has the keys
    <div
      className="outline-line"
      role="treeitem"
      aria-level={depth + 1}
      aria-posinset={place + 1}
      aria-setsize={of}
      aria-selected={isChosen}
      aria-expanded={branch.branches.length > 0 ? !isClosed : undefined}
      aria-current={isHere ? "true" : undefined}
      tabIndex={isHere ? 0 : -1}
      data-key={branch.key}
      data-again={branch.isAgain || undefined}
      style={{ paddingInlineStart: depth * 22 + 14 }}
      onClick={onStand}
      onDoubleClick={openInspector}
    >
      {way !== null && (
        <span className="outline-way" data-class={outcome?.class} data-wired={branch.isWired || undefined}>
          {way}:
        </span>
      )}
      {node && Icon ? (
        branch.isAgain ? (
          <span className="quiet">{t("outline.again", { name: fullName(node) })}</span>
        ) : (
          <span className="outline-step">
            <Icon size={15} strokeWidth={1.75} aria-hidden="true" />
            <b>{fullName(node)}</b>
            <span className="quiet cut">{summaryOf(node, things)}</span>
            {worst && (
              <span className="outline-problem" data-level={worst.level}>
                {t(`problems.level.${worst.level}`)}
              </span>
            )}
          </span>
        )
      ) : frame ? (
        <FrameWords frame={frame} />
      ) : branch.from === null ? (
        <span className="quiet">{t(branch.key === FRAMES ? "outline.frames" : "outline.unreached")}</span>
      ) : (
        <span className="quiet">
          {outcome?.ghost?.target ? ghostName(outcome.ghost.target) : t("canvas.required")}
        </span>
      )}
      <LineMenu branch={branch} onOpen={onStand} />
    </div>
  );
}

/** What a note says; what a frame is called, and which steps stand in it. */
function FrameWords({ frame }: { frame: Frame }) {
  const { t } = useTranslation("flows");
  const document = useDocument();
  const Icon = frame.kind === "note" ? StickyNote : FrameIcon;
  const text = frame.text.trim();
  const inside = frame.kind === "note" ? [] : insideFrame(document, frame);
  const names = inside.flatMap((id) => {
    const node = nodeOf(document, id);
    return node ? [nodeName(node)] : [];
  });
  return (
    <span className="outline-step">
      <Icon size={15} strokeWidth={1.75} aria-hidden="true" />
      <b>{frame.kind === "note" ? t("frame.note") : text || t("frame.name")}</b>
      <span className="quiet cut">{frame.kind === "note" ? text : list(names)}</span>
    </span>
  );
}

/** What the way to a branch is called. */
function wayName(document: FlowDocument, { from, outcome }: Branch): string {
  return outcome ? outcomeName(outcome, from ? nodeOf(document, from.node) : undefined) : "";
}

/** Everything that can be done with a line, by pointer and for who looks for it in a menu. */
function LineMenu({ branch, onOpen }: { branch: Branch; onOpen: () => void }) {
  const { t } = useTranslation("flows");
  const document = useDocument();
  const node = branch.node === null ? undefined : nodeOf(document, branch.node);
  const { from } = branch;
  const way = wayName(document, branch);
  const own = document.frames?.find(({ id }) => id === branch.frame);
  if (own) return <FrameMenu frame={own} onOpen={onOpen} />;
  if (!node && !from) return null;
  const frame = node ? frameAround(document, node.id) : null;
  const ways = node && !branch.isAgain ? outcomesOf(node) : [];
  const entries: MenuEntry[] = [
    ...(node && !branch.isAgain
      ? [
          {
            id: "open",
            label: t("outline.act.open"),
            keys: "Enter",
            onAction: () => requestAnimationFrame(openInspector),
          },
          {
            id: "rename",
            label: t("outline.act.rename"),
            keys: "F2",
            onAction: () => show({ inspector: true, renaming: node.id }),
          },
          ...ways.map((outcome) => ({
            id: `add ${outcome.name}`,
            label: t("outline.act.addAfter", { outcome: outcomeName(outcome, node) }),
            onAction: () =>
              show({ picking: { what: "add", from: { node: node.id, outcome: outcome.name }, at: null } }),
          })),
          { id: "line", separator: true as const },
        ]
      : []),
    ...(from
      ? [
          {
            id: "add",
            label: t("outline.act.addAfter", { outcome: way }),
            onAction: () => show({ picking: { what: "add", from, at: null } }),
          },
          {
            id: "connect",
            label: t("outline.act.connect", { outcome: way }),
            keys: "C",
            onAction: () => show({ picking: { what: "connect", from } }),
          },
          ...(edgeFrom(document, from.node, from.outcome)
            ? [
                {
                  id: "disconnect",
                  label: t("outline.act.disconnect", { outcome: way }),
                  keys: "X",
                  onAction: () => disconnect(from),
                },
              ]
            : []),
        ]
      : []),
    ...(node && node.id !== document.entry && !branch.isAgain
      ? [
          { id: "line2", separator: true as const },
          ...(frame
            ? [
                {
                  id: "fold",
                  label: t("frame.fold", { name: frame.text.trim() || t("frame.name") }),
                  onAction: () => collapseFrame(frame.id, !frame.collapsed),
                },
              ]
            : []),
          { id: "frame", label: t("bar.addFrame"), keys: "Ctrl+G", onAction: frameChosen },
          { id: "note", label: t("bar.addNote"), keys: "N", onAction: addNote },
          { id: "duplicate", label: t("outline.act.duplicate"), keys: "Ctrl+D", onAction: duplicateChosen },
          { id: "remove", label: t("outline.act.remove"), keys: "Del", danger: true, onAction: removeChosen },
        ]
      : []),
  ];
  return (
    <span className="outline-more">
      <Menu
        label={t("outline.menu", { name: node ? fullName(node) : way })}
        trigger={
          <IconButton icon={Ellipsis} label={t("outline.menu", { name: node ? fullName(node) : way })} />
        }
        entries={entries}
        onOpenChange={(open) => open && onOpen()}
      />
    </span>
  );
}

function FrameMenu({ frame, onOpen }: { frame: Frame; onOpen: () => void }) {
  const { t } = useTranslation("flows");
  const name = frame.text.trim() || t(frame.kind === "note" ? "frame.note" : "frame.name");
  const entries: MenuEntry[] = [
    {
      id: "rename",
      label: t("outline.act.rename"),
      keys: "F2",
      onAction: () => show({ inspector: true, renaming: frame.id }),
    },
    ...(frame.kind === "frame"
      ? [
          {
            id: "fold",
            label: t(frame.collapsed ? "frame.expand" : "frame.collapse"),
            keys: "Ctrl+Shift+G",
            onAction: () => collapseFrame(frame.id, !frame.collapsed),
          },
        ]
      : []),
    { id: "line", separator: true },
    { id: "duplicate", label: t("outline.act.duplicate"), keys: "Ctrl+D", onAction: duplicateChosen },
    { id: "remove", label: t("outline.act.remove"), keys: "Del", danger: true, onAction: removeChosen },
  ];
  return (
    <span className="outline-more">
      <Menu
        label={t("outline.menu", { name })}
        trigger={<IconButton icon={Ellipsis} label={t("outline.menu", { name })} />}
        entries={entries}
        onOpenChange={(open) => open && onOpen()}
      />
    </span>
  );
}
