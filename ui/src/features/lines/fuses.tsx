// The fuse box: how much of each limit of the day is used, what has blown, and its reset.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { AlertDialog, Button, Notice, Section, Waiting } from "../../design";
import { useBlownFuses, useLines, useOffice, usePeople } from "../../live/select";
import { useMay } from "../../live/session";
import { engineNow } from "../../live/store";
import { tell, tellRefused } from "../../live/toasts";
import { clockTime, count, moment } from "../../text/format";
import { sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { type Fuse, lines } from "./api";
import { currencyOf, money } from "./currency";
import { known } from "./line-words";
import { KEYS, useFuses, useRefresh, useRefreshAfterCalls } from "./queries";

export function FuseBox() {
  const { t } = useTranslation("outside");
  const { data, error } = useFuses();
  // One that blows is told by the feed at once; the others are counted after each call.
  const blown = useBlownFuses();
  useRefreshAfterCalls(KEYS.fuses);
  const counted = (data?.fuses ?? []).filter(({ limit }) => limit !== "newDevice");
  const all = [...counted.filter(({ id }) => !blown.has(id)), ...[...blown.values()].filter(isCounted)];
  const shown = all.sort((a, b) => Number(b.blown !== null) - Number(a.blown !== null) || part(b) - part(a));
  return (
    <Section title={t("fuses.title")} lead={t("fuses.lead")}>
      {error && <Notice severity="problem">{sentence(error)}</Notice>}
      {!data && !error && <Waiting />}
      {data && shown.length === 0 && <p className="quiet">{t("fuses.none")}</p>}
      {shown.length > 0 && (
        <ul className="fuse-list" aria-label={t("fuses.label")}>
          {shown.map((fuse) => (
            <FuseLine key={fuse.id} fuse={fuse} />
          ))}
        </ul>
      )}
      {data && shown.length > 0 && (
        <p className="quiet small">{t("fuses.ends", { time: moment(data.endsAt, engineNow()) })}</p>
      )}
    </Section>
  );
}

function FuseLine({ fuse }: { fuse: Fuse }) {
  const { t } = useTranslation("outside");
  const mayReset = useMay("admin");
  const nameOf = useFuseName();
  const amount = useAmount();
  const refresh = useRefresh();
  const [asking, setAsking] = useState(false);
  const name = nameOf(fuse);
  const who = nameOf(fuse, true);
  const reset = () => {
    setAsking(false);
    void lines
      .resetFuse(fuse.id)
      .then(() => tell({ text: t("fuses.resetDone", { name }) }))
      .then(() => refresh(KEYS.fuses))
      .catch(tellRefused);
  };
  return (
    <li className="fuse" data-blown={fuse.blown !== null || undefined}>
      <span className="fuse-name">
        {name}
        {fuse.blown !== null && (
          <span className="fuse-blown">{t("fuses.blown", { time: clockTime(fuse.blown) })}</span>
        )}
      </span>
      <meter aria-label={name} min={0} max={fuse.max || 1} high={fuse.max * 0.8} value={fuse.used} />
      <span className="fuse-use small">
        {t("fuses.use", { used: amount(fuse, fuse.used), max: amount(fuse, fuse.max) })}
      </span>
      {fuse.blown !== null && mayReset && (
        <Button size="small" aria-label={t("fuses.resetOf", { name })} onPress={() => setAsking(true)}>
          {t("fuses.reset")}
        </Button>
      )}
      {asking && (
        <AlertDialog
          title={t("fuses.resetTitle", { name: who })}
          isOpen
          onClose={() => setAsking(false)}
          action={t("fuses.reset")}
          onAction={reset}
        >
          {t("fuses.resetBody")}
        </AlertDialog>
      )}
    </li>
  );
}

/** Phones that wait for somebody to say that they are known. */
export function NewPhones() {
  const { t } = useTranslation("outside");
  const { data } = useFuses();
  const refresh = useRefresh();
  const nameOf = useFuseName();
  const blown = useBlownFuses();
  const told = new Map([...(data?.fuses ?? []), ...blown.values()].map((fuse) => [fuse.id, fuse]));
  const waiting = [...told.values()].filter((fuse) => !isCounted(fuse) && fuse.blown !== null);
  const allow = (fuse: Fuse, name: string) =>
    void lines
      .resetFuse(fuse.id)
      .then(() => tell({ text: t("devices.allowed", { name }) }))
      .then(() => refresh(KEYS.fuses))
      .catch(tellRefused);
  return (
    <Section title={t("devices.title")} lead={t("devices.lead")}>
      {waiting.length === 0 ? (
        <p className="quiet">{t("devices.none")}</p>
      ) : (
        <ul className="plain-rows">
          {waiting.map((fuse) => {
            const name = nameOf(fuse, true);
            return (
              <li key={fuse.id}>
                <span>{t("devices.waits", { name })}</span>
                <Button
                  size="small"
                  aria-label={t("devices.allowOf", { name })}
                  onPress={() => allow(fuse, name)}
                >
                  {t("devices.allow")}
                </Button>
              </li>
            );
          })}
        </ul>
      )}
    </Section>
  );
}

/** Whose fuse it is, and of what. */
export function useFuseName(): (
  fuse: Pick<Fuse, "of" | "person" | "line" | "limit">,
  onlyWho?: boolean,
) => string {
  const { t } = useTranslation("outside");
  const people = usePeople();
  const all = useLines();
  return ({ of, person, line, limit }, onlyWho = false) => {
    const who =
      of === "person"
        ? visible(people.get(person ?? -1)?.name ?? t("fuses.gone"))
        : of === "line"
          ? visible(all.get(line ?? -1)?.name ?? t("fuses.goneLine"))
          : t("fuses.office");
    return onlyWho ? who : t("fuses.name", { who, limit: known("outside:fuses.limit", limit) });
  };
}

function useAmount(): (fuse: Fuse, value: number) => string {
  const { t } = useTranslation("outside");
  const currency = currencyOf(useOffice()?.country);
  return ({ limit }, value) => {
    if (limit === "money") return money(value, currency);
    if (limit === "minutes" || limit === "foreignMinutes") {
      return t("fuses.minutes", { count: Math.floor(value / 60) });
    }
    return count(value);
  };
}

function isCounted({ limit }: Fuse): boolean {
  return limit !== "newDevice";
}

function part({ used, max }: Fuse): number {
  return max > 0 ? used / max : 0;
}
