// Whether the office is open, until when and why; and what is set otherwise than usual.
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useNow } from "../../live/clock";
import { useModes, useSchedules } from "../../live/select";
import { useMay } from "../../live/session";
import type { ModeView } from "../hours/api";
import { OpenMark } from "../hours/marks";
import { becauseWords, nextWords, officeSchedule, ownTimeWords } from "../hours/words";
import { isAtRest, ModeState, SetMode } from "../settings/modes";

export function OfficeHours() {
  const { t } = useTranslation(["hours", "modes"]);
  const now = useNow(60_000);
  const mayManage = useMay("admin");
  const schedules = useSchedules();
  const mayOverride = useMay("receptionist");
  const [setting, setSetting] = useState<ModeView | null>(null);
  // Who may set a mode sees all of them; others only what is not as usual.
  const modes = [...useModes().values()]
    .filter((mode) => mayOverride || !isAtRest(mode))
    .sort((a, b) => a.name.localeCompare(b.name));
  const office = officeSchedule(schedules);
  if (!office && modes.length === 0) return null;
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
      {(others.length > 0 || modes.length > 0) && (
        <ul className="office-others">
          {others.map(({ id, name, openness, timeZone }) => (
            <li key={id}>
              <OpenMark state={openness.state} size={9} />
              {mayManage ? <Link href={`/hours/${id}`}>{name}</Link> : <bdi>{name}</bdi>}
              <span className="quiet">{nextWords(t, openness, timeZone, now)}</span>
            </li>
          ))}
          {modes.map((mode) => (
            <li key={`mode ${mode.id}`}>
              <bdi>{mode.name}</bdi>
              {mayOverride ? (
                <button type="button" className="office-mode" onClick={() => setSetting(mode)}>
                  <ModeState mode={mode} />
                  <span className="unseen">{t("modes:mode.set", { name: mode.name })}</span>
                </button>
              ) : (
                <ModeState mode={mode} />
              )}
            </li>
          ))}
        </ul>
      )}
      {setting && (
        <Suspense>
          <SetMode mode={setting} onClose={() => setSetting(null)} />
        </Suspense>
      )}
    </section>
  );
}
