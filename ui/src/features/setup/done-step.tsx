// Step 7: done, and what is worth doing next.
import { LayoutGrid, type LucideIcon, Network, PhoneForwarded, Save, Smartphone } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { Notice } from "../../design";
import { api } from "../../live/api";
import { useLiveValue } from "../../live/select";
import { useLive } from "../../live/store";
import { sentence } from "../../text/refusal";
import { Step } from "./step";

const NEXT: readonly {
  id: "line" | "phones" | "board" | "lan" | "backup";
  icon: LucideIcon;
  leadsTo: string;
}[] = [
  { id: "line", icon: PhoneForwarded, leadsTo: "/lines/lines" },
  { id: "phones", icon: Smartphone, leadsTo: "/people" },
  { id: "board", icon: LayoutGrid, leadsTo: "/board" },
  { id: "lan", icon: Network, leadsTo: "/settings/network" },
  { id: "backup", icon: Save, leadsTo: "/settings/backup" },
];

export function DoneStep() {
  const { t } = useTranslation(["setup", "common"]);
  const [, navigate] = useLocation();
  const [refusal, setRefusal] = useState<unknown>(null);
  const office = useLiveValue(({ office, people, devices, flows }) => ({
    flow: [...flows.values()].find(({ live, number }) => live !== null && number !== null)?.number ?? null,
    name: office?.name || t("common:product"),
    people: people.size,
    phones: devices.size,
    online: [...devices.values()].filter((device) => device.online).length,
  }));

  useEffect(() => {
    if (!useLive.getState().office?.setUp) api.finishSetup().catch(setRefusal);
  }, []);

  const open = async () => {
    try {
      if (refusal !== null) await api.finishSetup();
      navigate("/board");
    } catch (error) {
      setRefusal(error);
    }
  };

  return (
    <Step
      title={t(office.online > 0 ? "done.title" : "done.titleNoPhone", { name: office.name })}
      lead={`${t("done.people", { count: office.people })} ${t("done.phones", { count: office.phones, online: office.online })}`}
      action={t("done.open")}
      onNext={() => void open()}
      canSkip={false}
    >
      {refusal !== null && <Notice severity="problem">{sentence(refusal)}</Notice>}
      {office.flow !== null && <p>{t("done.hear", { number: office.flow })}</p>}
      <p>{t("done.keeps")}</p>
      <ul className="done-next" aria-label={t("done.next")}>
        {NEXT.map(({ id, icon: Icon, leadsTo }) => (
          <li key={id}>
            <Link href={leadsTo}>
              <Icon size={18} strokeWidth={1.75} aria-hidden="true" />
              <span>
                <span className="done-title">{t(`done.${id}.title`)}</span>
                <span className="done-why">{t(`done.${id}.why`)}</span>
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Step>
  );
}
