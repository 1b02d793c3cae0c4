// The flow as a tree of sentences: read from top to bottom, changed as fully as the drawing.
import { Ellipsis } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton, Menu, type MenuEntry } from "../../../design";
import { ghostName } from "../canvas/spoken-name";
import { fullName, iconOf, outcomeName, outcomesOf } from "../catalogue";
import { duplicateChosen, removeChosen } from "../deeds";
import { edgeFrom, nodeOf } from "../document";
import { useDocument, useDraft } from "../draft/store";
import { collapseFrame, disconnect, frameAround } from "../edits";
import { useThings } from "../names";
import { choose, useSelection } from "../selection";
import { summaryOf } from "../summary";
import { openInspector, show } from "../view";
import { outlineDeed } from "./keys";
import { type Branch, flat, type Line, treeOf } from "./tree";
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

  const stand = (line: Line | undefined) => {
    if (!line) return;
    setAt(line.branch.key);
    choose(
      line.branch.node ?? line.branch.from?.node ?? null,
      line.branch.node ? null : (line.branch.from?.outcome ?? null),
    );
    requestAnimationFrame(() =>
      list.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(line.branch.key)}"]`)?.focus(),
    );
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if ((event.target as HTMLElement).closest("button") && event.key !== "Delete") return;
    const deed = here && outlineDeed(event, { lines, here, closed, setClosed, stand });
    if (!deed) return;
    event.preventDefault();
    event.stopPropagation();
    deed();
  };
  return (
    <div ref={list} className="outline" role="tree" aria-label={t("outline.label")} onKeyDown={onKeyDown}>
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
  const isChosen = useSelection((now) => now.at !== null && now.at === branch.node);
  const findings = useDraft((draft) => draft.check.findings);
  const node = branch.node === null ? undefined : nodeOf(document, branch.node);
  const outcome = branch.from === null ? null : branch.outcome;
  const way = outcome ? outcomeName(outcome) : null;
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
            <span className="quiet">{summaryOf(node, things)}</span>
            {worst && (
              <span className="outline-problem" data-level={worst.level}>
                {t(`problems.level.${worst.level}`)}
              </span>
            )}
          </span>
        )
      ) : branch.from === null ? (
        <span className="quiet">{t("outline.unreached")}</span>
      ) : (
        <span className="quiet">
          {outcome?.ghost?.target ? ghostName(outcome.ghost.target) : t("canvas.required")}
        </span>
      )}
      <LineMenu branch={branch} onOpen={onStand} />
    </div>
  );
}

/** Everything that can be done with a line, by pointer and for who looks for it in a menu. */
function LineMenu({ branch, onOpen }: { branch: Branch; onOpen: () => void }) {
  const { t } = useTranslation("flows");
  const document = useDocument();
  const node = branch.node === null ? undefined : nodeOf(document, branch.node);
  const { from } = branch;
  const way = branch.outcome ? outcomeName(branch.outcome) : "";
  if (!node && !from) return null;
  const frame = node ? frameAround(document, node.id) : null;
  const own = node && !branch.isAgain ? outcomesOf(node) : [];
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
          ...own.map((outcome) => ({
            id: `add ${outcome.name}`,
            label: t("outline.act.addAfter", { outcome: outcomeName(outcome) }),
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
