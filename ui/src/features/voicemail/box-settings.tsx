// How a mailbox is set up: answering, greetings, messages, PIN, e-mail, and who shares it.
import { useQuery } from "@tanstack/react-query";
import { Trash2, X } from "lucide-react";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useSearch } from "wouter";
import type { MailboxEdit, MailboxView } from "../../bindings/sound";
import {
  AlertDialog,
  Badge,
  Button,
  ComboBox,
  IconButton,
  Notice,
  RowItem,
  Rows,
  Section,
  Select,
  Switch,
  TextField,
} from "../../design";
import { api } from "../../live/api";
import { usePeople } from "../../live/select";
import { useMay } from "../../live/session";
import { engineNow } from "../../live/store";
import { tell, tellRefused } from "../../live/toasts";
import { clockTime, lasting } from "../../text/format";
import { languageName } from "../audio/language";
import { visible } from "../calls/said";
import { useDraft } from "../settings/draft";
import { addressesIn } from "./addresses";
import { saveBox } from "./box-edits";
import { Greetings } from "./greetings";
import { PinDialog } from "./pin-dialog";

type BoxProps = { box: MailboxView };

export function BoxSettings({ box }: BoxProps) {
  return (
    <div className="box-settings">
      <Answering box={box} />
      <Greetings box={box} />
      <Messages box={box} />
      <Pin box={box} />
      <Email box={box} />
      {box.person === null && <Members box={box} />}
      {box.person === null && <Remove box={box} />}
    </div>
  );
}

const save = (box: MailboxView, change: Partial<MailboxEdit>) => void saveBox(box, change).catch(tellRefused);

function Answering({ box }: BoxProps) {
  const { t } = useTranslation("voicemail");
  const languages = useQuery({ queryKey: ["setup"], queryFn: api.setup, staleTime: Number.POSITIVE_INFINITY })
    .data?.languages;
  const known = [...new Set([...(languages ?? ["en", "de"]), ...(box.language ? [box.language] : [])])];
  const mayManage = useMay("admin");
  return (
    <Section title={t("settings.answering")}>
      <Rows>
        <RowItem title={t("settings.enabled")} note={t("settings.enabledNote")}>
          <Switch
            aria-label={t("settings.enabled")}
            isSelected={box.enabled}
            onChange={(enabled) => save(box, { enabled })}
          >
            {null}
          </Switch>
        </RowItem>
        {box.person === null && mayManage && (
          <RowItem title={t("settings.name")}>
            <TextSetting
              label={t("settings.name")}
              field="name"
              value={box.name}
              save={(name) => saveBox(box, { name })}
              most={80}
            />
          </RowItem>
        )}
        {mayManage && (
          <RowItem title={t("settings.number")} note={t("settings.numberNote")}>
            <TextSetting
              label={t("settings.number")}
              field="number"
              value={box.number ?? ""}
              save={(number) => saveBox(box, { number: number || null })}
              most={8}
            />
          </RowItem>
        )}
        <RowItem title={t("settings.language")} note={t("settings.languageNote")}>
          <Select
            label={t("settings.language")}
            options={[
              { id: "office", label: t("settings.languageOffice") },
              ...known.map((id) => ({ id, label: languageName(id) })),
            ]}
            value={box.language ?? "office"}
            onChange={(id) => save(box, { language: id === "office" ? null : id })}
          />
        </RowItem>
      </Rows>
    </Section>
  );
}

/** A field that is saved when it is left, and given back by Esc. */
function TextSetting(props: {
  label: string;
  field: string;
  value: string;
  save: (value: string) => Promise<void>;
  most: number;
  placeholder?: string;
}) {
  const { label, field, value, most, placeholder } = props;
  const draft = useDraft(value, field, (typed) => props.save(typed.trim()));
  return (
    <TextField
      label={label}
      value={draft.value}
      onChange={draft.change}
      onBlur={draft.settle}
      onKeyDown={(event) => {
        if (event.key === "Enter") draft.settle();
        else if (event.key === "Escape") draft.drop();
      }}
      error={draft.error}
      maxLength={most}
      {...(placeholder ? { placeholder } : {})}
    />
  );
}

const LENGTHS = [30, 60, 120, 180, 300, 600];
const DAYS = [7, 14, 30, 90, 180, 365];
const sorted = (values: number[], own: number | null) =>
  [...new Set([...values, ...(own === null ? [] : [own])])].sort((a, b) => a - b);

