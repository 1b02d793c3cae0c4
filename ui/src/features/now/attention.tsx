// What a person should look at: what happened, what callers notice, and the button that mends it.
import { CircleAlert, Info, TriangleAlert, X } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { AttentionView, DeviceId } from "../../bindings/api";
import { Button, IconButton, Section } from "../../design";
import { api } from "../../live/api";
import { useAllAttention, useAttention, useDevice, usePerson } from "../../live/select";
import { engineNow } from "../../live/store";
import { tellRefused } from "../../live/toasts";
import { moment } from "../../text/format";
import { visible } from "../calls/said";
import { say } from "../flows/say";
import { findingOf } from "../health/finding";
import { type LineTrouble, lineLeadsTo, lineTroubleOf, useLineWords } from "./line-trouble";
import { type SoundTrouble, soundLeadsTo, troubleOf, useSoundWords } from "./sound-trouble";

const NewPassword = lazy(() =>
  import("../phones/new-password").then(({ NewPassword }) => ({ default: NewPassword })),
);

const MOST = 5;
const ORDER = { problem: 0, warning: 1, info: 2 } as const;
const SIGNS = { problem: CircleAlert, warning: TriangleAlert, info: Info } as const;

export function NeedsAttention() {
  const { t } = useTranslation("now");
  const [all, setAll] = useState(false);
  const list = [...useAllAttention().values()].sort(
    (a, b) => ORDER[a.severity] - ORDER[b.severity] || b.since - a.since,
  );
  const shown = all ? list : list.slice(0, MOST);
  return (
    <Section title={t("attention.title")}>
      {list.length === 0 && <p className="now-none">{t("attention.none")}</p>}
      <ul className="attention-list">
        {shown.map((one) => (
          <Item key={one.id} id={one.id} />
        ))}
      </ul>
      {list.length > MOST && (
        <Button tone="quiet" size="small" onPress={() => setAll(!all)}>
          {all ? t("attention.less") : t("attention.more", { count: list.length - MOST })}
        </Button>
      )}
    </Section>
  );
}

function Item({ id }: { id: string }) {
  const { t } = useTranslation("now");
  const one = useAttention(id);
  const [, navigate] = useLocation();
  const [renewing, setRenewing] = useState(false);
  const trouble = troubleOf(one);
  const soundWords = useSoundWords(trouble);
  const lineTrouble = lineTroubleOf(one);
  const lineWords = useLineWords(lineTrouble);
  const phoneWords = useWords(one);
  const words = soundWords ?? lineWords ?? phoneWords;
  const device = useDevice(one && "device" in one ? (one.device ?? -1) : -1);
  if (!one || !words) return null;
  const Sign = SIGNS[one.severity];
  const fix = () => {
    if (one.what === "loginRefused" && one.reason === "tooManyTries") {
      void api.forgiveAttention(id).catch(tellRefused);
    } else if (one.what === "loginRefused" && device && one.reason !== "notFromThere") setRenewing(true);
    else navigate(leadsTo(one, trouble, lineTrouble));
  };
  return (
    <li className="attention-item" data-severity={one.severity}>
      <Sign size={16} strokeWidth={1.75} aria-hidden="true" />
      <div className="attention-words">
        <p className="attention-title">{words.title}</p>
        <p className="quiet">{words.body}</p>
      </div>
      <div className="attention-acts">
        <Button size="small" onPress={fix}>
          {words.fix}
        </Button>
        {one.what !== "check" && (
          <IconButton
            icon={X}
            label={t("attention.dismiss")}
            onPress={() => void api.dismissAttention(id).catch(tellRefused)}
          />
        )}
      </div>
      {renewing && device && (
        <Suspense>
          <NewPassword device={device} onClose={() => setRenewing(false)} />
        </Suspense>
      )}
    </li>
  );
}

/** Where it is mended, if not here. */
function leadsTo(one: AttentionView, trouble: SoundTrouble | null, line: LineTrouble | null): string {
  if (trouble) return soundLeadsTo(trouble);
  if (line) return lineLeadsTo(line);
  switch (one.what) {
    case "loginRefused":
      if (one.reason === "notFromThere") return "/lines/peers";
      return `/people?add=phone&user=${encodeURIComponent(one.user)}`;
    case "phoneLost":
      return `/people/${one.person}`;
    case "check":
      return `/health#${one.check}`;
    case "flowNotice":
      return "/calls";
    case "flowFault":
      return `/flows/${one.flow}?step=${encodeURIComponent(one.node)}`;
    case "hoursFault":
      return "/hours";
    default:
      return "/health";
  }
}

/** A kind of step, as the flows call it. */
const kindName = (kind: string) => say(`kinds.${kind}.name`, {}, kind);

type Words = { title: string; body: string; fix: string };

function useWords(one: AttentionView | undefined): Words | null {
  const { t } = useTranslation("now");
  const phone = usePhone(one && "device" in one ? one.device : null);
  const person = usePerson(one && "person" in one && one.person !== null ? one.person : -1);
  if (!one) return null;
  switch (one.what) {
    case "loginRefused": {
      const { reason, user, address, times, last } = one;
      const facts = { phone, user, address, count: times, time: moment(last, engineNow()) };
      return {
        title: t(`attention.${reason}.title`, facts),
        body: t(`attention.${reason}.body`, facts),
        fix: t(`attention.${reason}.fix`),
      };
    }
    case "phoneLost":
      return {
        title: t("attention.phoneLost.title", { phone }),
        body: t("attention.phoneLost.body", {
          time: moment(one.since, engineNow()),
          name: person?.name ?? "",
        }),
        fix: t("attention.phoneLost.fix"),
      };
    case "flowFault": {
      const { flow, times, last, reason, params } = one;
      const facts = {
        count: times,
        flow: visible(one.name) || String(flow),
        step: visible(one.title) || kindName(one.kind),
        time: moment(last, engineNow()),
      };
      const why = say(`reason.${reason}`, params, "");
      const body = t("attention.flowFault.body", facts);
      return {
        title: t("attention.flowFault.title", facts),
        body: why ? `${why} ${body}` : body,
        fix: t("attention.flowFault.fix"),
      };
    }
    case "hoursFault":
      return {
        title: t("attention.hoursFault.title", { name: visible(one.name) }),
        body: t("attention.hoursFault.body"),
        fix: t("attention.hoursFault.fix"),
      };
    case "flowNotice":
      return {
        title: visible(one.text),
        body: t("attention.flowNotice.body", { time: moment(one.since, engineNow()) }),
        fix: t("attention.flowNotice.fix"),
      };
    case "check": {
      const { what, callers, toDo } = findingOf({ ...one, id: one.check });
      return { title: what, body: `${callers} ${toDo}`, fix: t("attention.check.fix") };
    }
    default:
      return null;
  }
}

/** A phone by whose it is and what it is called. */
function usePhone(id: DeviceId | null): string {
  const { t } = useTranslation("now");
  const device = useDevice(id ?? -1);
  const person = usePerson(device?.person ?? -1);
  if (!device || !person) return t("attention.somePhone");
  return t("attention.phoneOf", { name: person.name, label: device.label });
}
