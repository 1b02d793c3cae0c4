// Certificates, and the session of this window.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Button, Facts, Notice, Waiting } from "../../design";
import { api } from "../../live/api";
import { signOut, useSession } from "../../live/session";
import { tellRefused } from "../../live/toasts";
import { day, list } from "../../text/format";
import { sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { SettingRow } from "./setting-row";

export function OwnSession() {
  const { t } = useTranslation("settings");
  const state = useSession();
  if (state.state !== "signedIn") return null;
  const { name, role } = state.session;
  return (
    <SettingRow
      id="session"
      note={
        name
          ? t("items.session.user", { name: visible(name), role: t(`users.roles.${role}`) })
          : t("items.session.owner")
      }
    >
      <Button onPress={() => void signOut().catch(tellRefused)}>{t("items.session.signOut")}</Button>
    </SettingRow>
  );
}

export function Certificates() {
  const { t } = useTranslation("settings");
  const { data, error } = useQuery({ queryKey: ["certificates"], queryFn: api.certificates });
  return (
    <SettingRow
      id="certificates"
      note={t("items.certificates.note")}
      below={
        data ? (
          <div className="certificates">
            <p className="row-title">{t("items.certificates.authority")}</p>
            <Facts
              facts={[
                [
                  t("items.certificates.fingerprint"),
                  <code key="fingerprint" className="fingerprint">
                    {data.authority.fingerprint}
                  </code>,
                ],
                [t("items.certificates.until"), day(data.authority.notAfter)],
              ]}
            />
            <p className="row-title">{t("items.certificates.server")}</p>
            <Facts
              facts={[
                [t("items.certificates.names"), list(data.server.names.map(visible))],
                [t("items.certificates.until"), day(data.server.notAfter)],
              ]}
            />
          </div>
        ) : error ? (
          <Notice severity="problem">{sentence(error)}</Notice>
        ) : (
          <Waiting />
        )
      }
    />
  );
}