/** What was typed as a number; nothing but digits is none, which the engine refuses by name. */
const whole = (typed: string) => (/^\d+$/.test(typed) ? Number(typed) : 0);

function Messages({ box }: BoxProps) {
  const { t } = useTranslation("voicemail");
  const mayManage = useMay("admin");
  const length = (seconds: number) =>
    seconds % 60 === 0
      ? t("settings.minutes", { count: seconds / 60 })
      : t("settings.seconds", { count: seconds });
  const isNearlyFull = box.usedSeconds > box.quotaSeconds * 0.9;
  return (
    <Section title={t("settings.messages")}>
      <Rows>
        <RowItem title={t("settings.longest")} note={t("settings.longestNote")}>
          <Select
            label={t("settings.longest")}
            options={sorted(LENGTHS, box.maxMessageSeconds).map((seconds) => ({
              id: String(seconds),
              label: length(seconds),
            }))}
            value={String(box.maxMessageSeconds)}
            onChange={(seconds) => save(box, { maxMessageSeconds: Number(seconds) })}
          />
        </RowItem>
        <RowItem title={t("settings.keep")} note={t("settings.keepNote")}>
          <Select
            label={t("settings.keep")}
            options={[
              ...sorted(DAYS, box.keepSavedDays).map((days) => ({
                id: String(days),
                label: t("settings.days", { count: days }),
              })),
              { id: "ever", label: t("settings.forEver") },
            ]}
            value={box.keepSavedDays === null ? "ever" : String(box.keepSavedDays)}
            onChange={(days) => save(box, { keepSavedDays: days === "ever" ? null : Number(days) })}
          />
        </RowItem>
        {mayManage && (
          <>
            <RowItem title={t("settings.quotaMessages")} note={t("settings.quotaMessagesNote")}>
              <TextSetting
                label={t("settings.quotaMessages")}
                field="quotaMessages"
                value={String(box.quotaMessages)}
                save={(typed) => saveBox(box, { quotaMessages: whole(typed) })}
                most={5}
              />
            </RowItem>
            <RowItem title={t("settings.quotaMinutes")} note={t("settings.quotaMinutesNote")}>
              <TextSetting
                label={t("settings.quotaMinutes")}
                field="quotaSeconds"
                value={String(box.quotaSeconds / 60)}
                save={(typed) => saveBox(box, { quotaSeconds: whole(typed) * 60 })}
                most={5}
              />
            </RowItem>
          </>
        )}
        <RowItem title={t("settings.used")}>
          <span className={isNearlyFull ? "used-nearly" : "quiet"}>
            {t("full", {
              used: lasting(box.usedSeconds * 1000),
              quota: lasting(box.quotaSeconds * 1000),
            })}
          </span>
          <meter
            min={0}
            max={box.quotaSeconds}
            high={box.quotaSeconds * 0.9}
            value={box.usedSeconds}
            aria-label={t("settings.used")}
          />
        </RowItem>
      </Rows>
    </Section>
  );
}

function Pin({ box }: BoxProps) {
  const { t } = useTranslation("voicemail");
  const asked = new URLSearchParams(useSearch()).has("pin");
  const [isOpen, setOpen] = useState(asked);
  const isLocked = box.lockedUntil !== null && box.lockedUntil > engineNow();
  return (
    <Section title={t("settings.pin")}>
      <Rows>
        <RowItem
          title={t("settings.pinRow")}
          note={
            isLocked
              ? t("settings.pinLocked", { time: clockTime(box.lockedUntil ?? 0) })
              : t(box.hasPin ? "settings.pinSet" : "settings.pinNone")
          }
        >
          {isLocked && <Badge tone="warning">{clockTime(box.lockedUntil ?? 0)}</Badge>}
          <Button onPress={() => setOpen(true)}>{t("settings.pinNew")}</Button>
        </RowItem>
      </Rows>
      {isOpen && <PinDialog box={box} onClose={() => setOpen(false)} />}
    </Section>
  );
}

