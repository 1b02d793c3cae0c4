// Everything that can be done with a person, as a menu; and the small dialog for a note and an end.
import {
  CircleCheck,
  Coffee,
  Contact,
  MinusCircle,
  MoreHorizontal,
  NotebookPen,
  Phone,
  PhoneForwarded,
} from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { create } from "zustand";
import type { CallId, PersonId, PersonView, Wants } from "../../bindings/api";
import {
  Button,
  Dialog,
  IconButton,
  MenuAt,
  type MenuEntry,
  RadioGroup,
  Select,
  TextField,
} from "../../design";
import { useCall, usePerson } from "../../live/select";
import { useMay, useOwnPerson } from "../../live/session";
import { engineNow } from "../../live/store";
import { clockTime, lasting } from "../../text/format";
import {
  callPerson,
  handedOver,
  handOver,
  handOverWords,
  mayHandOver,
  maySetWants,
  setWants,
} from "./actions";
import { setBoard } from "./state";

type OpenState = { menuFor: { person: PersonId; at: HTMLElement } | null; noteFor: PersonId | null };
const useOpen = create<OpenState>(() => ({ menuFor: null, noteFor: null }));

/** Opens a person's menu beside an element, as after a right click or Shift+F10. */
export const openPersonMenu = (person: PersonId, at: HTMLElement): void =>
  useOpen.setState({ menuFor: { person, at } });

/** The button at the end of a person's row. */
export function PersonMenuButton({ person }: { person: PersonView }) {
  const { t } = useTranslation("board");
  return (
    <IconButton
      icon={MoreHorizontal}
      label={t("act.actions", { name: person.name })}
      keys="Shift+F10"
      excludeFromTabOrder
      onPress={({ target }) => {
        // The chosen row keeps its buttons, and with them the place of the menu.
        setBoard({ person: person.id });
        openPersonMenu(person.id, target as HTMLElement);
      }}
    />
  );
}

/** What is open for any person; rendered once. */
export function PersonOverlays({ call }: { call: CallId | null }) {
  const { menuFor, noteFor } = useOpen();
  return (
    <>
      {menuFor && <MenuBeside {...menuFor} call={call} />}
      {noteFor !== null && <WantsDialog id={noteFor} />}
    </>
  );
}

function MenuBeside({ person: id, at, call }: { person: PersonId; at: HTMLElement; call: CallId | null }) {
  const { t } = useTranslation("board");
  const person = usePerson(id);
  const close = () => useOpen.setState({ menuFor: null });
  if (!person) return null;
  return (
    <OpenMenu
      person={person}
      at={at}
      call={call}
      onClose={close}
      label={t("act.actions", { name: person.name })}
    />
  );
}

function OpenMenu(props: {
  person: PersonView;
  at: HTMLElement;
  call: CallId | null;
  label: string;
  onClose: () => void;
}) {
  const entries = usePersonEntries(props.person, props.call);
  return <MenuAt at={props.at} label={props.label} entries={entries} onClose={props.onClose} />;
}

function usePersonEntries(person: PersonView, callId: CallId | null): MenuEntry[] {
  const { t } = useTranslation("board");
  const [, navigate] = useLocation();
  const mayManage = useMay("admin");
  const own = useOwnPerson();
  const call = useCall(callId ?? -1);
  const { name } = person;
  const entries: MenuEntry[] = [];
  if (call && mayHandOver(call)) {
    entries.push({
      id: "transfer",
      label: t(handOverWords(call), { caller: handedOver(call), name }),
      icon: PhoneForwarded,
      keys: "Enter",
      onAction: () => void handOver(call.id, person),
    });
  }
  if (person.id !== own) {
    entries.push({
      id: "call",
      label: t("act.callName", { name }),
      icon: Phone,
      isDisabled: person.extension === null,
      ...(call ? {} : { keys: "Enter" }),
      onAction: () => void callPerson(person),
    });
  }
  if (maySetWants(person.id)) {
    if (entries.length) entries.push({ id: "line", separator: true });
    const set = (state: Wants["state"], until: number | null) => () =>
      void setWants(person, { state, note: "", until });
    entries.push(
      {
        id: "available",
        label: t("act.setAvailable"),
        icon: CircleCheck,
        isDisabled: person.wants.state === "available" && !person.wants.note,
        onAction: set("available", null),
      },
      { id: "dnd", label: t("act.setDoNotDisturb"), icon: MinusCircle, entries: ends("doNotDisturb") },
      { id: "away", label: t("act.setAway"), icon: Coffee, entries: ends("away") },
      {
        id: "note",
        label: t("act.withNote"),
        icon: NotebookPen,
        onAction: () => useOpen.setState({ noteFor: person.id }),
      },
    );
    function ends(state: Wants["state"]): MenuEntry[] {
      return endChoices(t).map(({ id, label, until }) => ({
        id: `${state}.${id}`,
        label,
        onAction: () => set(state, until())(),
      }));
    }
  }
  if (mayManage) {
    entries.push(
      { id: "line2", separator: true },
      {
        id: "show",
        label: t("act.showPerson"),
        icon: Contact,
        onAction: () => navigate(`/people/${person.id}`),
      },
    );
  }
  return entries;
}

const MINUTES = [30, 60, 120, 240] as const;

type End = { id: string; label: string; until: () => number | null };

function endChoices(t: ReturnType<typeof useTranslation<"board">>["t"]): End[] {
  const timed = MINUTES.map((minutes) => ({
    id: `m${minutes}`,
    label: t("act.forMinutes", { time: lasting(minutes * 60_000, "long") }),
    until: () => engineNow() + minutes * 60_000,
  }));
  return [
    ...timed,
    {
      id: "tomorrow",
      label: t("act.untilTomorrow", { time: clockTime(tomorrowMorning()) }),
      until: tomorrowMorning,
    },
    { id: "noEnd", label: t("act.noEnd"), until: () => null },
  ];
}

function tomorrowMorning(): number {
  const morning = new Date(engineNow());
  morning.setDate(morning.getDate() + 1);
  morning.setHours(8, 0, 0, 0);
  return morning.getTime();
}

function WantsDialog({ id }: { id: PersonId }) {
  const { t } = useTranslation(["board", "common"]);
  const person = usePerson(id);
  const [state, setState] = useState<Wants["state"]>(person?.wants.state ?? "available");
  const [note, setNote] = useState(person?.wants.note ?? "");
  const [end, setEnd] = useState<string>("noEnd");
  const close = () => useOpen.setState({ noteFor: null });
  if (!person) return null;
  const choices = endChoices(t);
  const save = () => {
    const until = choices.find((choice) => choice.id === end)?.until() ?? null;
    void setWants(person, { state, note: note.trim(), until });
    close();
  };
  return (
    <Dialog
      title={t("note.title", { name: person.name })}
      isOpen
      onClose={close}
      width="narrow"
      actions={
        <>
          <Button onPress={close}>{t("common:cancel")}</Button>
          <Button tone="accent" onPress={save}>
            {t("common:save")}
          </Button>
        </>
      }
    >
      <RadioGroup
        label={t("note.state")}
        value={state}
        onChange={setState}
        options={(["available", "doNotDisturb", "away"] as const).map((one) => ({
          id: one,
          label: t(`note.${one}`),
        }))}
      />
      <TextField
        label={t("note.note")}
        placeholder={t("note.notePlaceholder")}
        value={note}
        onChange={setNote}
        maxLength={80}
      />
      <Select label={t("note.end")} options={choices} value={end} onChange={setEnd} />
    </Dialog>
  );
}
