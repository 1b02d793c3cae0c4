// The document of a schedule while it is edited: shown at once, saved a moment after the last change, with a way back.
import i18next from "i18next";
import { useCallback, useEffect, useRef, useState } from "react";
import { api } from "../../live/api";
import { useLive } from "../../live/store";
import { dismiss, tellRefused, useToasts } from "../../live/toasts";
import { perform } from "../../live/undo";
import type { ScheduleDocument, ScheduleView } from "./api";

const t = i18next.getFixedT(null, "hours");

/** Strokes that follow each other faster are one step of the log. */
const REST_MS = 500;

export type DocumentChange = Partial<Omit<ScheduleDocument, "schemaVersion" | "id" | "override">>;

export type ReadableSchedule = ScheduleView & { document: ScheduleDocument };

export function isReadable(schedule: ScheduleView | undefined): schedule is ReadableSchedule {
  return schedule?.document != null;
}

export type Editing = {
  document: ScheduleDocument;
  change: (change: DocumentChange) => void;
};

export function useDocument(schedule: ReadableSchedule): Editing {
  const [draft, setDraft] = useState<DocumentChange | null>(null);
  const pending = useRef<{ schedule: ReadableSchedule; change: DocumentChange } | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const save = useCallback(() => {
    clearTimeout(timer.current);
    const what = pending.current;
    pending.current = null;
    if (!what) return;
    void saveSchedule(what.schedule, what.change)
      .catch(tellRefused)
      .finally(() => {
        // What was drawn meanwhile is shown on.
        if (!pending.current) setDraft(null);
      });
  }, []);

  const change = useCallback(
    (more: DocumentChange) => {
      const joined = { ...pending.current?.change, ...more };
      pending.current = { schedule: pending.current?.schedule ?? schedule, change: joined };
      setDraft((before) => ({ ...before, ...more }));
      clearTimeout(timer.current);
      timer.current = setTimeout(save, REST_MS);
    },
    [schedule, save],
  );

  // Nothing is lost by leaving.
  useEffect(() => {
    window.addEventListener("pagehide", save);
    return () => {
      window.removeEventListener("pagehide", save);
      save();
    };
  }, [save]);

  // What is not saved yet is the latest step.
  useEffect(() => {
    if (!draft) return;
    const onKeyDown = (event: KeyboardEvent) => {
      const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
      if (!isUndo || !pending.current) return;
      event.preventDefault();
      event.stopPropagation();
      clearTimeout(timer.current);
      pending.current = null;
      setDraft(null);
    };
    window.addEventListener("keydown", onKeyDown, true);
    return () => window.removeEventListener("keydown", onKeyDown, true);
  }, [draft]);

  return { document: draft ? { ...schedule.document, ...draft } : schedule.document, change };
}

/** Throws what the engine refuses. Only the named parts are written, on top of what others made of the rest. */
export async function saveSchedule(schedule: ReadableSchedule, change: DocumentChange): Promise<void> {
  const before = schedule.document;
  const back = Object.fromEntries(
    (Object.keys(change) as (keyof DocumentChange)[]).map((part) => [part, before[part] ?? EMPTY[part]]),
  ) as DocumentChange;
  const put = async (parts: DocumentChange) => {
    const now = latest(schedule);
    const saved = await api.editSchedule(now.id, now.version, { ...(now.document ?? before), ...parts });
    // The feed brings it as well; the next edit need not wait for that.
    if (saved && saved.version > latest(schedule).version) {
      useLive.setState(({ schedules }) => ({ schedules: new Map(schedules).set(saved.id, saved) }));
    }
  };
  const name = t("told.changed", { name: change.name ?? schedule.name });
  // One message is enough for a row of strokes; the log has them all.
  for (const toast of useToasts.getState().toasts) if (toast.text === name) dismiss(toast.id);
  await perform({
    name,
    do: () => put(change),
    undo: () => put(back),
  });
}

const EMPTY: DocumentChange = { timezone: null, weekly: [], exceptions: [], holidays: [] };

function latest(schedule: ScheduleView): ScheduleView {
  return useLive.getState().schedules.get(schedule.id) ?? schedule;
}

/** Monday to Friday, 9 to 17: what most offices begin with. */
export function newDocument(name: string): ScheduleDocument {
  return {
    schemaVersion: 1,
    id: "",
    name,
    timezone: null,
    weekly: [{ days: [1, 2, 3, 4, 5], open: ["09:00", "17:00"] }],
    exceptions: [],
    holidays: [],
    override: null,
  };
}
