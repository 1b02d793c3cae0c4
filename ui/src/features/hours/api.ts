// What the engine says of schedules, modes, PIN sets and caller lists: the shapes of its routes.
import type { Millis } from "../../bindings/api";

export type ScheduleId = number;

/** `["09:00", "17:30"]`, local time; an end at or before the start is on the next day. */
export type Interval = readonly [from: string, to: string];

/** One rule of the week. Day 0 is Sunday. */
export type WeeklyRule = { days: readonly number[]; open: Interval; as?: "open" | "break" };

export type When = { date: string } | { from: string; to: string } | { yearly: string };
export type Effect = "closed" | "holiday" | "open" | readonly Interval[];

export type ScheduleException = {
  id: string;
  label?: string;
  when: When;
  effect: Effect;
  /** Whether the evening before runs into this date. */
  spill?: "keep" | "cut";
  /** What mailboxes say while it closes the office: a sound, by its number. */
  greeting?: string;
};

export type HolidayRule = {
  source: "builtin" | "ical";
  country?: string;
  region?: string;
  types?: readonly ("public" | "bank" | "observance")[];
  /** Ordinary days here: a date, or a holiday's id for every year. */
  skip?: readonly string[];
  /** What mailboxes say on some of them: a sound's number, by date or by a holiday's id. */
  greetings?: Readonly<Record<string, string>>;
  /** The days of an imported calendar. */
  dates?: readonly CalendarDay[];
  confirmedThrough?: string;
};

export type OpenState = "open" | "closed" | "holiday" | "break";
export type OverrideState = "open" | "closed" | "holiday";
export type Override = { state: OverrideState; until: string; by: string; reason?: string };

export type ScheduleDocument = {
  schemaVersion: 1;
  id: string;
  name: string;
  /** IANA name; without one the office's. */
  timezone: string | null;
  weekly: readonly WeeklyRule[];
  exceptions?: readonly ScheduleException[];
  holidays?: readonly HolidayRule[];
  override?: Override | null;
};

export type Because = {
  kind: "override" | "exception" | "holiday" | "weekly" | "noRule" | "fault";
  id: string | null;
  label: string | null;
};

export type Openness = {
  state: OpenState;
  label: string | null;
  since: Millis | null;
  next: { at: Millis; state: OpenState } | null;
  because: Because;
};

export type ScheduleUse = { kind: "flow" | "person" | "extension" | "number"; id: number; name: string };

export type ScheduleView = {
  id: ScheduleId;
  version: number;
  name: string;
  /** Nothing if it cannot be read any more: then it counts as open. */
  document: ScheduleDocument | null;
  timeZone: string;
  openness: Openness;
  usedBy: readonly ScheduleUse[];
};

export type PreviewSpan = { from: Millis; to: Millis; state: OpenState; because: Because };

export type SchedulePreview = {
  openness: Openness;
  spans: readonly PreviewSpan[];
  clockChanges: readonly { at: Millis; byMinutes: number }[];
  surprises: readonly { date: string; holiday: string; state: OpenState }[];
};

/** What the engine understood of a typed line. */
export type ReadHours = { weekly: readonly WeeklyRule[]; said: string };

export type OverrideEdit = { state: OverrideState; until: Millis; reason?: string };

export type HolidayCountry = {
  country: string;
  name: string;
  regions: readonly { code: string; name: string }[];
};
export type Holiday = {
  date: string;
  id: string;
  /** In the country's language. */
  name: string;
  english: string;
  type: "public" | "bank" | "observance";
};
export type CalendarDay = { date: string; name: string };

export type ModeId = number;
export type ModeState = { id: string; name: string };
export type ModeView = {
  id: ModeId;
  version: number;
  name: string;
  /** It rests in the first. */
  states: readonly ModeState[];
  /** The state it is in now, by its id. */
  state: string;
  /** What somebody has set; nothing while it rests. */
  set: { state: string; by: string; since: Millis; until: Millis | null } | null;
  usedBy: readonly ScheduleUse[];
};
export type ModeEdit = Pick<ModeView, "name" | "states">;

export type PinSetId = number;
/** PINs are never shown again: only whose each is. */
export type PinSetView = {
  id: PinSetId;
  version: number;
  name: string;
  pins: readonly { name: string }[];
  usedBy: readonly ScheduleUse[];
};
/** A PIN that is left out stays as it is. */
export type PinSetEdit = { name: string; pins: readonly { name: string; pin?: string }[] };

export type CallerListId = number;
export type ListedCaller = {
  /** As somebody typed it. */
  number: string;
  /** As callers bring it; read by the engine, whatever is sent. */
  compared?: string;
  name: string;
  values: readonly string[];
};
export type CallerListView = {
  id: CallerListId;
  version: number;
  name: string;
  /** What is kept of each caller besides number and name. */
  columns: readonly string[];
  callers: readonly ListedCaller[];
  usedBy: readonly ScheduleUse[];
};
export type CallerListEdit = Pick<CallerListView, "name" | "columns" | "callers">;
