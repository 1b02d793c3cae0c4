// Adding numbers: one, or a whole list as it is pasted; all of them or none.
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { NumberEdit } from "../../bindings/api";
import { TextField } from "../../design";
import { Refused } from "../../live/api";
import { useLines, useLiveValue } from "../../live/select";
import { perform } from "../../live/undo";
import { lines } from "./api";
import { FormDialog } from "./form-dialog";
import { NumberForm } from "./number-form";
import { readPasted } from "./pasted";
import { KEYS, useRefresh } from "./queries";

export function AddNumbers({ first, onClose }: { first: string; onClose: () => void }) {
  const { t } = useTranslation("lines");
  const refresh = useRefresh();
  const all = [...useLines().keys()];
  const onlyLine = all.length === 1 ? (all[0] ?? null) : null;
  const somebody = useLiveValue((live) => live.people.keys().next().value);
  const [text, setText] = useState(first);
  const [edit, setEdit] = useState<NumberEdit>({
    number: "",
    label: "",
    line: onlyLine,
    route: somebody === undefined ? { dest_kind: "hangup" } : { dest_kind: "user", dest_id: somebody },
    hours: null,
    channels: null,
    anonymous: "accept",
    challenge: false,
  });
  const [refused, setRefused] = useState<string>();
  const { numbers, bad } = readPasted(text);

  const save = async () => {
    setRefused(undefined);
    const edits: NumberEdit[] = numbers.map(({ number, label }) => ({ ...edit, number, label }));
    let added: string[] = [];
    try {
      await perform({
        name: t("numbers.told.added", { count: edits.length }),
        do: async () => {
          added = (await lines.addNumbers(edits)).map(({ number }) => number);
          await refresh(KEYS.numbers);
        },
        undo: async () => {
          for (const number of added) await lines.removeNumber(number);
          await refresh(KEYS.numbers);
        },
      });
    } catch (error) {
      setRefused(rowWords(error));
      throw error;
    }
  };
  // A refusal of a list says which of its rows it means.
  const rowWords = (error: unknown): string | undefined => {
    const rows = error instanceof Refused ? (error.problem as { rows?: Row[] } | null)?.rows : undefined;
    const row = rows?.[0];
    if (!row) return undefined;
    return t("number.row", {
      line: numbers[row.row]?.line ?? row.row + 1,
      what: i18next.exists(`problems:code.${row.code}`)
        ? i18next.t(`problems:code.${row.code}` as "problems:code.badNumber")
        : row.detail,
    });
  };

  return (
    <FormDialog
      title={t("number.addTitle")}
      submit={t("number.count", { count: Math.max(1, numbers.length) })}
      isReady={numbers.length > 0 && bad === null}
      fields={["route", "hours.schedule", "line", "channels"]}
      isTold={refused !== undefined}
      save={save}
      onClose={onClose}
    >
      <TextField
        label={t("number.number")}
        description={t("number.numberNote")}
        lines={4}
        code
        autoFocus
        value={text}
        onChange={(next) => {
          setText(next);
          setRefused(undefined);
        }}
        error={refused ?? (bad ? t("number.bad", bad) : undefined)}
      />
      <NumberForm edit={edit} onChange={setEdit} />
    </FormDialog>
  );
}

type Row = { row: number; field: string; code: string; detail: string };
