// Limits that are typed and then saved together: what is typed is a draft until then.
import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../design";
import { perform } from "../../live/undo";
import { RefusedBy } from "../../shell/form-dialog";
import { fieldError } from "../../text/refusal";
import type { Form } from "./fields";
import { RefusalNotice } from "./form-dialog";

/** What is changed on top of the revision it was read in. */
export type Revised<T> = T & { revision: number };

export type Drafted<T> = Form<T> & {
  isChanged: boolean;
  busy: boolean;
  refusal: unknown;
  save: () => Promise<void>;
  discard: () => void;
};

/** `told` is what was done, as a sentence. */
export function useDrafted<T extends object>(
  saved: Revised<T>,
  key: QueryKey,
  told: string,
  write: (next: Revised<T>) => Promise<Revised<T>>,
): Drafted<Revised<T>> {
  const queries = useQueryClient();
  const [change, setChange] = useState<Partial<T>>({});
  const [refusal, setRefusal] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const edit = { ...saved, ...change };
  const put = async (next: Partial<T>) => {
    const now = queries.getQueryData<Revised<T>>(key) ?? saved;
    try {
      queries.setQueryData(key, await write({ ...now, ...next }));
    } catch (error) {
      void queries.invalidateQueries({ queryKey: key });
      throw error;
    }
  };
  const save = async () => {
    setBusy(true);
    setRefusal(null);
    const before = Object.fromEntries(
      Object.keys(change).map((field) => [field, saved[field as keyof T]]),
    ) as Partial<T>;
    try {
      await perform({ name: told, do: () => put(change), undo: () => put(before) });
      setChange({});
    } catch (error) {
      setRefusal(error);
    }
    setBusy(false);
  };
  return {
    edit,
    set: (part) => setChange((before) => ({ ...before, ...part })),
    isChanged: JSON.stringify(edit) !== JSON.stringify(saved),
    busy,
    refusal,
    save,
    discard: () => {
      setChange({});
      setRefusal(null);
    },
  };
}

/** The fields, and below them the way to save once something differs. */
export function DraftedForm<T>(props: {
  drafted: Drafted<T>;
  /** The fields whose refusals stand under them. */
  fields: readonly string[];
  children: React.ReactNode;
}) {
  const { drafted, fields, children } = props;
  const { t } = useTranslation("outside");
  const { isChanged, busy, refusal, save, discard } = drafted;
  return (
    <form
      className="drafted"
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged && !busy) void save();
      }}
    >
      {refusal !== null && !fields.some((field) => fieldError(refusal, field)) && (
        <RefusalNotice refusal={refusal} />
      )}
      <RefusedBy.Provider value={refusal}>{children}</RefusedBy.Provider>
      {isChanged && (
        <div className="drafted-bar">
          <span className="quiet" role="status">
            {t("unsaved")}
          </span>
          <Button onPress={discard}>{t("discard")}</Button>
          <Button tone="accent" type="submit" isDisabled={busy}>
            {t("save")}
          </Button>
        </div>
      )}
    </form>
  );
}
