// Where a call can be led: everybody and everything that can take it, by name.
import { useTranslation } from "react-i18next";
import type { RouteTarget } from "../../bindings/api";
import type { Option } from "../../design";
import { useLiveValue, useMailboxes, usePeople, useRooms } from "../../live/select";
import { visible } from "../calls/said";

/** A target as the name of a choice. */
export function keyOf(to: RouteTarget): string {
  return "dest_id" in to ? `${to.dest_kind} ${to.dest_id}` : to.dest_kind;
}

/** The target a choice stands for. */
export function targetOf(key: string): RouteTarget {
  const [kind = "", id = ""] = key.split(" ");
  switch (kind) {
    case "user":
    case "voicemail":
    case "conference":
    case "flow":
      return { dest_kind: kind, dest_id: Number(id) };
    case "extension":
    case "forward":
      return { dest_kind: kind, dest_id: id };
    default:
      return { dest_kind: "hangup" };
  }
}

type Heading = "people" | "ringGroups" | "queues" | "flows" | "mailboxes" | "rooms";

/** All that can be chosen, people first. */
export function useDestinations(): Option[] {
  const { t } = useTranslation("lines");
  const people = [...usePeople().values()];
  const mailboxes = [...useMailboxes().values()];
  const rooms = [...useRooms().values()];
  const flows = useLiveValue((live) => [...live.flows.values()]);
  const option = (to: RouteTarget, label: string, heading: Heading): Option => ({
    id: keyOf(to),
    label,
    heading: t(`headings.${heading}`),
  });
  return [
    ...byName(people).map(({ id, name, extension }) => ({
      ...option({ dest_kind: "user", dest_id: id }, visible(name), "people"),
      ...(extension ? { description: extension } : {}),
    })),
    ...byName(flows.filter(({ ringGroup }) => ringGroup)).map(({ id, name }) =>
      option({ dest_kind: "flow", dest_id: id }, t("goes.ringGroup", { name: visible(name) }), "ringGroups"),
    ),
    ...byName(flows.filter(({ queue }) => queue)).map(({ id, name }) =>
      option({ dest_kind: "flow", dest_id: id }, t("goes.queue", { name: visible(name) }), "queues"),
    ),
    ...byName(flows.filter(({ ringGroup, queue }) => !(ringGroup ?? queue))).map(({ id, name }) =>
      option({ dest_kind: "flow", dest_id: id }, t("goes.flow", { name: visible(name) }), "flows"),
    ),
    ...byName(mailboxes).map(({ id, name }) =>
      option(
        { dest_kind: "voicemail", dest_id: id },
        t("goes.mailbox", { name: visible(name) }),
        "mailboxes",
      ),
    ),
    ...byName(rooms).map(({ id, name }) =>
      option({ dest_kind: "conference", dest_id: id }, t("goes.room", { name: visible(name) }), "rooms"),
    ),
    { id: keyOf({ dest_kind: "hangup" }), label: t("goes.hangup") },
  ];
}

/** What a target is called. */
export function useTargetName(): (to: RouteTarget) => string {
  const { t } = useTranslation("lines");
  const names = useLiveValue(({ people, mailboxes, rooms, flows }) => ({ people, mailboxes, rooms, flows }));
  return (to) => {
    switch (to.dest_kind) {
      case "user":
        return known(names.people.get(to.dest_id), (name) => name);
      case "voicemail":
        return known(names.mailboxes.get(to.dest_id), (name) => t("goes.mailbox", { name }));
      case "conference":
        return known(names.rooms.get(to.dest_id), (name) => t("goes.room", { name }));
      case "flow": {
        const flow = names.flows.get(to.dest_id);
        const what = flow?.ringGroup ? "ringGroup" : flow?.queue ? "queue" : "flow";
        return known(flow, (name) => t(`goes.${what}`, { name }));
      }
      case "extension":
        return t("goes.extension", { number: visible(to.dest_id) });
      case "forward":
        return t("goes.outside", { number: visible(to.dest_id) });
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
