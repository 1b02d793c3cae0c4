// One schedule: its week, its exceptions, what it comes to, and who uses it.
import { Copy, Globe, MoreHorizontal, Pencil, Trash2 } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { IconButton, Menu } from "../../design";
import { useNow } from "../../live/clock";
import { tellRefused } from "../../live/toasts";
import { Ahead } from "./ahead";
import type { ScheduleView } from "./api";
import { addSchedule, freeName } from "./deeds";
import { type ReadableSchedule, useDocument } from "./document";
import { ExceptionDialog } from "./exception-dialog";
import { exceptionOn } from "./exceptions";
import { type Asked, ExceptionsSide } from "./exceptions-side";
import { HolidaysDialog } from "./holidays";
import { OpenMark } from "./marks";
import { useAhead } from "./preview";
import { RemoveSchedule } from "./remove-schedule";
import { RenameDialog } from "./rename-dialog";
import { TypedLine } from "./typed-line";
import { type Week, weeklyOf, weekOf } from "./week";
import { WeekGrid } from "./week-grid";
import { dateAt, minuteAt, weekdayOf, zoneWords } from "./when";
import { becauseWords, nextWords, ownTimeWords } from "./words";
import { ZoneDialog } from "./zone-dialog";

type Opened =
  | { what: "exception"; asked: Asked }
  | { what: "holidays"; region: string | undefined }
  | { what: "zone" | "rename" | "remove" };

export function Editor({ schedule }: { schedule: ReadableSchedule }) {
  const { document, change } = useDocument(schedule);
  const { timeZone } = schedule;
  const [typed, setTyped] = useState<Week | null>(null);
  const [opened, setOpened] = useState<Opened | null>(null);
  const now = useNow(60_000);
  const today = dateAt(now, timeZone);
  const weekly = document.weekly;
  const week = useMemo(() => weekOf(weekly), [weekly]);
  const preview = useAhead(document, timeZone);
  const paint = useCallback((next: Week) => change({ weekly: weeklyOf(next) }), [change]);
  const close = () => setOpened(null);
  const ask = (asked: Asked) => setOpened({ what: "exception", asked });
  return (
    <div className="page hours-page">
      <Head schedule={schedule} onOpen={(what) => setOpened({ what })} />
      <div className="page-body hours-body">
        <div className="hours-columns">
          <div className="hours-week">
            <WeekGrid
              week={week}
              typed={typed}
              onChange={paint}
              now={{ day: weekdayOf(today), minute: minuteAt(now, timeZone) }}
            />
            <TypedLine week={week} onTyped={setTyped} onTake={paint} />
            <Ahead
              document={document}
              timeZone={timeZone}
              preview={preview}
              onHolidays={() => setOpened({ what: "holidays", region: undefined })}
              onDay={(date) => {
                const known = exceptionOn(document, date);
                ask(known ? { exception: known } : { from: date, to: date });
              }}
            />
          </div>
          <ExceptionsSide
            document={document}
            timeZone={timeZone}
            onAsk={ask}
            onHolidays={(region) => setOpened({ what: "holidays", region })}
          />
        </div>
      </div>
      {opened?.what === "exception" && (
        <ExceptionDialog
          document={document}
          asked={opened.asked}
          today={today}
          onSave={(exceptions) => change({ exceptions })}
          onClose={close}
        />
      )}
      {opened?.what === "holidays" && (
        <HolidaysDialog
          document={document}
          region={opened.region}
          today={today}
          onSave={change}
          onClose={close}
        />
      )}
      {opened?.what === "zone" && (
        <ZoneDialog zone={document.timezone} onSave={(timezone) => change({ timezone })} onClose={close} />
      )}
      {opened?.what === "rename" && (
        <RenameDialog name={document.name} onSave={(name) => change({ name })} onClose={close} />
      )}
      {opened?.what === "remove" && <RemoveSchedule schedule={schedule} onClose={close} />}
    </div>
  );
}

/** The name, how it stands, and who uses it. */
function Head(props: { schedule: ScheduleView; onOpen: (what: "zone" | "rename" | "remove") => void }) {
  const { schedule, onOpen } = props;
  const { t } = useTranslation("hours");
  const [, navigate] = useLocation();
  const now = useNow(60_000);
  const { name, openness, timeZone, usedBy } = schedule;
  const own = openness.next && ownTimeWords(t, openness.next.at, timeZone);
  const copy = () =>
    void addSchedule(freeName(t("copyOf", { name })), schedule)
      .then((id) => navigate(`/hours/${id}`))
      .catch(tellRefused);
  return (
    <header className="page-header hours-header">
      <h1>
        <Link href="/hours" className="crumb">
          {t("title")}
        </Link>
        <span className="crumb-line" aria-hidden="true">
          /
        </span>
        <bdi>{name}</bdi>
      </h1>
      <p className="hours-state" role="status">
        <OpenMark state={openness.state} />
        <strong>{t(`state.${openness.state}`)}</strong>
        <span>
          {nextWords(t, openness, timeZone, now)}
          {own && ` (${own})`}
        </span>
        <span className="quiet">{becauseWords(t, openness.because, openness.state)}</span>
      </p>
      <div className="page-tools">
        <Uses usedBy={usedBy} />
        <button type="button" className="zone-button quiet" onClick={() => onOpen("zone")}>
          <Globe size={13} strokeWidth={1.75} aria-hidden="true" />
          <span className="unseen">{t("zone.label")}</span> {zoneWords(timeZone)}
        </button>
        <Menu
          label={t("more", { name })}
          trigger={<IconButton icon={MoreHorizontal} label={t("more", { name })} />}
          entries={[
            { id: "rename", label: t("rename"), icon: Pencil, onAction: () => onOpen("rename") },
            { id: "copy", label: t("duplicate"), icon: Copy, onAction: copy },
            { id: "zone", label: t("zone.change"), icon: Globe, onAction: () => onOpen("zone") },
            { id: "line", separator: true },
            {
              id: "remove",
              label: t("remove"),
              icon: Trash2,
              danger: true,
              onAction: () => onOpen("remove"),
            },
          ]}
        />
      </div>
    </header>
  );
}

/** Each leads to where the schedule is used. */
function Uses({ usedBy }: { usedBy: ScheduleView["usedBy"] }) {
  const { t } = useTranslation("hours");
  if (usedBy.length === 0) return <span className="quiet">{t("usedByNobody")}</span>;
  return (
    <span className="quiet uses-line">
      {t("usedByLabel")}{" "}
      {usedBy.map((one, place) => (
        <span key={`${one.kind} ${one.id}`}>
          {place > 0 && ", "}
          {one.kind === "extension" ? (
            one.name
          ) : (
            <Link href={one.kind === "person" ? `/people/${one.id}` : `/flows/${one.id}`}>{one.name}</Link>
          )}
        </span>
      ))}
    </span>
  );
}
