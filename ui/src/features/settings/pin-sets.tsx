// PIN sets: whoever knows one of the PINs may go on in a call flow. No PIN is ever shown again.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, IconButton, Notice, TextField } from "../../design";
import { api } from "../../live/api";
import { sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import type { PinSetView } from "../hours/api";
import { KeptDialog } from "./kept-dialog";
import { KeptList } from "./kept-list";
import { SettingRow } from "./setting-row";

const KEY = ["pin-sets"] as const;
const FEWEST_DIGITS = 6;
const MOST_DIGITS = 12;

export function PinSets() {
  const { t } = useTranslation(["modes", "settings"]);
  const queries = useQueryClient();
  const { data, error } = useQuery({ queryKey: KEY, queryFn: api.pinSets });
  const [edited, setEdited] = useState<PinSetView | "new" | null>(null);
  return (
    <SettingRow
      id="pinSets"
      note={t("settings:items.pinSets.note")}
      below={
        <>
          {error && <Notice severity="problem">{sentence(error)}</Notice>}
          {data && (
            <KeptList
              kind="pinSet"
              items={data}
              facts={({ pins }) => <span className="quiet">{t("pinSet.count", { count: pins.length })}</span>}
              onEdit={setEdited}
              restore={async ({ id }) => {
                await api.restorePinSet(id);
                await queries.invalidateQueries({ queryKey: KEY });
              }}
              remove={async (set) => {
                await api.removePinSet(set.id, set.version);
                await queries.invalidateQueries({ queryKey: KEY });
              }}
            />
          )}
          {edited && <PinSetDialog set={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
        </>
      }
    >
      <Button icon={Plus} onPress={() => setEdited("new")}>
        {t("pinSet.add")}
      </Button>
    </SettingRow>
  );
}

/** `known` is by what name the engine keeps its PIN. */
type PinRow = { key: number; label: string; pin: string; known: string | null };

function PinSetDialog({ set, onClose }: { set: PinSetView | null; onClose: () => void }) {
  const { t } = useTranslation("modes");
  const queries = useQueryClient();
  const [name, setName] = useState(set?.name ?? "");
  const [rows, setRows] = useState<readonly PinRow[]>(() =>
    set
      ? set.pins.map(({ name: label }, key) => ({ key, label, pin: "", known: label }))
      : [{ key: 0, label: "", pin: "", known: null }],
  );
  const change = (key: number, part: Partial<PinRow>) =>
    setRows((before) => before.map((row) => (row.key === key ? { ...row, ...part } : row)));
  // Under another name nobody knows which PIN it was: it has to be typed anew.
  const isKept = ({ label, known }: PinRow) => known !== null && known === label.trim();
  const isGood = (row: PinRow) =>
    row.label.trim() !== "" && (row.pin.length >= FEWEST_DIGITS || (row.pin === "" && isKept(row)));
  return (
    <KeptDialog
      title={set ? t("pinSet.edit", { name: visible(set.name) }) : t("pinSet.add")}
      name={name.trim()}
      isNew={set === null}
      isReady={name.trim() !== "" && rows.length > 0 && rows.every(isGood)}
      save={async () => {
        const pins = rows.map(({ label, pin }) => ({ name: label.trim(), ...(pin ? { pin } : {}) }));
        const edit = { name: name.trim(), pins };
        await (set ? api.editPinSet(set.id, set.version, edit) : api.addPinSet(edit));
        await queries.invalidateQueries({ queryKey: KEY });
      }}
      onClose={onClose}
    >
      <TextField
        label={t("pinSet.name")}
        value={name}
        onChange={setName}
        maxLength={80}
        autoFocus
        isRequired
      />
      <ul className="pin-rows">
        {rows.map((row) => (
          <li key={row.key}>
            <TextField
              label={t("pinSet.label")}
              value={row.label}
              onChange={(text) => change(row.key, { label: text })}
              maxLength={80}
            />
            <TextField
              label={t("pinSet.pin")}
              type="password"
              inputMode="numeric"
              autoComplete="off"
              placeholder={isKept(row) ? t("pinSet.kept") : ""}
              value={row.pin}
              onChange={(text) => change(row.key, { pin: text.replace(/\D/g, "").slice(0, MOST_DIGITS) })}
            />
            <IconButton
              icon={Trash2}
              label={t("pinSet.removePin", { label: visible(row.label) })}
              onPress={() => setRows((before) => before.filter(({ key }) => key !== row.key))}
            />
          </li>
        ))}
      </ul>
      <div className="pin-foot">
        <Button
          size="small"
          icon={Plus}
          onPress={() =>
            setRows((before) => [
              ...before,
              { key: Math.max(-1, ...before.map(({ key }) => key)) + 1, label: "", pin: "", known: null },
            ])
          }
        >
          {t("pinSet.addPin")}
        </Button>
        <span className="quiet">{t("pinSet.pinNote")}</span>
      </div>
    </KeptDialog>
  );
}
