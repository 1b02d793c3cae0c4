// Who would ring if somebody called a number at this moment, and why.
import { useQuery } from "@tanstack/react-query";
import i18next from "i18next";
import { useTranslation } from "react-i18next";
import { Button, Dialog, Notice, Waiting } from "../../design";
import { sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { type Because, lines, type NumberView } from "./api";
import { useGoalName } from "./destinations";

export function TryNumber({ number, onClose }: { number: NumberView; onClose: () => void }) {
  const { t } = useTranslation(["lines", "common"]);
  const nameOf = useGoalName();
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
              {data.rings.map(({ person, name, devices, online }) => (
                <li key={person}>
                  <bdi>{visible(name)}</bdi>{" "}
                  <span className="quiet">{t("tryNumber.online", { online, devices })}</span>
                </li>
              ))}
            </ul>
          )}
          <h3>{t("tryNumber.why")}</h3>
          <ul className="plain-list">
            {data.why.map((because) => (
              <li key={`${because.sentence} ${because.detail}`}>{becauseWords(because)}</li>
            ))}
          </ul>
        </div>
      )}
    </Dialog>
  );
}

function becauseWords({ sentence: id, detail }: Because): string {
  const key = `lines:tryNumber.sentence.${id}`;
  const words = i18next.exists(key)
    ? i18next.t(key as "lines:title")
    : i18next.t("lines:tryNumber.sentence.other", { what: visible(id) });
  return detail ? `${words} (${visible(detail)})` : words;
}
