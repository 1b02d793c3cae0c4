// Where a call can be led: everybody and everything that can take it, by name.
import { useTranslation } from "react-i18next";
import type { Option } from "../../design";
import { useLiveValue, useMailboxes, usePeople, useRooms } from "../../live/select";
import { visible } from "../calls/said";
import type { LeadsTo, Route } from "./api";

/** A goal as the name of a choice. */
export function keyOf(to: LeadsTo): string {
  return "id" in to ? `${to.kind} ${to.id}` : to.kind;
}

/** The goal a choice stands for. */
export function goalOf(key: string): LeadsTo {
  const [kind = "", id = ""] = key.split(" ");
  switch (kind) {
    case "person":
    case "mailbox":
    case "room":
    case "flow":
      return { kind, id: Number(id) };
    case "extension":
    case "outside":
      return { kind, id };
    default:
      return { kind: "hangup" };
  }
}

/** Straight there, with nothing set on the way. */
export function straightTo(to: LeadsTo): Route {
  return { to, callerNamePrefix: "", language: null, ringSeconds: null, variables: {} };
}

/** All that can be chosen, people first. */
export function useDestinations(): Option[] {
  const { t } = useTranslation("lines");
  const people = [...usePeople().values()];
  const mailboxes = [...useMailboxes().values()];
  const rooms = [...useRooms().values()];
  const flows = useLiveValue((live) => [...live.flows.values()]);
  const option = (to: LeadsTo, label: string, description?: string | null): Option => ({
    id: keyOf(to),
    label,
    ...(description ? { description } : {}),
  });
  return [
    ...byName(people).map(({ id, name, extension }) =>
      option({ kind: "person", id }, visible(name), extension),
    ),
    ...byName(flows).map(({ id, name }) =>
      option({ kind: "flow", id }, t("goes.flow", { name: visible(name) })),
    ),
    ...byName(mailboxes).map(({ id, name }) =>
      option({ kind: "mailbox", id }, t("goes.mailbox", { name: visible(name) })),
    ),
    ...byName(rooms).map(({ id, name }) =>
      option({ kind: "room", id }, t("goes.room", { name: visible(name) })),
    ),
    option({ kind: "hangup" }, t("goes.hangup")),
  ];
}

/** What a goal is called. */
export function useGoalName(): (to: LeadsTo) => string {
  const { t } = useTranslation("lines");
  const names = useLiveValue(({ people, mailboxes, rooms, flows }) => ({ people, mailboxes, rooms, flows }));
  return (to) => {
    switch (to.kind) {
      case "person":
        return known(names.people.get(to.id), (name) => name);
      case "mailbox":
        return known(names.mailboxes.get(to.id), (name) => t("goes.mailbox", { name }));
      case "room":
        return known(names.rooms.get(to.id), (name) => t("goes.room", { name }));
      case "flow":
        return known(names.flows.get(to.id), (name) => t("goes.flow", { name }));
      case "extension":
        return t("goes.extension", { number: visible(to.id) });
      case "outside":
        return t("goes.outside", { number: visible(to.id) });
      default:
        return t("goes.hangup");
    }
  };

  function known(thing: { name: string } | undefined, say: (name: string) => string): string {
    return thing ? say(visible(thing.name)) : t("goes.gone");
  }
}

function byName<One extends { name: string }>(things: One[]): One[] {
  return things.sort((a, b) => a.name.localeCompare(b.name));
}
