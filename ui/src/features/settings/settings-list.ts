// All settings: in which section each stands, and who sees it. Their words are in the text, their fields in `views`.
import type { TFunction } from "i18next";
import type { Role } from "../../bindings/api";
import { mayAct } from "../../live/session";
import { matches } from "../../shell/match";
import type { settings as words } from "../../text/en/settings";

export type SectionId = keyof typeof words.sections;
export type SettingId = keyof typeof words.items;
export type Setting = { id: SettingId; section: SectionId; least: Role };

const of = (section: SectionId, least: Role, ids: SettingId[]): Setting[] =>
  ids.map((id) => ({ id, section, least }));

export const SETTINGS: readonly Setting[] = [
  ...of("office", "admin", [
    "officeName",
    "country",
    "timeZone",
    "officeLanguage",
    "ringSeconds",
    "maxCalls",
    "maxCallsPerPerson",
    "parkingOn",
    "parkingFirst",
    "parkingSlots",
    "parkingBack",
    "officeDomains",
  ]),
  ...of("appearance", "staff", ["theme", "contrast", "scale", "effects", "windowLanguage", "letterKeys"]),
  ...of("network", "admin", ["sipPorts", "lan", "lanAddress", "lanPort", "trust"]),
  ...of("rooms", "admin", ["rooms"]),
  ...of("modes", "admin", ["modes", "pinSets", "callerLists"]),
  ...of("offices", "admin", ["offices"]),
  ...of("recording", "admin", ["recordingWho", "recordingAnnounce", "recordingKeep", "listening"]),
  ...of("mail", "admin", ["mailServer", "mailTest", "mailQueue"]),
  ...of("users", "admin", ["users"]),
  ...of("security", "staff", ["session"]),
  ...of("security", "admin", ["certificates"]),
  ...of("backup", "admin", ["backups"]),
  ...of("backup", "owner", ["exportBackup", "restoreBackup"]),
  ...of("data", "admin", ["dataFolder", "dataSize"]),
  ...of("audit", "admin", ["audit"]),
  ...of("about", "staff", ["about"]),
];

export function visibleSettings(role: Role): Setting[] {
  return SETTINGS.filter(({ least }) => mayAct(role, least));
}

export function sectionsOf(settings: readonly Setting[]): SectionId[] {
  return [...new Set(settings.map(({ section }) => section))];
}

/** The settings meant by what was typed, the best match first. */
export function findSettings(
  query: string,
  settings: readonly Setting[],
  t: TFunction<"settings">,
): Setting[] {
  const found = settings.map((setting) => ({
    setting,
    rank: matches(
      query,
      t(`items.${setting.id}.title`),
      `${t(`items.${setting.id}.synonyms`)} ${t(`sections.${setting.section}.title`)}`,
    ),
  }));
  return found
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank)
    .map(({ setting }) => setting);
}
