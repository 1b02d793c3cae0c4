// Who would ring if somebody called a number at this moment, and why.
import { useQuery } from "@tanstack/react-query";
import i18next from "i18next";
import { useTranslation } from "react-i18next";
import type { NumberStep, NumberView } from "../../bindings/api";
import { Button, Dialog, Notice, Waiting } from "../../design";
import { sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { lines } from "./api";
import { useTargetName } from "./destinations";

export function TryNumber({ number, onClose }: { number: NumberView; onClose: () => void }) {
  const { t } = useTranslation(["lines", "common"]);
  const nameOf = useTargetName();
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ["try-number", number.number],
    queryFn: () => lines.tryNumber(number.number),
    gcTime: 0,
    staleTime: 0,
  });
  return (
    <Dialog
      title={t("tryNumber.title", { number: number.shown })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={() => void refetch()} isDisabled={isFetching}>
            {t("tryNumber.again")}
          </Button>
          <Button tone="accent" onPress={onClose}>
            {t("common:close")}
          </Button>
        </>
      }
    >
      {error && <Notice severity="problem">{sentence(error)}</Notice>}
      {!data && !error && <Waiting />}
      {data && (
        <div className="try-answer" role="status">
          <p className="try-goal">{t("tryNumber.goes", { goal: nameOf(data.to) })}</p>
          <h3>{t("tryNumber.rings")}</h3>
          {data.rings.length === 0 ? (
            <p className="quiet">{t("tryNumber.nobody")}</p>
          ) : (
            <ul className="plain-list">
              {data.rings.map(({ person, name, online }) => (
                <li key={person}>
                  <bdi>{visible(name)}</bdi>{" "}
                  <span className="quiet">{t("tryNumber.online", { count: online })}</span>
                </li>
              ))}
            </ul>
          )}
          <h3>{t("tryNumber.why")}</h3>
          <ul className="plain-list">
            {data.steps.map((step) => (
              <li key={`${step.sentence} ${step.detail}`}>{stepWords(step)}</li>
            ))}
          </ul>
        </div>
      )}
    </Dialog>
  );
}

function stepWords({ sentence: id, detail }: NumberStep): string {
  const key = `tryNumber.sentence.${id}`;
  const isKnown = /^\w+$/.test(id) && i18next.exists(`lines:${key}`);
  const name = visible(detail);
  return isKnown
    ? i18next.t(`lines:${key}` as "lines:tryNumber.sentence.toPerson", { name })
    : i18next.t("lines:tryNumber.sentence.other", { what: visible(id), name });
}
