// The office's numbers: what each does in words, the line it comes in on, and who would ring now.
import { Hash, PhoneIncoming, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { NumberView } from "../../bindings/api";
import { Button, EmptyState, Notice, SearchField, Waiting } from "../../design";
import { useNow } from "../../live/clock";
import { useLines, useSchedules } from "../../live/select";
import { moment } from "../../text/format";
import { sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { AddNumbers } from "./add-numbers";
import { useAsked } from "./asked";
import { useTargetName } from "./destinations";
import { Extensions } from "./extensions";
import { NumberDialog } from "./number-dialog";
import { KEYS, useNumbers, useRefreshAfterCalls } from "./queries";
import { TryNumber } from "./try-number";
import { UnknownNumbers } from "./unknown-numbers";

type Open = { adding: string } | { editing: NumberView } | { trying: NumberView };

export function Numbers() {
  const { t } = useTranslation("lines");
  const [, navigate] = useLocation();
  const { data, error } = useNumbers();
  const hasLine = useLines().size > 0;
  const [query, setQuery] = useState("");
  const [open, setOpen] = useState<Open | null>(null);
  useRefreshAfterCalls(KEYS.numbers);
  useAsked("/lines", "add", () => setOpen({ adding: "" }));
  const close = () => setOpen(null);
  const found = useFound(data ?? [], query);
  return (
    <>
      <div className="lines-head">
        <p className="quiet">{t("numbers.lead")}</p>
        {data && data.length > 0 && (
          <div className="lines-tools">
            <SearchField label={t("numbers.find")} value={query} onChange={setQuery} />
            <Button icon={Plus} onPress={() => setOpen({ adding: "" })}>
              {t("numbers.add")}
            </Button>
          </div>
        )}
      </div>
      {error && <Notice severity="problem">{sentence(error)}</Notice>}
      <UnknownNumbers onAdd={(number) => setOpen({ adding: number })} />
      {!data && !error && <Waiting />}
      {data?.length === 0 && (
        <EmptyState
          icon={Hash}
          title={t("numbers.empty.title")}
          action={
            <div className="empty-acts">
              {!hasLine && (
                <Button tone="accent" onPress={() => navigate("/lines/lines?add")}>
                  {t("numbers.empty.addLine")}
                </Button>
              )}
              <Button tone={hasLine ? "accent" : "plain"} onPress={() => setOpen({ adding: "" })}>
                {t("numbers.add")}
              </Button>
            </div>
          }
        >
          {t(hasLine ? "numbers.empty.body" : "numbers.empty.noLine")}
        </EmptyState>
      )}
      {data && data.length > 0 && (
        <>
          <ul className="number-list" aria-label={t("numbers.list")}>
            {found.map((number) => (
              <NumberLine
                key={number.number}
                number={number}
                onOpen={() => setOpen({ editing: number })}
                onTry={() => setOpen({ trying: number })}
              />
            ))}
          </ul>
          {found.length === 0 && <p className="quiet">{t("numbers.none")}</p>}
        </>
      )}
      <Extensions />
      {open && "adding" in open && <AddNumbers first={open.adding} onClose={close} />}
      {open && "editing" in open && <NumberDialog number={open.editing} onClose={close} />}
      {open && "trying" in open && <TryNumber number={open.trying} onClose={close} />}
    </>
  );
}

function NumberLine(props: { number: NumberView; onOpen: () => void; onTry: () => void }) {
  const { number, onOpen, onTry } = props;
  const { t } = useTranslation("lines");
  const goes = useGoesWords();
  const lines = useLines();
  const now = useNow(60_000);
  const { shown, label, line, anonymous, challenge, lastCalled } = number;
  const lineName = line === null ? t("numbers.anyLine") : (lines.get(line)?.name ?? t("numbers.goneLine"));
  const screening = [
    ...(challenge ? [t("numbers.challenge")] : []),
    ...(anonymous === "accept" ? [] : [t(`numbers.anonymous.${anonymous}`)]),
  ];
  return (
    <li className="number-line">
      <button type="button" className="number-link" onClick={onOpen}>
        <span className="number-name">
          <bdi className="phone-number">{shown}</bdi>
          {label && <bdi className="quiet">{visible(label)}</bdi>}
        </span>
        <span className="number-goes">
          {goes(number)}
          {screening.length > 0 && <span className="quiet small">{screening.join(" · ")}</span>}
        </span>
        <span className="number-line-name quiet">
          <bdi>{visible(lineName)}</bdi>
          <span className="small">
            {lastCalled ? t("numbers.lastCalled", { time: moment(lastCalled, now) }) : t("numbers.notCalled")}
          </span>
        </span>
      </button>
      <Button
        size="small"
        icon={PhoneIncoming}
        aria-label={t("numbers.try", { number: shown })}
        onPress={onTry}
      >
        {t("numbers.tryShort")}
      </Button>
    </li>
  );
}

/** What a number does, as a sentence. */
function useGoesWords(): (number: NumberView) => string {
  const { t } = useTranslation("lines");
  const nameOf = useTargetName();
  const schedules = useSchedules();
  return ({ route, hours }) => {
    const goal = nameOf(route);
    if (!hours) return t("numbers.goes", { goal });
    const name = schedules.get(hours.schedule)?.name;
    return t("numbers.goesHours", {
      goal,
      hours: name ? visible(name) : t("goes.gone"),
      other: nameOf(hours.whenClosed),
    });
  };
}

/** By digits however they are grouped, or by label. */
function useFound(numbers: readonly NumberView[], query: string): readonly NumberView[] {
  const wanted = query.trim().toLowerCase();
  if (!wanted) return numbers;
  const digits = wanted.replace(/\D/g, "");
  return numbers.filter(
    ({ number, shown, label }) =>
      label.toLowerCase().includes(wanted) ||
      (digits !== "" && (number.includes(digits) || shown.replace(/\D/g, "").includes(digits))),
  );
}
