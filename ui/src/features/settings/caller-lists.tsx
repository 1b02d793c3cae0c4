// Caller lists: numbers that call flows treat in a way of their own. A list is pasted as it comes.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Notice, TextField } from "../../design";
import { api, Refused } from "../../live/api";
import { sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import type { CallerListView, ListedCaller } from "../hours/api";
import { readColumns, readLines, writeLines } from "./caller-lines";
import { KeptDialog } from "./kept-dialog";
import { KeptList } from "./kept-list";
import { SettingRow } from "./setting-row";

const KEY = ["caller-lists"] as const;

export function CallerLists() {
  const { t } = useTranslation(["modes", "settings"]);
  const queries = useQueryClient();
  const { data, error } = useQuery({ queryKey: KEY, queryFn: api.callerLists });
  const [edited, setEdited] = useState<CallerListView | "new" | null>(null);
  return (
    <SettingRow
      id="callerLists"
      note={t("settings:items.callerLists.note")}
      below={
        <>
          {error && <Notice severity="problem">{sentence(error)}</Notice>}
          {data && (
            <KeptList
              kind="callerList"
              items={data}
              facts={({ callers }) => (
                <span className="quiet">{t("callerList.count", { count: callers.length })}</span>
              )}
              onEdit={setEdited}
              restore={async ({ id }) => {
                await api.restoreCallerList(id);
                await queries.invalidateQueries({ queryKey: KEY });
              }}
              remove={async (one) => {
                await api.removeCallerList(one.id, one.version);
                await queries.invalidateQueries({ queryKey: KEY });
              }}
            />
          )}
          {edited && <ListDialog list={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
        </>
      }
    >
      <Button icon={Plus} onPress={() => setEdited("new")}>
        {t("callerList.add")}
      </Button>
    </SettingRow>
  );
}

function ListDialog({ list, onClose }: { list: CallerListView | null; onClose: () => void }) {
  const { t } = useTranslation("modes");
  const queries = useQueryClient();
  const [name, setName] = useState(list?.name ?? "");
  const [text, setText] = useState(() => writeLines(list?.callers ?? [], list?.columns.length ?? 0));
  const [columns, setColumns] = useState(list?.columns.join(", ") ?? "");
  // Only the engine knows that two ways of writing are one number.
  const [alike, setAlike] = useState<string | null>(null);
  const { callers, bad, twice } = readLines(text);
  const double = twice ?? alike;
  const error = bad
    ? t("callerList.badLine", bad)
    : double
      ? t("callerList.twice", { number: double })
      : undefined;
  return (
    <KeptDialog
      title={list ? t("callerList.edit", { name: visible(list.name) }) : t("callerList.add")}
      name={name.trim()}
      isNew={list === null}
      isReady={name.trim() !== "" && error === undefined}
      save={async () => {
        const edit = { name: name.trim(), columns: readColumns(columns), callers };
        try {
          await (list ? api.editCallerList(list.id, list.version, edit) : api.addCallerList(edit));
        } catch (refusal) {
          setAlike(listedTwice(refusal, callers));
          throw refusal;
        }
        await queries.invalidateQueries({ queryKey: KEY });
      }}
      onClose={onClose}
    >
      <TextField
        label={t("callerList.name")}
        value={name}
        onChange={setName}
        maxLength={80}
        autoFocus
        isRequired
      />
      <TextField
        label={t("callerList.entries")}
        description={t("callerList.entriesNote")}
        placeholder={t("callerList.entriesPlaceholder")}
        lines={8}
        code
        value={text}
        onChange={(next) => {
          setText(next);
          setAlike(null);
        }}
        error={error}
      />
      <TextField
        label={t("callerList.columns")}
        description={t("callerList.columnsNote")}
        value={columns}
        onChange={setColumns}
      />
    </KeptDialog>
  );
}

/** The number that the engine found on the list already, as it was typed. */
function listedTwice(refusal: unknown, callers: readonly ListedCaller[]): string | null {
  if (!(refusal instanceof Refused) || refusal.code !== "callerListedTwice") return null;
  const [, at] = /^callers\[(\d+)\]/.exec(refusal.field ?? "") ?? [];
  return callers[Number(at)]?.number ?? null;
}
