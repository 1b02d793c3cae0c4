// *Where would +44… go?*: how a number reads, whether it may be called, over which line, and what is shown.
import { CircleCheck, CircleX } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Millis, WhereStep, WhereView } from "../../bindings/api";
import { Button, ComboBox, Facts, Notice, RadioGroup, Section, TextField } from "../../design";
import { DatePicker, TimeField } from "../../design/date-time";
import { useOffice, usePeople } from "../../live/select";
import { engineNow } from "../../live/store";
import { fieldError, sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { clockAt, dateAt, dateWords, instant, minuteAt } from "../hours/when";
import { lines } from "./api";
import { useTargetName } from "./destinations";
import { known } from "./line-words";
import { usePeers, useRules } from "./queries";
import { countryName, useRuleWords } from "./rule-words";

const NOBODY = "nobody";
const WHENS = ["now", "other"] as const;

export function WhereBox({ isAsked }: { isAsked: boolean }) {
  const { t } = useTranslation("outside");
  const people = [...usePeople().values()].sort((a, b) => a.name.localeCompare(b.name));
  const [number, setNumber] = useState("");
  const { data: peers = [] } = usePeers();
  const words = useRuleWords();
  const [caller, setCaller] = useState(NOBODY);
  const [passedOn, setPassedOn] = useState("");
  const zone = useOffice()?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const [when, setWhen] = useState<(typeof WHENS)[number]>("now");
  const [date, setDate] = useState(() => dateAt(engineNow(), zone));
  const [minute, setMinute] = useState(() => minuteAt(engineNow(), zone));
  const [answer, setAnswer] = useState<{ of: WhereView; at: Millis | null } | null>(null);
  const [refusal, setRefusal] = useState<unknown>(null);
  const box = useRef<HTMLDivElement>(null);
  const ask = async () => {
    setRefusal(null);
    const at = when === "now" ? null : instant(date, minute, zone);
    try {
      const [kind, id] = caller.split(" ");
      const of = (wanted: string) => (kind === wanted ? Number(id) : null);
      const outside = caller === NOBODY && passedOn.trim() ? { caller: passedOn } : {};
      const asked = { number, person: of("person"), peer: of("peer"), at, ...outside };
      setAnswer({ of: await lines.where(asked), at });
    } catch (error) {
      setAnswer(null);
      setRefusal(error);
    }
  };
  useEffect(() => {
    if (isAsked) box.current?.querySelector("input")?.focus();
  }, [isAsked]);
  return (
    <div className="where" ref={box}>
      <Section title={t("where.title")} lead={t("where.lead")}>
        <form
          className="lines-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (number.trim()) void ask();
          }}
        >
          <TextField
            label={t("where.number")}
            placeholder={t("where.placeholder")}
            value={number}
            onChange={setNumber}
            inputMode="tel"
            error={fieldError(refusal, "number")}
          />
          <ComboBox
            label={t("where.person")}
            options={[
              { id: NOBODY, label: t("where.nobody") },
              ...people.map(({ id, name, extension }) => ({
                id: `person ${id}`,
                label: visible(name),
                ...(extension ? { description: extension } : {}),
              })),
              ...peers.map(({ id }) => ({
                id: `peer ${id}`,
                label: words.who({ kind: "peers", value: [id] }),
              })),
            ]}
            value={caller}
            onChange={setCaller}
          />
          {caller === NOBODY && (
            <TextField
              label={t("where.passedOn")}
              description={t("where.passedOnNote")}
              value={passedOn}
              onChange={setPassedOn}
              inputMode="tel"
              error={fieldError(refusal, "caller")}
            />
          )}
          <RadioGroup
            label={t("where.when")}
            segments
            options={WHENS.map((id) => ({ id, label: t(`where.${id}`) }))}
            value={when}
            onChange={setWhen}
          />
          {when === "other" && (
            <div className="where-moment">
              <DatePicker label={t("where.date")} value={date} onChange={setDate} />
              <TimeField label={t("where.time")} value={minute} onChange={setMinute} />
            </div>
          )}
          <Button tone="accent" type="submit" isDisabled={!number.trim()}>
            {t("where.ask")}
          </Button>
        </form>
        {refusal !== null && !fieldError(refusal, "number") && !fieldError(refusal, "caller") && (
          <Notice severity="problem">{sentence(refusal)}</Notice>
        )}
        <div role="status">
          {answer && (
            <>
              <Answer answer={answer.of} />
              {answer.at !== null && (
                <p className="quiet small where-hours">
                  {t("where.byHours", {
                    time: `${dateWords(dateAt(answer.at, zone))}, ${clockAt(answer.at, zone)}`,
                  })}
                </p>
              )}
            </>
          )}
        </div>
      </Section>
    </div>
  );
}

