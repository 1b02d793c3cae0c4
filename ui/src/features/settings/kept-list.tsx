// Things that call flows ask, in a list: each is edited in a dialog and stays while it is used.
import { Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { AlertDialog, IconButton } from "../../design";
import { tellRefused } from "../../live/toasts";
import { perform } from "../../live/undo";
import { list } from "../../text/format";
import { visible } from "../calls/said";
import type { ScheduleUse } from "../hours/api";

export type Kept = { id: number; name: string; usedBy: readonly ScheduleUse[] };

/** The sentences of the three differ only by what they are about. */
export type KeptKind = "mode" | "pinSet" | "callerList";

export function KeptList<Item extends Kept>(props: {
  kind: KeptKind;
  items: readonly Item[];
  /** What stands beside and under the name. */
  facts: (item: Item) => React.ReactNode;
  acts?: (item: Item) => React.ReactNode;
  onEdit: (item: Item) => void;
  remove: (item: Item) => Promise<void>;
  restore: (item: Item) => Promise<void>;
}) {
  const { kind, items, facts, acts, onEdit, remove, restore } = props;
  const { t } = useTranslation("modes");
  const [leaving, setLeaving] = useState<Item | null>(null);
  if (items.length === 0) return <p className="quiet">{t(`${kind}.none`)}</p>;
  return (
    <>
      <ul className="user-list" aria-label={t(`${kind}.list`)}>
        {items.map((item) => {
          const name = visible(item.name);
          const uses = list([...new Set(item.usedBy.map((use) => visible(use.name)))]);
          return (
            <li key={item.id} className="user-line">
              <div className="row-words">
                <bdi>{name}</bdi> {facts(item)}
                <div className="row-note">{uses ? t("usedBy", { names: uses }) : t("notUsed")}</div>
              </div>
              {acts?.(item)}
              <IconButton icon={Pencil} label={t(`${kind}.edit`, { name })} onPress={() => onEdit(item)} />
              <IconButton
                icon={Trash2}
                label={uses ? t("removeUsed", { names: uses }) : t(`${kind}.remove`, { name })}
                isDisabled={uses !== ""}
                onPress={() => setLeaving(item)}
              />
            </li>
          );
        })}
      </ul>
      {leaving && (
        <Leaving
          kind={kind}
          item={leaving}
          remove={() => remove(leaving)}
          restore={() => restore(leaving)}
          onClose={() => setLeaving(null)}
        />
      )}
    </>
  );
}

function Leaving(props: {
  kind: KeptKind;
  item: Kept;
  remove: () => Promise<void>;
  restore: () => Promise<void>;
  onClose: () => void;
}) {
  const { kind, item, remove, restore, onClose } = props;
  const { t } = useTranslation("modes");
  const [busy, setBusy] = useState(false);
  const name = visible(item.name);
  const act = async () => {
    setBusy(true);
    try {
      await perform({ name: t("told.removed", { name }), do: remove, undo: restore });
    } catch (error) {
      tellRefused(error);
    }
    onClose();
  };
  return (
    <AlertDialog
      title={t(`${kind}.removeTitle`, { name })}
      isOpen
      onClose={onClose}
      action={t(`${kind}.remove`, { name })}
      onAction={() => void act()}
      isBusy={busy}
      danger
    >
      {t(`${kind}.removeBody`)}
    </AlertDialog>
  );
}
