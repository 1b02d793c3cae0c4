// One phone of a person: its state at a glance, everything about it on request, and why it was refused.
import { ChevronDown, KeyRound, Trash2 } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { AttentionView, DeviceView } from "../../bindings/api";
import { Button, ComboBox, Facts, NumberField, PresenceMark, Select } from "../../design";
import { useLiveValue, usePeople } from "../../live/select";
import { engineNow } from "../../live/store";
import { tellRefused } from "../../live/toasts";
import { dayAndTime, moment } from "../../text/format";
import { DraftField } from "../people/draft-field";
import { editDevice } from "../people/edits";
import { Copyable } from "./copy";
import { removePhone } from "./deeds";
import { phoneName } from "./login-card";
import { NewPassword } from "./new-password";
import { PhoneTrouble } from "./phone-trouble";
import "./phone-item.css";

/** As the engine has it. */
const CONTACTS_MOST = 5;

export function PhoneItem({ device, startsOpen }: { device: DeviceView; startsOpen: boolean }) {
  const { t } = useTranslation("people");
  const [open, setOpen] = useState(startsOpen);
  const [renewing, setRenewing] = useState(false);
  const details = useId();
  const trouble = useLiveValue((live) =>
    [...live.attention.values()].filter((one) => "device" in one && one.device === device.id),
  );
  const name = phoneName(device);
  return (
    <li className="phone-item" data-online={device.online !== null}>
      <div className="phone-head">
        <PresenceMark presence={device.online ? "free" : "offline"} />
        <div className="phone-words">
          <h3>{name}</h3>
          <p className="quiet">
            <PhoneState device={device} />
          </p>
        </div>
        <Button
          size="small"
          tone="quiet"
          aria-expanded={open}
          aria-controls={details}
          onPress={() => setOpen(!open)}
          aria-label={t("phone.detailsOf", { label: name })}
        >
          <span className="phone-fold">
            {t("phone.details")}
            <ChevronDown size={14} strokeWidth={1.75} data-open={open || undefined} aria-hidden="true" />
          </span>
        </Button>
      </div>
      {trouble.map((one: AttentionView) => (
        <PhoneTrouble key={one.id} attention={one} device={device} onNewPassword={() => setRenewing(true)} />
      ))}
      {open && (
        <div className="phone-details" id={details}>
          <PhoneFacts device={device} />
          <PhoneEdits device={device} />
          <div className="phone-acts">
            <Button size="small" icon={KeyRound} onPress={() => setRenewing(true)}>
              {t("newPassword.ask")}
            </Button>
            <Button size="small" tone="danger" icon={Trash2} onPress={() => void removePhone(device)}>
              {t("phone.remove")}
            </Button>
          </div>
        </div>
      )}
      {renewing && <NewPassword device={device} onClose={() => setRenewing(false)} />}
    </li>
  );
}

function PhoneState({ device: { online, lastSeen } }: { device: DeviceView }) {
  const { t } = useTranslation("people");
  const at = (time: number) => moment(time, engineNow());
  if (online) {
    const model = online.userAgent || t("phone.unknownModel");
    return <>{t("phone.registered", { time: at(online.since), model })}</>;
  }
  return <>{lastSeen ? t("phone.lastSeen", { time: at(lastSeen) }) : t("phone.neverSeen")}</>;
}

function PhoneFacts({ device }: { device: DeviceView }) {
  const { t } = useTranslation(["people", "common"]);
  const { online, lastSeen, codec, user } = device;
  const notNow = t("phone.notNow");
  const facts: [string, string, React.ReactNode?][] = [
    [t("phone.address"), notNow, online && <code key="address">{online.address}</code>],
    [t("phone.transport"), notNow, online?.transport.toUpperCase()],
    [t("phone.model"), t("common:unknown"), online?.userAgent],
    [t("phone.seen"), t("common:never"), lastSeen && dayAndTime(lastSeen)],
    [t("phone.codec"), t("phone.noCall"), codec],
  ];
  return (
    <Facts
      facts={[
        [t("phone.user"), <Copyable key="user" name={t("phone.user")} value={user} />],
        ...facts.map(
          ([name, without, value]) =>
            [name, value || <Quiet key={name}>{without}</Quiet>] as [string, React.ReactNode],
        ),
      ]}
    />
  );
}

function Quiet({ children }: { children: React.ReactNode }) {
  return <span className="quiet">{children}</span>;
}

function PhoneEdits({ device }: { device: DeviceView }) {
  const { t } = useTranslation("people");
  const people = usePeople();
  const change = (edit: Parameters<typeof editDevice>[1]) => void editDevice(device, edit).catch(tellRefused);
  return (
    <>
      <DraftField
        label={t("phone.label")}
        view={device}
        read={({ label }) => label}
        save={(base, label) => editDevice(base, { label })}
        field="label"
        maxLength={80}
      />
      <ComboBox
        key={device.person}
        label={t("phone.owner")}
        options={[...people.values()].map(({ id, name, extension }) => ({
          id: String(id),
          label: name,
          ...(extension ? { description: extension } : {}),
        }))}
        value={String(device.person)}
        onChange={(person) => Number(person) !== device.person && change({ person: Number(person) })}
      />
      <Select
        label={t("phone.media")}
        description={t(`phone.mediaNotes.${device.media}`)}
        options={(["auto", "alwaysRelay"] as const).map((id) => ({
          id,
          label: t(`phone.mediaChoices.${id}`),
        }))}
        value={device.media}
        onChange={(media) => media !== device.media && change({ media })}
      />
      <NumberField
        label={t("phone.contacts")}
        description={t("phone.contactsNote")}
        value={device.maxContacts}
        minValue={1}
        maxValue={CONTACTS_MOST}
        onChange={(maxContacts) =>
          Number.isInteger(maxContacts) && maxContacts !== device.maxContacts && change({ maxContacts })
        }
      />
    </>
  );
}