function Answer({ answer }: { answer: WhereView }) {
  const { t } = useTranslation("outside");
  const words = useVerdict(answer);
  const rules = useRuleWords();
  const { readsAs, shown, kind, country, shows, showsBecause, hidden, forwardedFor, line, why } = answer;
  const isGood = answer.leads !== "nowhere" && answer.allowed;
  const Sign = isGood ? CircleCheck : CircleX;
  const kindWords = kind ? known("outside:where.kind", kind) : "";
  return (
    <div className="where-answer">
      <p className="where-verdict" data-good={isGood}>
        <Sign size={16} aria-hidden="true" /> <span>{words}</span>
      </p>
      <Facts
        facts={[
          [
            t("where.readsAs"),
            readsAs ? (
              <span key="number">
                <bdi className="phone-number">{shown || readsAs}</bdi>{" "}
                <span className="quiet">
                  {country && kindWords
                    ? t("where.inCountry", { kind: kindWords, country: countryName(country) })
                    : kindWords}
                </span>
              </span>
            ) : (
              t("where.notANumber")
            ),
          ],
          ...(line !== null
            ? [
                [
                  t("where.shows"),
                  <span key="shows">
                    <bdi>
                      {hidden
                        ? t("where.showsNothing")
                        : shows
                          ? rules.shows({ kind: "number", value: shows })
                          : t("where.showsUnknown")}
                    </bdi>{" "}
                    <span className="quiet">
                      {showsBecause && !hidden && known("outside:where.showsWhy", showsBecause)}
                    </span>
                  </span>,
                ] as const,
              ]
            : []),
          ...(forwardedFor
            ? [
                [
                  t("where.forwardedFor"),
                  <bdi key="forwarded">{rules.shows({ kind: "number", value: forwardedFor })}</bdi>,
                ] as const,
              ]
            : []),
        ]}
      />
      {why.length > 0 && (
        <>
          <h3>{t("where.why")}</h3>
          <ol className="where-why">
            {why.map((one) => (
              <Because key={`${one.sentence} ${one.rule} ${one.line} ${one.detail}`} because={one} />
            ))}
          </ol>
        </>
      )}
    </div>
  );
}

function Because({ because }: { because: WhereStep }) {
  const { t, i18n } = useTranslation("outside");
  const words = useRuleWords();
  const { sentence: id, rule, line, detail } = because;
  const { data } = useRules();
  const place = (data?.rules ?? []).findIndex((one) => one.id === rule);
  const name =
    line !== null
      ? words.line(line)
      : place >= 0
        ? visible(data?.rules[place]?.name || t("where.ruleAt", { place: place + 1 }))
        : "";
  const key = /^\w+$/.test(id) && i18n.exists(`outside:where.because.${id}`) ? id : "other";
  return (
    <li>
      {t(`where.because.${key as "other"}`, { name, what: visible(id), detail: detailWords(id, detail) })}
    </li>
  );
}

/** Why a line is passed over, a country by its name, anything else as it is. */
function detailWords(id: string, detail: string): string {
  if (id === "lineSkipped") return known("outside:where.trouble", detail);
  if (id === "countryAllowed" || id === "countryNotAllowed") return countryName(detail);
  return visible(detail);
}

function useVerdict(answer: WhereView): string {
  const { t } = useTranslation("outside");
  const words = useRuleWords();
  const nameOf = useTargetName();
  const { leads, inside, allowed, refusal, line } = answer;
  if (leads === "emergency") return t("where.emergency");
  if (leads === "inside") return t("where.inside", { goal: inside ? nameOf(inside) : "" });
  if (!allowed && refusal) {
    return t("where.refused", { why: known("outside:where.refusal", refusal) });
  }
  if (leads === "nowhere") return t("where.notANumber");
  return line === null ? t("where.noLine") : t("where.allowed", { line: words.line(line) });
}
