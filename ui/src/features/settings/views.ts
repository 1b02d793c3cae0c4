// The field of each setting.
import type { ComponentType } from "react";
import { About } from "./about";
import { Contrast, Effects, LetterKeys, Scale, Theme, WindowLanguage } from "./appearance";
import { Audit } from "./audit";
import { Backups, ExportBackup, RestoreBackup } from "./backup";
import { CallerLists } from "./caller-lists";
import { DataFolder, DataSize } from "./data";
import { MailQueue, MailServer, MailTest } from "./mail";
import { Modes } from "./modes";
import { Lan, LanAddress, LanPort, SipPorts, Trust } from "./network";
import {
  Country,
  MaxCalls,
  MaxCallsPerPerson,
  OfficeDomains,
  OfficeLanguage,
  OfficeName,
  RingSeconds,
  TimeZone,
} from "./office";
import { Offices } from "./offices";
import { ParkingBack, ParkingFirst, ParkingOn, ParkingSlots } from "./parking";
import { PinSets } from "./pin-sets";
import { ListeningIn, RecordingAnnounce, RecordingKeep, RecordingWho } from "./recording";
import { Rooms } from "./rooms";
import { Certificates, OwnSession } from "./security";
import type { SettingId } from "./settings-list";
import { Users } from "./users";

export const VIEWS: Record<SettingId, ComponentType> = {
  officeName: OfficeName,
  country: Country,
  timeZone: TimeZone,
  officeLanguage: OfficeLanguage,
  ringSeconds: RingSeconds,
  maxCalls: MaxCalls,
  maxCallsPerPerson: MaxCallsPerPerson,
  parkingOn: ParkingOn,
  parkingFirst: ParkingFirst,
  parkingSlots: ParkingSlots,
  parkingBack: ParkingBack,
  officeDomains: OfficeDomains,
  theme: Theme,
  contrast: Contrast,
  effects: Effects,
  scale: Scale,
  windowLanguage: WindowLanguage,
  letterKeys: LetterKeys,
  sipPorts: SipPorts,
  lan: Lan,
  lanAddress: LanAddress,
  lanPort: LanPort,
  trust: Trust,
  rooms: Rooms,
  modes: Modes,
  pinSets: PinSets,
  offices: Offices,
  callerLists: CallerLists,
  recordingWho: RecordingWho,
  recordingAnnounce: RecordingAnnounce,
  listening: ListeningIn,
  recordingKeep: RecordingKeep,
  mailServer: MailServer,
  mailTest: MailTest,
  mailQueue: MailQueue,
  users: Users,
  session: OwnSession,
  certificates: Certificates,
  backups: Backups,
  exportBackup: ExportBackup,
  restoreBackup: RestoreBackup,
  dataFolder: DataFolder,
  dataSize: DataSize,
  audit: Audit,
  about: About,
};
