// One person beside the list: three facts, what can be changed, and their phones.
import { Phone, Plus, Trash2, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useSearch } from "wouter";
import type { PersonView, Wants } from "../../bindings/api";
import { Button, EmptyState, IconButton, PresenceMark, RadioGroup, Section, Select } from "../../design";
import { presenceOf } from "../../live/presence";
import { ruleOf } from "../../live/recorded";
import { useDevicesOf, useOffice, usePerson } from "../../live/select";
import { useOwnPerson } from "../../live/session";
import { tellRefused } from "../../live/toasts";
import { callPerson, setWants } from "../board/actions";
import { DoingWords, ReachableWords, WantsWords } from "../board/presence-words";
import { HoursOfPerson } from "../hours/person-hours";
import { HoursOfExtension } from "../lines/extensions";
import { PhoneItem } from "../phones/phone-item";
import { removePerson } from "./deeds";
import { DraftField, useDraft } from "./draft-field";
import { editPerson } from "./edits";
import { TeamField } from "./team-field";
import "./person-panel.css";

export function PersonPanel({
  id,
  focus,
  onClose,
  onAddPhone,
}: {
  id: number;
  /** Grows when the panel was asked to take the focus. */
  focus: number;
  onClose: () => void;
  onAddPhone: () => void;
}) {
  const { t } = useTranslation(["people", "common"]);
  const person = usePerson(id);
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    if (focus > 0) heading.current?.focus();
  }, [focus]);

  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    onClose();
  };

  return (
    <aside
      className="person-panel"
      aria-label={person?.name ?? t("gone.title")}
      data-region=""
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      {person ? (
        <>
          <header className="panel-head">
            <PresenceMark presence={presenceOf(person)} size={12} />
            <h2 ref={heading} tabIndex={-1}>
              {person.name}
            </h2>
            <CallButton person={person} />
            <IconButton icon={X} label={t("common:close")} keys="Esc" onPress={onClose} />
          </header>
          {/* Another person is another form. */}
          <div className="panel-body" key={id}>
            <ThreeFacts person={person} />
            <PersonFields person={person} />
            <PersonPhones person={person} onAddPhone={onAddPhone} />
            <Button tone="danger" icon={Trash2} onPress={() => void removePerson(person).then(onClose)}>
              {t("removePerson", { name: person.name })}
            </Button>
          </div>
        </>
      ) : (
        <EmptyState title={t("gone.title")} action={<Button onPress={onClose}>{t("common:close")}</Button>}>
          {t("gone.body")}
        </EmptyState>
      )}
    </aside>
  );
}

function CallButton({ person }: { person: PersonView }) {
  const { t } = useTranslation("people");
  const own = useOwnPerson();
  if (own === null || own === person.id || !person.extension) return null;
  return (
    <IconButton
      icon={Phone}
      label={t("call", { name: person.name })}
      onPress={() => void callPerson(person)}
    />
  );
}

function ThreeFacts({ person }: { person: PersonView }) {
  const { t } = useTranslation("people");
  const { wants } = person;
  const change = (state: Wants["state"]) => {
    if (state !== wants.state) void setWants(person, { state, note: "", until: null });
  };
  return (
    <section className="three-facts" aria-label={t("presence")}>
      <dl>
        <div>
          <dt>{t("columns.doing")}</dt>
          <dd>
            <DoingWords person={person} />
          </dd>
        </div>
        <div>
          <dt>{t("columns.wants")}</dt>
          <dd>
            <WantsWords person={person} />
          </dd>
        </div>
        <div>
          <dt>{t("columns.reachable")}</dt>
          <dd>
            <ReachableWords person={person} />
          </dd>
        </div>
      </dl>
      <RadioGroup
        segments
        bare
        label={t("setWants", { name: person.name })}
        options={(["available", "doNotDisturb", "away"] as const).map((id) => ({
          id,
          label: t(`wants.${id}`),
        }))}
        value={wants.state}
        onChange={change}
      />
    </section>
  );
}