function Email({ box }: BoxProps) {
  const { t } = useTranslation("voicemail");
  const mayManage = useMay("admin");
  const { email } = box;
  // Turned on, but not yet with an address: nothing to be saved.
  const [isWanted, setWanted] = useState(false);
  const draft = useDraft(email?.addresses.join(", ") ?? "", "email", async (typed) => {
    const addresses = addressesIn(typed);
    const rest = email ?? { attach: true, deleteAfterSending: false };
    await saveBox(box, { email: addresses.length ? { ...rest, addresses } : null });
    setWanted(false);
  });
  const isOn = email !== null || isWanted;
  const set = (change: Partial<NonNullable<MailboxView["email"]>>) =>
    email && save(box, { email: { ...email, ...change } });
  return (
    <Section title={t("settings.email")}>
      <Rows>
        <RowItem
          title={t("settings.emailOn")}
          note={
            <>
              {t("settings.emailNote")} {mayManage && t("settings.emailServer")}{" "}
              {mayManage && <Link href="/settings/mail">{t("settings.openMail")}</Link>}
            </>
          }
        >
          <Switch
            aria-label={t("settings.emailOn")}
            isSelected={isOn}
            onChange={(on) => {
              setWanted(on);
              if (!on && email) save(box, { email: null });
            }}
          >
            {null}
          </Switch>
        </RowItem>
        {isOn && (
          <RowItem title={t("settings.addresses")} note={t("settings.addressesNote")}>
            <TextField
              label={t("settings.addresses")}
              type="text"
              inputMode="email"
              value={draft.value}
              onChange={draft.change}
              onBlur={draft.settle}
              onKeyDown={(event) => {
                if (event.key === "Enter") draft.settle();
                else if (event.key === "Escape") draft.drop();
              }}
              error={draft.error}
              autoFocus={isWanted}
            />
          </RowItem>
        )}
        {email && (
          <>
            <RowItem title={t("settings.attach")} note={t("settings.attachNote")}>
              <Switch
                aria-label={t("settings.attach")}
                isSelected={email.attach}
                onChange={(attach) => set({ attach, deleteAfterSending: attach && email.deleteAfterSending })}
              >
                {null}
              </Switch>
            </RowItem>
            <RowItem title={t("settings.deleteAfter")} note={t("settings.deleteAfterNote")}>
              <Switch
                aria-label={t("settings.deleteAfter")}
                isSelected={email.deleteAfterSending}
                isDisabled={!email.attach}
                onChange={(deleteAfterSending) => set({ deleteAfterSending })}
              >
                {null}
              </Switch>
            </RowItem>
          </>
        )}
      </Rows>
    </Section>
  );
}

function Members({ box }: BoxProps) {
  const { t } = useTranslation("voicemail");
  const people = usePeople();
  const others = useMemo(
    () =>
      [...people.values()]
        .filter(({ id }) => !box.members.includes(id))
        .sort((a, b) => a.name.localeCompare(b.name))
        .map(({ id, name, extension }) => ({
          id: String(id),
          label: visible(name),
          ...(extension ? { description: extension } : {}),
        })),
    [people, box.members],
  );
  return (
    <Section title={t("settings.members")} lead={t("settings.membersNote")}>
      {box.members.length === 0 && <Notice severity="warning">{t("settings.noMembers")}</Notice>}
      <ul className="member-list">
        {box.members.map((id) => {
          const name = visible(people.get(id)?.name ?? String(id));
          return (
            <li key={id} className="member">
              <bdi>{name}</bdi>
              <IconButton
                icon={X}
                label={t("settings.removeMember", { name })}
                onPress={() => save(box, { members: box.members.filter((member) => member !== id) })}
              />
            </li>
          );
        })}
      </ul>
      <div className="member-add">
        <ComboBox
          key={box.members.length}
          label={t("settings.addMember")}
          placeholder={t("settings.addMember")}
          options={others}
          value={null}
          onChange={(id) => save(box, { members: [...box.members, Number(id)] })}
        />
      </div>
    </Section>
  );
}

function Remove({ box }: BoxProps) {
  const { t } = useTranslation("voicemail");
  const [, navigate] = useLocation();
  const mayManage = useMay("admin");
  const [asking, setAsking] = useState(false);
  if (!mayManage) return null;
  const remove = async () => {
    setAsking(false);
    try {
      await api.removeMailbox(box.id, box.revision);
      tell({ text: t("told.boxRemoved", { name: box.name }) });
      navigate("/voicemail");
    } catch (error) {
      tellRefused(error);
    }
  };
  return (
    <>
      <Button tone="danger" icon={Trash2} onPress={() => setAsking(true)}>
        {t("settings.remove")}
      </Button>
      <AlertDialog
        title={t("settings.removeTitle", { name: box.name })}
        isOpen={asking}
        onClose={() => setAsking(false)}
        action={t("settings.remove")}
        onAction={() => void remove()}
        danger
      >
        {t("settings.removeBody")}
      </AlertDialog>
    </>
  );
}
