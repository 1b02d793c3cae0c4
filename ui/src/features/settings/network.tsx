// Where phones connect, and opening this window on other computers.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { FileDown } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { LanEdit, LanView } from "../../bindings/api";
import { Button, Notice, NumberField, Switch } from "../../design";
import { api } from "../../live/api";
import { useEngine } from "../../live/select";
import { tellRefused } from "../../live/toasts";
import { perform } from "../../live/undo";
import { CopyText } from "./copy-text";
import { useChosen } from "./draft";
import { SettingRow } from "./setting-row";

export function SipPorts() {
  const { t } = useTranslation("settings");
  const sip = useEngine()?.sip ?? [];
  return (
    <SettingRow
      id="sipPorts"
      note={sip.length ? t("items.sipPorts.note") : t("items.sipPorts.none")}
      below={
        sip.length > 0 && (
          <ul className="copy-list">
            {sip.map(({ transport, address }) => (
              <li key={`${transport} ${address}`}>
                <span className="quiet">{transport.toUpperCase()}</span>
                <CopyText text={address} />
              </li>
            ))}
          </ul>
        )
      }
    />
  );
}

export function Lan() {
  const { t } = useTranslation("settings");
  const [, navigate] = useLocation();
  const [lan, edit] = useLan();
  const needsUser = lan?.usersWithPassword === 0;
  return (
    <SettingRow
      id="lan"
      note={t("items.lan.note")}
      below={
        needsUser && (
          <Notice
            actions={<Button onPress={() => navigate("/settings/users")}>{t("items.lan.addUser")}</Button>}
          >
            {t("items.lan.needsUser")}
          </Notice>
        )
      }
    >
      <Switch
        aria-label={t("items.lan.title")}
        isSelected={lan?.enabled ?? false}
        isDisabled={!lan || (needsUser && !lan.enabled)}
        onChange={(enabled) => {
          if (!lan) return;
          const name = t(enabled ? "items.lan.on" : "items.lan.off");
          void edit({ enabled, port: lan.port }, name).catch(tellRefused);
        }}
      >
        {null}
      </Switch>
    </SettingRow>
  );
}

export function LanAddress() {
  const { t } = useTranslation("settings");
  const [lan] = useLan();
  const known = ["portTaken", "portForbidden"] as const;
  const problem = lan?.problem
    ? t(`items.lanAddress.problems.${known.find((one) => one === lan.problem) ?? "other"}`)
    : null;
  return (
    <SettingRow
      id="lanAddress"
      note={lan?.urls.length ? t("items.lanAddress.note") : t("items.lanAddress.none")}
      below={
        lan && (
          <>
            {problem && <Notice severity="warning">{t("items.lanAddress.problem", { problem })}</Notice>}
            {lan.urls.length > 0 && (
              <ul className="copy-list">
                {lan.urls.map((url) => (
                  <li key={url}>
                    <CopyText text={url} />
                  </li>
                ))}
              </ul>
            )}
          </>
        )
      }
    />
  );
}

export function LanPort() {
  const { t } = useTranslation("settings");
  const [lan, edit] = useLan();
  const draft = useChosen(lan?.port ?? 7443, "port", async (port) => {
    if (lan) await edit({ enabled: lan.enabled, port }, t("items.lanPort.changed", { value: port }));
  });
  return (
    <SettingRow id="lanPort" note={t("items.lanPort.note")}>
      <NumberField
        label={t("items.lanPort.title")}
        minValue={1}
        maxValue={65_535}
        formatOptions={{ useGrouping: false }}
        isDisabled={!lan}
        value={draft.value}
        onChange={(value) => Number.isFinite(value) && draft.change(value)}
        error={draft.error}
      />
    </SettingRow>
  );
}

export function Trust() {
  const { t } = useTranslation("settings");
  const certificates = useQuery({ queryKey: ["certificates"], queryFn: api.certificates });
  const steps = ["windows", "mac", "linux", "phone"] as const;
  return (
    <SettingRow
      id="trust"
      note={t("items.trust.note")}
      below={
        <>
          <ul className="trust-steps">
            {steps.map((step) => (
              <li key={step}>{t(`items.trust.steps.${step}`)}</li>
            ))}
          </ul>
          {certificates.data && (
            <>
              <p className="quiet">{t("items.trust.compare")}</p>
              <code className="fingerprint">{certificates.data.authority.fingerprint}</code>
            </>
          )}
        </>
      }
    >
      <a className="button" data-tone="plain" href={api.authorityFile} download>
        <FileDown size={15} strokeWidth={1.75} aria-hidden="true" />
        <span className="button-text">{t("items.trust.download")}</span>
      </a>
    </SettingRow>
  );
}

function useLan(): [lan: LanView | undefined, edit: (lan: LanEdit, name: string) => Promise<void>] {
  const queries = useQueryClient();
  const lan = useQuery({ queryKey: ["lan"], queryFn: api.lan }).data;
  const put = async (edit: LanEdit) => {
    queries.setQueryData(["lan"], await api.editLan(edit));
  };
  const edit = async (wanted: LanEdit, name: string) => {
    if (!lan) return;
    const before = { enabled: lan.enabled, port: lan.port };
    await perform({ name, do: () => put(wanted), undo: () => put(before) });
  };
  return [lan, edit];
}
