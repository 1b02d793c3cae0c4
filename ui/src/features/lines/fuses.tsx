// The fuse box: how much of each limit of the day is used, what has blown, and its reset.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { FuseView } from "../../bindings/api";
import { AlertDialog, Button, Notice, Section, Waiting } from "../../design";
import { useBlownFuses, useOffice } from "../../live/select";
import { useMay } from "../../live/session";
import { tell, tellRefused } from "../../live/toasts";
import { clockTime, count } from "../../text/format";
import { sentence } from "../../text/refusal";
import { lines } from "./api";
import { currencyOf, money } from "./currency";
import { useFuseName } from "./fuse-name";
import { KEYS, useFuses, useRefresh, useRefreshAfterCalls } from "./queries";

export function FuseBox() {
  const { t } = useTranslation("outside");
  const { data, error } = useFuses();
  // One that blows is told by the feed at once; the others are counted after each call.
  const blown = useBlownFuses();
  useRefreshAfterCalls(KEYS.fuses);
  const all = [...(data ?? []).filter(({ id }) => !blown.has(id)), ...blown.values()];
  const shown = all.sort((a, b) => Number(b.blown) - Number(a.blown) || part(b) - part(a));
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
    </Section>
  );
}

function FuseLine({ fuse }: { fuse: FuseView }) {
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
    <li className="fuse" data-blown={fuse.blown || undefined}>
      <span className="fuse-name">
        {name}
        {fuse.blown && (
          <span className="fuse-blown">
            {fuse.blownAt === null
              ? t("fuses.blownBefore")
              : t("fuses.blown", { time: clockTime(fuse.blownAt) })}
          </span>
        )}
      </span>
      <meter aria-label={name} min={0} max={fuse.limit || 1} high={fuse.limit * 0.8} value={fuse.used} />
      <span className="fuse-use small">
        {t("fuses.use", { used: amount(fuse, fuse.used), max: amount(fuse, fuse.limit) })}
      </span>
      {fuse.blown && mayReset && (
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

function useAmount(): (fuse: FuseView, value: number) => string {
  const { t } = useTranslation("outside");
  const currency = currencyOf(useOffice()?.country);
  return ({ what }, value) => {
    if (what === "money") return money(value, currency);
    if (what === "minutes" || what === "foreignMinutes") {
      return t("fuses.minutes", { count: Math.floor(value / 60) });
    }
    return count(value);
  };
}

function part({ used, limit }: FuseView): number {
  return limit > 0 ? used / limit : 0;
}
