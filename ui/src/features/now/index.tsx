// Now: what is going on, what needs attention, what comes next.
import { useTranslation } from "react-i18next";
import { Page, PresenceMark } from "../../design";
import { useNow } from "../../live/clock";
import { type Presence, presenceOf } from "../../live/presence";
import { useLiveValue } from "../../live/select";
import { useMay } from "../../live/session";
import { weekday } from "../../text/format";
import { NeedsAttention } from "./attention";
import { CallsNow } from "./calls-now";
import { NextSteps, useNextSteps } from "./next-steps";
import { OfficeHours } from "./office-hours";
import { Away, Unreachable } from "./people-now";
import "./now.css";

const FAMILIES: readonly Presence[] = ["free", "ringing", "busy", "notNow", "offline"];

export default function Now() {
  const { t } = useTranslation("now");
  const mayManage = useMay("admin");
  const steps = useNextSteps();
  const hasPeople = useLiveValue((live) => live.people.size > 0);
  const remaining = mayManage && steps.some((step) => !step.done);
  return (
    <Page title={t("title")} subtitle={<Today />}>
      <div className="now">
        <OfficeHours />
        {hasPeople && <Counts />}
        <div className="now-columns">
          <div>
            {remaining && <NextSteps steps={steps} />}
            {mayManage && <NeedsAttention />}
            {hasPeople && <CallsNow />}
          </div>
          {hasPeople && (
            <div>
              <Unreachable />
              <Away />
            </div>
          )}
        </div>
      </div>
    </Page>
  );
}

function Today() {
  const now = useNow(60_000);
  return <time>{weekday(now)}</time>;
}

function Counts() {
  const { t } = useTranslation("now");
  const counts = useLiveValue((live) => {
    const sum: Record<Presence, number> = { free: 0, ringing: 0, busy: 0, notNow: 0, offline: 0 };
    for (const person of live.people.values()) sum[presenceOf(person)] += 1;
    return sum;
  });
  return (
    <dl className="counts">
      {FAMILIES.map((family) => (
        <div key={family}>
          <dt>
            <PresenceMark presence={family} /> {t(`counts.${family}`)}
          </dt>
          <dd>{counts[family]}</dd>
        </div>
      ))}
    </dl>
  );
}
