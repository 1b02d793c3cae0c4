// The drill: what would happen for each person's phones if they called for help. Nothing is dialled.
import { CircleAlert, CircleCheck } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PersonId } from "../../bindings/api";
import { Button, Facts, Notice, Section } from "../../design";
import { usePeople } from "../../live/select";
import { list } from "../../text/format";
import { sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { type Drill, lines } from "./api";
import { useAsked } from "./asked";
import { known } from "./line-words";

type Result = { person: PersonId; drill: Drill };

export function EmergencyDrill({ number }: { number: string | null }) {
  const { t } = useTranslation("outside");
  const people = [...usePeople().values()].sort((a, b) => a.name.localeCompare(b.name));
  const [results, setResults] = useState<Result[] | null>(null);
  const [refusal, setRefusal] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const start = async () => {
    setBusy(true);
    setRefusal(null);
    try {
      const all: Result[] = [];
      for (const { id } of people) all.push({ person: id, drill: await lines.drill(id, null) });
      setResults(all);
    } catch (error) {
      setRefusal(error);
    }
    setBusy(false);
  };
  useAsked("drill", () => void start());
  return (
    <Section
      title={t("drill.title")}
      lead={number ? t("drill.lead", { number }) : t("drill.leadNoNumber")}
      aside={
        <Button size="small" onPress={() => void start()} isDisabled={busy || people.length === 0}>
          {t(results ? "drill.again" : "drill.start")}
        </Button>
      }
    >
      {refusal !== null && <Notice severity="problem">{sentence(refusal)}</Notice>}
      <div role="status">
        {results && (
          <ul className="drill-list" aria-label={t("drill.label")}>
            {results.map((result) => (
              <One key={result.person} result={result} />
            ))}
          </ul>
        )}
      </div>
    </Section>
  );
}

function One({ result: { person, drill } }: { result: Result }) {
  const { t } = useTranslation("outside");
  const people = usePeople();
  const nameOf = (id: PersonId) => visible(people.get(id)?.name ?? t("rules.gone"));
  const isReady = drill.problems.length === 0;
  const Sign = isReady ? CircleCheck : CircleAlert;
  const way = drill.lines
    .map(({ name }) => visible(name))
    .reduce((first, next) => (first ? t("drill.next", { first, next }) : next), "");
  const told = [...drill.alerts.persons.map(nameOf), ...drill.alerts.emails.map(visible)];
  return (
    <li className="drill" data-ready={isReady}>
      <p className="drill-name">
        <Sign size={16} aria-hidden="true" /> <bdi className="strong">{nameOf(person)}</bdi>{" "}
        <span className="quiet">{way ? t("drill.reaches", { lines: way }) : t("drill.noLine")}</span>
      </p>
      {isReady ? (
        <p className="quiet">{t("drill.good")}</p>
      ) : (
        <ul className="drill-problems">
          {drill.problems.map((problem) => (
            <li key={problem}>{known("outside:drill.problem", problem)}</li>
          ))}
        </ul>
      )}
      <Facts
        facts={[
          [t("drill.location"), visible(drill.location) || t("drill.noLocation")],
          [t("drill.shows"), visible(drill.shows ?? "") || t("drill.nothing")],
          [t("drill.callback"), visible(drill.callback ?? "") || t("drill.nothing")],
          [t("drill.alerts"), told.length ? list(told) : t("drill.nobody")],
        ]}
      />
    </li>
  );
}
