// When somebody takes calls, and where their callers go at other times.
import { useTranslation } from "react-i18next";
import type { PersonView } from "../../bindings/api";
import { ComboBox, Select } from "../../design";
import { useMailboxes, usePeople, useSchedules } from "../../live/select";
import { tellRefused } from "../../live/toasts";
import { visible } from "../calls/said";
import { editPerson } from "../people/edits";
import { hoursOf, type LeadsTo, type PersonHours } from "./leads-to";

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
        <WhenClosed
          person={person}
          leadsTo={hours.whenClosed}
          onChange={(whenClosed) => save({ ...hours, whenClosed })}
        />
      )}
    </>
  );
}

function WhenClosed(props: { person: PersonView; leadsTo: LeadsTo; onChange: (leadsTo: LeadsTo) => void }) {
  const { person, leadsTo, onChange } = props;
  const { t } = useTranslation("hours");
  const mailboxes = [...useMailboxes().values()];
  const people = [...usePeople().values()];
  const goals: { to: LeadsTo; label: string; description?: string }[] = [
    ...mailboxes
      .sort((a, b) => Number(b.person === person.id) - Number(a.person === person.id))
      .map(({ id, name }) => ({
        to: { kind: "mailbox", id } as const,
        label: t("person.mailbox", { name: visible(name) }),
      })),
    ...people
      .filter(({ id, extension }) => id !== person.id && extension !== null)
      .sort((a, b) => a.name.localeCompare(b.name))
      .map(({ id, name, extension }) => ({
        to: { kind: "person", id } as const,
        label: visible(name),
        description: extension ?? "",
      })),
    { to: { kind: "hangup" }, label: t("person.hangup") },
  ];
  // What was set elsewhere, such as a flow, is shown as it is.
  if (!goals.some(({ to }) => keyOf(to) === keyOf(leadsTo))) {
    goals.push({ to: leadsTo, label: t("person.other") });
  }
  return (
    <ComboBox
      key={`${keyOf(leadsTo)} ${goals.length}`}
      label={t("person.whenClosed")}
      options={goals.map(({ to, label, description }) => ({
        id: keyOf(to),
        label,
        ...(description ? { description } : {}),
      }))}
      value={keyOf(leadsTo)}
      onChange={(key) => {
        const goal = goals.find(({ to }) => keyOf(to) === key);
        if (goal && key !== keyOf(leadsTo)) onChange(goal.to);
      }}
    />
  );
}

function keyOf(to: LeadsTo): string {
  return "id" in to ? `${to.kind} ${to.id}` : to.kind;
}
