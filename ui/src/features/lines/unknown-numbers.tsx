// Numbers that were called and lead nowhere: each can be added, or told off.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { UnknownNumber } from "../../bindings/api";
import { Button, Notice } from "../../design";
import { useLines } from "../../live/select";
import { engineNow } from "../../live/store";
import { moment } from "../../text/format";
import { visible } from "../calls/said";
import { useUnknownNumbers } from "./queries";

const SHOWN_AT_FIRST = 2;

export function UnknownNumbers({ onAdd }: { onAdd: (number: string) => void }) {
  const { t } = useTranslation("lines");
  const { data = [] } = useUnknownNumbers();
  const [all, setAll] = useState(false);
  const shown = all ? data : data.slice(0, SHOWN_AT_FIRST);
  if (data.length === 0) return null;
  return (
    <div className="lines-notices">
      {shown.map((one) => (
        <One key={one.number} unknown={one} onAdd={() => onAdd(one.shown)} />
      ))}
      {data.length > shown.length && (
        <Button size="small" tone="quiet" onPress={() => setAll(true)}>
          {t("numbers.unknown.more", { count: data.length - shown.length })}
        </Button>
      )}
    </div>
  );
}

function One({ unknown, onAdd }: { unknown: UnknownNumber; onAdd: () => void }) {
  const { t } = useTranslation("lines");
  const name = useLines().get(unknown.line ?? -1)?.name;
  return (
    <Notice
      severity="warning"
      title={t("numbers.unknown.title", { number: visible(unknown.shown) })}
      actions={
        <Button size="small" onPress={onAdd}>
          {t("numbers.unknown.add")}
        </Button>
      }
    >
      {t("numbers.unknown.body", {
        count: unknown.times,
        line: name ? visible(name) : t("numbers.unknown.someLine"),
        time: moment(unknown.last, engineNow()),
      })}
    </Notice>
  );
}
