// Ways to read the store: each component is drawn again only when what it reads has changed.
import { useShallow } from "zustand/react/shallow";
import type {
  AttentionView,
  CallId,
  DeviceId,
  DeviceView,
  EmergencyView,
  EngineState,
  FuseView,
  LineId,
  LineView,
  LiveCallView,
  OfficeView,
  PersonId,
  PersonView,
} from "../bindings/api";
import type { MailboxId, MailboxView, RoomId, RoomView } from "../bindings/sound";
import type { ModeId, ModeView, ScheduleId, ScheduleView } from "../features/hours/api";
import { type Connection, type Live, useLive } from "./store";

const NO_CALLS: readonly CallId[] = [];

export const useConnection = (): Connection => useLive((live) => live.connection);
export const useEngine = (): EngineState | null => useLive((live) => live.engine);
export const useOffice = (): OfficeView | null => useLive((live) => live.office);

export const usePerson = (id: PersonId): PersonView | undefined => useLive((live) => live.people.get(id));
export const useDevice = (id: DeviceId): DeviceView | undefined => useLive((live) => live.devices.get(id));
export const useCall = (id: CallId): LiveCallView | undefined => useLive((live) => live.calls.get(id));
export const useAttention = (id: string): AttentionView | undefined =>
  useLive((live) => live.attention.get(id));

/** The calls a person has part in. */
export const useCallsOf = (id: PersonId): readonly CallId[] =>
  useLive((live) => live.callsOf.get(id) ?? NO_CALLS);

/** All people, by any change of any of them: for lists that sort and filter. */
export const usePeople = (): ReadonlyMap<PersonId, PersonView> => useLive((live) => live.people);
export const useDevices = (): ReadonlyMap<DeviceId, DeviceView> => useLive((live) => live.devices);
export const useCalls = (): ReadonlyMap<CallId, LiveCallView> => useLive((live) => live.calls);
export const useAllAttention = (): ReadonlyMap<string, AttentionView> => useLive((live) => live.attention);

export const useMailboxes = (): ReadonlyMap<MailboxId, MailboxView> => useLive((live) => live.mailboxes);
export const useMailbox = (id: MailboxId): MailboxView | undefined =>
  useLive((live) => live.mailboxes.get(id));
export const useRooms = (): ReadonlyMap<RoomId, RoomView> => useLive((live) => live.rooms);
export const useRoom = (id: RoomId): RoomView | undefined => useLive((live) => live.rooms.get(id));

export const useSchedules = (): ReadonlyMap<ScheduleId, ScheduleView> => useLive((live) => live.schedules);
export const useSchedule = (id: ScheduleId): ScheduleView | undefined =>
  useLive((live) => live.schedules.get(id));
export const useModes = (): ReadonlyMap<ModeId, ModeView> => useLive((live) => live.modes);

export const useLines = (): ReadonlyMap<LineId, LineView> => useLive((live) => live.lines);
export const useLine = (id: LineId): LineView | undefined => useLive((live) => live.lines.get(id));
/** Only those that have blown. */
export const useBlownFuses = (): ReadonlyMap<string, FuseView> => useLive((live) => live.fuses);
export const useEmergencies = (): ReadonlyMap<string, EmergencyView> => useLive((live) => live.emergencies);

/** A person's devices, in the order of their making. */
export const useDevicesOf = (person: PersonId): DeviceView[] =>
  useLive(useShallow((live) => [...live.devices.values()].filter((device) => device.person === person)));

/** A small value worked out of the state; drawn again only when the value differs. */
export function useLiveValue<T>(read: (live: Live) => T): T {
  return useLive(useShallow(read));
}

/** How often the history has grown: a key for queries that list past calls. */
export const useRecorded = (): number => useLive((live) => live.recorded);
