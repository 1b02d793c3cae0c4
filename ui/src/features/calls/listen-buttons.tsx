// Hearing a talk of others, whispering to one of them, talking with both.
import { Check, Ear } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { ListeningView, LiveCallView, Party } from "../../bindings/api";
import { Button, type Option } from "../../design";
import { api } from "../../live/api";
import { nameOf } from "../../live/names";
import { useMay, useOwnPerson } from "../../live/session";
import { useLive } from "../../live/store";
import { tell, tellRefused } from "../../live/toasts";
import "./listen-buttons.css";

/** For those who run the office, where the office allows it; nobody listens to their own talk. */
export function ListenButtons({ call }: { call: LiveCallView }) {
  const { t } = useTranslation(["calls", "board"]);
  const own = useOwnPerson();
  const allowed = useLive((live) => live.office?.listening === true);
  const mayListen = useMay("admin");
  const { from, state, with: callee } = call;
  if (!allowed || !mayListen || !callee || state === "parked") return null;
  if (own !== null && (from.person === own || callee.person === own)) return null;
  const now = call.listeners?.find(({ party }) => own !== null && party.person === own)?.how;
  const act = async (how: ListeningView) => {
    if (own === null) return void tell({ text: t("board:told.noSelf") });
    try {
      await api.listenTo(call.id, { person: own, how });
      if (!now) tell({ text: t("listen.rings") });
    } catch (error) {
      tellRefused(error);
    }
  };
  if (!now) {
    return (
      <Button size="small" icon={Ear} onPress={() => void act("hears")}>
        {t("listen.begin")}
      </Button>
    );
  }
  const whispers = (id: ListeningView, to: Party): Option<ListeningView>[] =>
    to.person === null ? [] : [{ id, label: t("listen.whispers", { name: nameOf(to) }) }];
  const ways: Option<ListeningView>[] = [
    { id: "hears", label: t("listen.hears") },
    ...whispers("whispersToCaller", from),
    ...whispers("whispersToCallee", callee),
    { id: "talks", label: t("listen.talks") },
  ];
  // Each is heard by people at once, so none may be chosen merely because the arrow keys pass it.
  return (
    <div className="listen-ways" role="group" aria-label={t("listen.label")}>
      {ways.map(({ id, label }) => (
        <Button
          key={id}
          size="small"
          aria-pressed={id === now}
          {...(id === now ? { icon: Check } : {})}
          onPress={() => id !== now && void act(id)}
        >
          {label}
        </Button>
      ))}
    </div>
  );
}

/** Says who listens to a talk, wherever it is shown: nobody is listened to unawares. */
export function ListenersSign({ call }: { call: LiveCallView }) {
  const { t } = useTranslation("calls");
  if (!call.listeners?.length) return null;
  const words = call.listeners.map(({ party }) => t("listen.listens", { name: nameOf(party) })).join(" · ");
  return (
    <span className="listeners-sign" title={words}>
      <Ear size={12} aria-hidden="true" />
      <span className="unseen">{words}</span>
    </span>
  );
}
