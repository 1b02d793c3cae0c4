// The bar at the bottom of every screen: is the phone system well, are the phones there, who is talking.
import { PhoneCall, Smartphone, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { HoursStatus } from "../features/hours/status";
import { LinesStatus } from "../features/lines/status";
import { useConnection, useEngine, useLiveValue } from "../live/select";
import { useMay } from "../live/session";
import "./status-bar.css";

export function StatusBar() {
  const { t } = useTranslation("shell");
  const mayManage = useMay("admin");
  const facts = useLiveValue((live) => ({
    phones: live.devices.size,
    online: [...live.devices.values()].filter((device) => device.online).length,
    calls: live.calls.size,
    attention: live.attention.size,
  }));
  return (
    <section className="status-bar" aria-label={t("regions.status")} data-region="">
      <Link href={mayManage ? "/health" : "/"}>
        <EngineLamp />
      </Link>
      <LinesStatus />
      <Link href={mayManage ? "/people" : "/board"}>
        <Smartphone size={13} strokeWidth={1.75} aria-hidden="true" />
        {facts.phones
          ? t("status.phones", { count: facts.phones, online: facts.online })
          : t("status.noPhones")}
      </Link>
      <Link href="/board">
        <PhoneCall size={13} strokeWidth={1.75} aria-hidden="true" />
        {t("status.calls", { count: facts.calls })}
      </Link>
      <HoursStatus />
      {mayManage && facts.attention > 0 && (
        <Link href="/" className="status-attention">
          <TriangleAlert size={13} strokeWidth={1.75} aria-hidden="true" />
          {t("status.attention", { count: facts.attention })}
        </Link>
      )}
    </section>
  );
}

function EngineLamp() {
  const { t } = useTranslation("shell");
  const { state } = useConnection();
  const well = useEngine()?.well ?? true;
  const lamp = state !== "live" ? state : well ? "ready" : "unwell";
  const words = {
    ready: t("status.engineReady"),
    unwell: t("status.engineUnwell"),
    connecting: t("status.engineConnecting"),
    reconnecting: t("status.engineReconnecting"),
  };
  return (
    <>
      <span className="lamp" data-lamp={lamp} aria-hidden="true" />
      <span role="status">{words[lamp]}</span>
    </>
  );
}