function PersonFields({ person }: { person: PersonView }) {
  const { t } = useTranslation("people");
  const others = person.numbers.filter((number) => number !== person.extension);
  return (
    <div className="panel-fields">
      <DraftField
        label={t("fields.name")}
        view={person}
        read={({ name }) => name}
        save={(base, name) => editPerson(base, { name })}
        field="name"
        maxLength={80}
      />
      <div className="panel-pair">
        <DraftField
          label={t("fields.extension")}
          view={person}
          read={({ extension }) => extension ?? ""}
          save={(base, extension) => editPerson(base, { extension: extension || null })}
          field="extension"
          maxLength={8}
          {...(others.length
            ? { description: t("fields.otherNumbers", { numbers: others.join(", ") }) }
            : {})}
        />
        <PersonTeam person={person} />
      </div>
      {person.extension && <HoursOfExtension number={person.extension} />}
      <RingTime person={person} />
      <RecordCalls person={person} />
      <HoursOfPerson person={person} />
    </div>
  );
}

function PersonTeam({ person }: { person: PersonView }) {
  const draft = useDraft<PersonView>({
    view: person,
    read: ({ team }) => team,
    save: (base, team) => editPerson(base, { team }),
    field: "team",
  });
  return <TeamField value={draft.value} onType={draft.type} onDone={(team) => void draft.commit(team)} />;
}

const RING_SECONDS = [10, 15, 20, 25, 30, 40, 60, 90, 120];

function RingTime({ person }: { person: PersonView }) {
  const { t } = useTranslation("people");
  const usual = useOffice()?.ringSeconds ?? 30;
  const { ringSeconds } = person;
  const choices = [...new Set([...RING_SECONDS, ...(ringSeconds ? [ringSeconds] : [])])].sort(
    (a, b) => a - b,
  );
  const save = (chosen: string) => {
    const seconds = chosen === "office" ? null : Number(chosen);
    if (seconds !== ringSeconds) void editPerson(person, { ringSeconds: seconds }).catch(tellRefused);
  };
  return (
    <Select
      label={t("fields.ringTime")}
      options={[
        { id: "office", label: t("fields.ringAsOffice", { count: usual }) },
        ...choices.map((count) => ({ id: String(count), label: t("fields.seconds", { count }) })),
      ]}
      value={ringSeconds === null ? "office" : String(ringSeconds)}
      onChange={save}
    />
  );
}

function RecordCalls({ person }: { person: PersonView }) {
  const { t } = useTranslation("recordings");
  const rule = ruleOf(person);
  return (
    <Select
      label={t("person.label")}
      options={(["never", "onDemand", "always"] as const).map((id) => ({ id, label: t(`person.${id}`) }))}
      value={rule}
      onChange={(recording) => {
        if (recording !== rule) void editPerson(person, { recording }).catch(tellRefused);
      }}
      {...(rule === "never" ? {} : { description: t("person.note") })}
    />
  );
}

function PersonPhones({ person, onAddPhone }: { person: PersonView; onAddPhone: () => void }) {
  const { t } = useTranslation("people");
  const devices = useDevicesOf(person.id);
  // `?device=7`, as a notice elsewhere leads here.
  const asked = Number(new URLSearchParams(useSearch()).get("device"));
  const add = (
    <Button
      size="small"
      icon={Plus}
      tone={devices.length === 0 ? "accent" : "plain"}
      onPress={onAddPhone}
      data-testid="add-phone"
    >
      {t("addPhone.open")}
    </Button>
  );
  return (
    <Section title={t("phones")} aside={add}>
      {devices.length === 0 ? (
        <p className="quiet">{t("noPhoneNote", { name: person.name })}</p>
      ) : (
        <ul className="phone-items">
          {devices.map((device) => (
            <PhoneItem
              key={device.id}
              device={device}
              startsOpen={devices.length === 1 || device.id === asked}
            />
          ))}
        </ul>
      )}
    </Section>
  );
}
