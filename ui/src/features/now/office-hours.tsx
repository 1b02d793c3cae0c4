// Whether the office is open, until when and why; and what is set otherwise than usual.
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useNow } from "../../live/clock";
import { useModes, useSchedules } from "../../live/select";
import { useMay } from "../../live/session";
import { OpenMark } from "../hours/marks";
import { becauseWords, nextWords, officeSchedule, ownTimeWords } from "../hours/words";
import { isAtRest, ModeState } from "../settings/modes";

export function OfficeHours() {
  const { t } = useTranslation("hours");
  const now = useNow(60_000);
  const mayManage = useMay("admin");
  const schedules = useSchedules();
  const unusual = [...useModes().values()].filter((mode) => !isAtRest(mode));
  const office = officeSchedule(schedules);
  if (!office && unusual.length === 0) return null;
  const others = [...schedules.values()].filter(({ id }) => id !== office?.id).sort((a, b) => a.id - b.id);
  const own = office?.openness.next ? ownTimeWords(t, office.openness.next.at, office.timeZone) : null;
  return (
    <section className="office-hours" aria-label={t("title")}>
      {office && (
        <p className="office-state">
          <OpenMark state={office.openness.state} size={14} />
          <strong>{t(`state.${office.openness.state}`)}</strong>
          <span>
            {nextWords(t, office.openness, office.timeZone, now)}
            {own && ` (${own})`}
          </span>
          <span className="quiet">{becauseWords(t, office.openness.because, office.openness.state)}</span>
        </p>
      )}
      {(others.length > 0 || unusual.length > 0) && (
        <ul className="office-others">
          {others.map(({ id, name, openness, timeZone }) => (
            <li key={id}>
              <OpenMark state={openness.state} size={9} />
              {mayManage ? <Link href={`/hours/${id}`}>{name}</Link> : <bdi>{name}</bdi>}
              <span className="quiet">{nextWords(t, openness, timeZone, now)}</span>
            </li>
          ))}
          {unusual.map((mode) => (
            <li key={`mode ${mode.id}`}>
              {mayManage ? <Link href="/settings/modes#modes">{mode.name}</Link> : <bdi>{mode.name}</bdi>}
              <ModeState mode={mode} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
