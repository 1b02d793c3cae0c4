// When somebody takes calls, and where their callers go at other times.
import { useTranslation } from "react-i18next";
import type { LeadsTo, PersonHours, PersonView } from "../../bindings/api";
import { Select } from "../../design";
import { useMailboxes, useSchedules } from "../../live/select";
import { tellRefused } from "../../live/toasts";
import { visible } from "../calls/said";
import { editPerson } from "../people/edits";
import { hoursOf } from "./leads-to";
import { LeadsToField } from "./leads-to-field";

const ALWAYS = "always";

export function HoursOfPerson({ person }: { person: PersonView }) {
  const { t } = useTranslation("hours");
  const schedules = [...useSchedules().values()].sort((a, b) => a.name.localeCompare(b.name));
  const mailboxes = [...useMailboxes().values()];
  const own = mailboxes.find((box) => box.person === person.id);
  const hours = hoursOf(person);
  // An engine without hours says nothing of them.
  if (hours === undefined || (schedules.length === 0 && hours === null)) return null;
  const save = (next: PersonHours | null) => void editPerson(person, { hours: next }).catch(tellRefused);
  const usual: LeadsTo = own ? { kind: "mailbox", id: own.id } : { kind: "hangup" };
  return (
    <>
      <Select
        label={t("person.label")}
        options={[
          { id: ALWAYS, label: t("person.always") },
          ...schedules.map(({ id, name }) => ({ id: String(id), label: visible(name) })),
        ]}
        value={hours ? String(hours.schedule) : ALWAYS}
        onChange={(id) => {
          if (id === ALWAYS) return hours && save(null);
          if (Number(id) !== hours?.schedule) {
            save({ schedule: Number(id), whenClosed: hours?.whenClosed ?? usual });
          }
        }}
        {...(hours ? { description: t("person.note") } : {})}
      />
      {hours && (
        <LeadsToField
          label={t("person.whenClosed")}
          value={hours.whenClosed}
          onChange={(whenClosed) => save({ ...hours, whenClosed })}
          except={{ kind: "person", id: person.id }}
        />
      )}
    </>
  );
}
