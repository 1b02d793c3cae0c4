// *Where would +44… go?*: how a number reads, whether it may be called, over which line, and what is shown.
import { CircleCheck, CircleX } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, ComboBox, Facts, Notice, Section, TextField } from "../../design";
import { usePeople } from "../../live/select";
import { fieldError, sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { lines, type WhereAnswer } from "./api";
import { useGoalName } from "./destinations";
import { known } from "./line-words";
import { countryName, useRuleWords } from "./rule-words";

const NOBODY = "nobody";

export function WhereBox({ isAsked }: { isAsked: boolean }) {
  const { t } = useTranslation("outside");
  const people = [...usePeople().values()].sort((a, b) => a.name.localeCompare(b.name));
  const [number, setNumber] = useState("");
  const [person, setPerson] = useState(NOBODY);
  const [answer, setAnswer] = useState<WhereAnswer | null>(null);
  const [refusal, setRefusal] = useState<unknown>(null);
  const box = useRef<HTMLDivElement>(null);
  const ask = async () => {
    setRefusal(null);
    try {
      setAnswer(await lines.where({ number, person: person === NOBODY ? null : Number(person) }));
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
                id: String(id),
                label: visible(name),
                ...(extension ? { description: extension } : {}),
              })),
            ]}
            value={person}
            onChange={setPerson}
          />
          <Button tone="accent" type="submit" isDisabled={!number.trim()}>
            {t("where.ask")}
          </Button>
        </form>
        {refusal !== null && !fieldError(refusal, "number") && (
          <Notice severity="problem">{sentence(refusal)}</Notice>
        )}
        <div role="status">{answer && <Answer answer={answer} />}</div>
      </Section>
    </div>
  );
}

function Answer({ answer }: { answer: WhereAnswer }) {
  const { t } = useTranslation("outside");
  const words = useVerdict(answer);
  const { number, shown, kind, country, shows, why } = answer;
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
            number ? (
              <span key="number">
                <bdi className="phone-number">{shown || number}</bdi>{" "}
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
          ...(shows
            ? [
                [
                  t("where.shows"),
                  <span key="shows">
                    <bdi>
                      {shows.hidden || !shows.number ? t("where.showsNothing") : visible(shows.number)}
                    </bdi>{" "}
                    <span className="quiet">{known("outside:where.showsWhy", shows.why)}</span>
                  </span>,
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

function Because({ because }: { because: WhereAnswer["why"][number] }) {
  const { t, i18n } = useTranslation("outside");
  const words = useRuleWords();
  const { sentence: id, line, detail } = because;
  const name = visible(because.name || (line === null ? "" : words.line(line)));
  const key = /^\w+$/.test(id) && i18n.exists(`outside:where.because.${id}`) ? id : "other";
  return (
    <li>
      {t(`where.because.${key as "other"}`, { name, what: visible(id) })}
      {detail && <span className="quiet"> ({visible(detail)})</span>}
    </li>
  );
}

function useVerdict(answer: WhereAnswer): string {
  const { t } = useTranslation("outside");
  const words = useRuleWords();
  const nameOf = useGoalName();
  const { leads, inside, allowed, refused, line, number } = answer;
  if (leads === "emergency") return t("where.emergency");
  if (leads === "inside") return t("where.inside", { goal: inside ? nameOf(inside) : "" });
  if (!allowed && refused) {
    return t("where.refused", { why: known("outside:where.refusal", refused.code) });
  }
  if (leads === "nowhere") return number ? t("where.nowhere") : t("where.notANumber");
  return line === null ? t("where.noLine") : t("where.allowed", { line: words.line(line) });
}
