// The week as a line of words: typed, read by the engine, shown on the grid, taken over with Enter.
import { useQuery } from "@tanstack/react-query";
import { CornerDownLeft } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, TextField } from "../../design";
import { api, Refused } from "../../live/api";
import { sentence } from "../../text/refusal";
import { type Week, weeklyOf, weekOf } from "./week";
import { weekDays } from "./when";

const REST_MS = 200;

export function TypedLine(props: {
  week: Week;
  onTyped: (week: Week | null) => void;
  onTake: (week: Week) => void;
}) {
  const { week, onTyped, onTake } = props;
  const { t, i18n } = useTranslation("hours");
  const [text, setText] = useState<string | null>(null);
  const rested = useRested(text);
  const language = i18n.language === "de" ? "de" : "en";
  const { data, error } = useQuery({
    queryKey: ["hours-read", rested, language],
    queryFn: () => api.readHours(rested ?? "", language),
    enabled: Boolean(rested?.trim()),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const isCurrent = text !== null && text === rested;
  const read = isCurrent && data ? data : null;
  const typed = read ? JSON.stringify(read.weekly) : null;

  useEffect(() => {
    onTyped(typed ? weekOf(JSON.parse(typed)) : null);
  }, [typed, onTyped]);
  useEffect(() => () => onTyped(null), [onTyped]);

  const take = () => {
    if (!read) return;
    onTake(weekOf(read.weekly));
    setText(null);
  };
  const isRefused = isCurrent && error !== null && Boolean(text?.trim());
  return (
    <form
      className="typed-line"
      onSubmit={(event) => {
        event.preventDefault();
        take();
      }}
    >
      <TextField
        label={t("typed.label")}
        value={text ?? lineOf(week, t("typed.break"))}
        onChange={setText}
        onKeyDown={(event) => {
          if (event.key === "Escape" && text !== null) setText(null);
          else event.continuePropagation();
        }}
        placeholder={t("typed.example")}
        autoComplete="off"
        spellCheck="false"
        error={isRefused ? refusalOf(error, text ?? "", t) : undefined}
        description={read ? t("typed.said", { said: read.said }) : isRefused ? undefined : t("typed.note")}
      />
      {read && (
        <Button type="submit" tone="accent" icon={CornerDownLeft}>
          {t("typed.take")}
        </Button>
      )}
    </form>
  );
}

/** The week in the words that can be typed. */
export function lineOf(week: Week, pause: string): string {
  const order = weekDays();
  const rules = weeklyOf(week);
  const openDays = new Set(rules.filter(({ as }) => as !== "break").flatMap(({ days }) => days));
  return rules
    .map(({ days, open, as }) => {
      const isEverywhere = days.length === openDays.size && days.every((day) => openDays.has(day));
      // Times in full: of "1-5" nobody knows which half of the day is meant.
      const hours = open.join("-");
      if (as !== "break") return `${daysLine(days, order)} ${hours}`;
      return isEverywhere ? `${pause} ${hours}` : `${pause} ${daysLine(days, order)} ${hours}`;
    })
    .join(", ");
}

/** The names of days as they can be typed, in the language of the window. */
function daysLine(days: readonly number[], order: readonly number[]): string {
  const name = new Intl.DateTimeFormat(document.documentElement.lang || "en", {
    weekday: "short",
    timeZone: "UTC",
  });
  const short = (day: number) => name.format(Date.UTC(1970, 0, 4 + day)).replace(".", "");
  const runs: number[][] = [];
  for (const day of order.filter((one) => days.includes(one))) {
    const last = runs.at(-1);
    const before = last?.at(-1);
    if (last && before !== undefined && order.indexOf(day) === order.indexOf(before) + 1) last.push(day);
    else runs.push([day]);
  }
  return runs
    .map((run) => {
      const [first = 0] = run;
      const last = run.at(-1) ?? first;
      return run.length > 1 ? `${short(first)}-${short(last)}` : short(first);
    })
    .join(", ");
}

type Say = ReturnType<typeof useTranslation<"hours">>["t"];

/** Where the line stops being understood. */
function refusalOf(error: unknown, text: string, t: Say): string {
  const at = error instanceof Refused ? (error.problem as { at?: number } | null)?.at : undefined;
  const rest = at === undefined ? "" : text.slice(at, at + 24).trim();
  return rest ? t("typed.notRead", { rest }) : sentence(error);
}

function useRested(text: string | null): string | null {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}
