// The three facts of a person in words: what they want, what they are doing, whether a phone can be reached.
import { Minus, Smartphone, Unplug } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { LiveCallView, Millis, PersonView } from "../../bindings/api";
import { Duration } from "../../design";
import { calleeOf, nameOf, queueName } from "../../live/names";
import { useCall, useCallsOf } from "../../live/select";
import { engineNow } from "../../live/store";
import { moment } from "../../text/format";

export function WantsWords({ person: { wants } }: { person: PersonView }) {
  const { t } = useTranslation("board");
  const until = wants.until ? t("wants.until", { time: moment(wants.until, engineNow()) }) : "";
  const note = wants.note && ` · ${wants.note}`;
  const usual = wants.state === "available";
  return (
    <span className="cut" data-usual={usual || undefined}>
      {t(`wants.${wants.state}`)}
      {(until || note) && (
        <span className="quiet">
          {until && ` ${until}`}
          {note}
        </span>
      )}
    </span>
  );
}

export function DoingWords({ person }: { person: PersonView }) {
  const { t } = useTranslation("board");
  const [id] = useCallsOf(person.id);
  const call = useCall(id ?? -1);
  const waits = call?.from.person === person.id ? call.waits : null;
  return (
    <>
      <span className="cut" data-usual={person.doing === "idle" || undefined}>
        {waits ? t("doing.waiting") : t(`doing.${person.doing}`)}
        {call && person.doing !== "idle" && <span className="quiet"> {otherSide(call, person, t)}</span>}
      </span>
      {call && person.doing !== "idle" && <Duration since={waits?.since ?? sinceOf(call)} />}
    </>
  );
}

function sinceOf({ state, startedAt, answeredAt }: LiveCallView): Millis {
  return state === "ringing" ? startedAt : (answeredAt ?? startedAt);
}

function otherSide(
  call: LiveCallView,
  person: PersonView,
  t: ReturnType<typeof useTranslation<"board">>["t"],
): string {
  const isCaller = call.from.person === person.id;
  if (isCaller && call.waits) return t("doing.in", { name: queueName(call.waits.queue) });
  const name = isCaller ? calleeOf(call) : nameOf(call.from);
  if (person.doing === "ringing") return t("doing.from", { name });
  return person.doing === "calling" ? t("doing.to", { name }) : t("doing.with", { name });
}

const REACHABLE_SIGNS = { online: Smartphone, offline: Unplug, noDevice: Minus } as const;

export function ReachableWords({ person: { reachable } }: { person: PersonView }) {
  const { t } = useTranslation("board");
  const { state, since } = reachable;
  const usual = state === "online";
  const Sign = REACHABLE_SIGNS[state];
  return (
    <span className="reachable" data-state={state} data-usual={usual || undefined}>
      <Sign size={13} strokeWidth={1.75} aria-hidden="true" />
      <span className="cut">
        {state === "offline" && since
          ? t("reachable.offlineSince", { time: moment(since, engineNow()) })
          : t(`reachable.${state}`)}
      </span>
    </span>
  );
}

/** The one word for a person where there is room for one only. */
export function presenceWord({ wants, doing, reachable }: PersonView) {
  if (doing !== "idle") return `doing.${doing}` as const;
  if (wants.state !== "available") return `wants.${wants.state}` as const;
  return reachable.state === "online" ? ("presenceFree" as const) : (`reachable.${reachable.state}` as const);
}
