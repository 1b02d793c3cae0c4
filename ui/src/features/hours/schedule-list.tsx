// All schedules: whether each is open, until when and why, and who uses it.
import { Clock, Copy, MoreHorizontal, Plus, Trash2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { Button, EmptyState, IconButton, Menu, Page } from "../../design";
import { useNow } from "../../live/clock";
import { useSchedules } from "../../live/select";
import { tellRefused } from "../../live/toasts";
import { list } from "../../text/format";
import type { ScheduleView } from "./api";
import { addSchedule, freeName } from "./deeds";
import { OpenMark } from "./marks";
import { RemoveSchedule } from "./remove-schedule";
import { WeekThumb } from "./week-thumb";
import { becauseWords, nextWords, ownTimeWords } from "./words";

export function ScheduleList() {
  const { t } = useTranslation("hours");
  const [, navigate] = useLocation();
  const schedules = [...useSchedules().values()].sort((a, b) => a.id - b.id);
  const [leaving, setLeaving] = useState<ScheduleView | null>(null);
  const add = (like?: ScheduleView) => {
    const name = freeName(like ? t("copyOf", { name: like.name }) : t("newName"));
    void addSchedule(name, like)
      .then((id) => navigate(`/hours/${id}`))
      .catch(tellRefused);
  };
  useAskedFor(() => add());
  return (
    <Page
      title={t("title")}
      subtitle={t("lead")}
      tools={
        schedules.length > 0 && (
          <Button icon={Plus} onPress={() => add()}>
            {t("add")}
          </Button>
        )
      }
    >
      {schedules.length === 0 ? (
        <EmptyState
          icon={Clock}
          title={t("empty.title")}
          action={
            <Button tone="accent" onPress={() => add()}>
              {t("empty.action")}
            </Button>
          }
        >
          {t("empty.body")}
        </EmptyState>
      ) : (
        <ul className="schedule-list">
          {schedules.map((schedule) => (
            <Line
              key={schedule.id}
              schedule={schedule}
              onCopy={() => add(schedule)}
              onRemove={() => setLeaving(schedule)}
            />
          ))}
        </ul>
      )}
      {leaving && <RemoveSchedule schedule={leaving} onClose={() => setLeaving(null)} />}
    </Page>
  );
}

function Line(props: { schedule: ScheduleView; onCopy: () => void; onRemove: () => void }) {
  const { schedule, onCopy, onRemove } = props;
  const { t } = useTranslation("hours");
  const now = useNow(60_000);
  const { id, name, openness, timeZone, usedBy } = schedule;
  return (
    <li className="schedule-line">
      <Link href={`/hours/${id}`} className="schedule-link">
        <span className="schedule-name">
          <OpenMark state={openness.state} />
          <bdi className="cut">{name}</bdi>
        </span>
        <span className="schedule-state">
          <span>
            <strong>{t(`state.${openness.state}`)}</strong> · {nextWords(t, openness, timeZone, now)}
            {openness.next && withOwn(ownTimeWords(t, openness.next.at, timeZone))}
          </span>
          <span className="quiet">{becauseWords(t, openness.because, openness.state)}</span>
        </span>
        <WeekThumb weekly={schedule.document?.weekly ?? []} />
        <span className="schedule-uses quiet cut">
          {usedBy.length
            ? t("usedBy", { names: list([...new Set(usedBy.map((one) => one.name))]) })
            : t("usedByNobody")}
        </span>
      </Link>
      <Menu
        label={t("more", { name })}
        trigger={<IconButton icon={MoreHorizontal} label={t("more", { name })} />}
        entries={[
          { id: "copy", label: t("duplicate"), icon: Copy, onAction: onCopy },
          { id: "remove", label: t("remove"), icon: Trash2, danger: true, onAction: onRemove },
        ]}
      />
    </li>
  );
}

const withOwn = (own: string | null): string => (own ? ` (${own})` : "");

/** `/hours?add`, as the palette leads to. */
function useAskedFor(add: () => void): void {
  const done = useRef(false);
  const latest = useRef(add);
  latest.current = add;
  useEffect(() => {
    if (done.current || !new URLSearchParams(window.location.search).has("add")) return;
    done.current = true;
    latest.current();
  }, []);
}
