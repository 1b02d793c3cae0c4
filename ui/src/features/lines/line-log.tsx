// What a line has told, in words, the newest first; it grows by itself.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { LineView } from "../../bindings/api";
import { Button, Notice, Waiting } from "../../design";
import { engineNow } from "../../live/store";
import { clockTimeExact, moment } from "../../text/format";
import { sentence } from "../../text/refusal";
import { lines } from "./api";
import { LineLamp } from "./line-lamp";
import { reasonWords } from "./line-words";

const SHOWN_AT_FIRST = 8;
const DAY_MS = 86_400_000;

export function LineLog({ line: { id, live } }: { line: LineView }) {
  const { t } = useTranslation("lines");
  const queries = useQueryClient();
  const [all, setAll] = useState(false);
  const { data, error } = useQuery({ queryKey: ["line-log", id], queryFn: () => lines.lineLog(id) });
  const { state, sentence: reason, detail, since } = live;
  // Each change of the line is an entry more.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the log is asked for again by these
  useEffect(() => {
    void queries.invalidateQueries({ queryKey: ["line-log", id] });
  }, [queries, id, state, reason, detail, since]);
  if (error) return <Notice severity="problem">{sentence(error)}</Notice>;
  if (!data) return <Waiting />;
  if (data.length === 0) return <p className="quiet">{t("log.none")}</p>;
  const shown = all ? data : data.slice(0, SHOWN_AT_FIRST);
  return (
    <>
      <ol className="line-log" aria-label={t("log.title")}>
        {shown.map((entry, place) => (
          // Entries have no other identity than their time and place.
          // biome-ignore lint/suspicious/noArrayIndexKey: two of the same moment are told apart by it
          <li key={`${entry.at} ${data.length - place}`}>
            <time className="quiet">
              {engineNow() - entry.at < DAY_MS ? clockTimeExact(entry.at) : moment(entry.at, engineNow())}
            </time>
            <LineLamp state={entry.state} />
            <span>{reasonWords(entry)}</span>
          </li>
        ))}
      </ol>
      {data.length > shown.length && (
        <Button tone="quiet" size="small" onPress={() => setAll(true)}>
          {t("log.more", { count: data.length - shown.length })}
        </Button>
      )}
    </>
  );
}
