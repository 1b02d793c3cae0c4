// What a person should look at: what happened, what callers notice, and the button that mends it.
import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { AttentionView, DeviceId } from "../../bindings/api";
import { Button, Section } from "../../design";
import { useAllAttention, useAttention, useDevice, usePerson } from "../../live/select";
import { engineNow } from "../../live/store";
import { moment } from "../../text/format";

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
  const one = useAttention(id);
  const [, navigate] = useLocation();
  const words = useWords(one);
  if (!one || !words) return null;
  const Sign = SIGNS[one.severity];
  return (
    <li className="attention-item" data-severity={one.severity}>
      <Sign size={16} strokeWidth={1.75} aria-hidden="true" />
      <div className="attention-words">
        <p className="attention-title">{words.title}</p>
        <p className="quiet">{words.body}</p>
      </div>
      <Button size="small" onPress={() => navigate(words.leadsTo)}>
        {words.fix}
      </Button>
    </li>
  );
}

type Words = { title: string; body: string; fix: string; leadsTo: string };

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
        leadsTo: one.person === null ? "/people" : `/people/${one.person}?device=${one.device ?? ""}`,
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
        leadsTo: `/people/${one.person}?device=${one.device}`,
      };
    case "check":
      return {
        title: t(`attention.check.title.${one.check}`),
        body: t("attention.check.body"),
        fix: t("attention.check.fix"),
        leadsTo: `/health#${one.check}`,
      };
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
