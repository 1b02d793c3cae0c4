// Exactly what to type into a phone, with a picture for its camera; and whether it has registered.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DeviceView, DeviceWithLogin, LoginView } from "../../bindings/api";
import { Button, Facts } from "../../design";
import { Copyable } from "./copy";
import { RegistrationWatch } from "./registration-watch";
import "./login-card.css";

export function LoginCard({
  made,
  label,
  autoFocus = false,
}: {
  made: DeviceWithLogin;
  label: string;
  /** Begins at the first value to copy. */
  autoFocus?: boolean;
}) {
  const { t } = useTranslation("people");
  const { login } = made;
  return (
    <div className="login-card">
      <div className="login-columns">
        <div className="login-values">
          <p className="quiet">{t("login.lead", { label })}</p>
          <Facts facts={values(login, t, autoFocus)} />
          <OtherWays login={login} />
        </div>
        {login.qr && (
          <figure className="login-picture">
            <img src={asAddress(login.qr)} alt={t("login.picture")} width={148} height={148} />
            <figcaption>{t("login.pictureNote")}</figcaption>
          </figure>
        )}
      </div>
      <RegistrationWatch device={made.device} />
      <p className="login-once">{t("login.once")}</p>
    </div>
  );
}

function values(
  login: LoginView,
  t: ReturnType<typeof useTranslation<"people">>["t"],
  autoFocus: boolean,
): [string, React.ReactNode][] {
  const row = (name: string, value: string, isFirst = false): [string, React.ReactNode] => [
    name,
    <Copyable key={name} name={name} value={value} autoFocus={autoFocus && isFirst} />,
  ];
  return [
    ...(login.domain ? [row(t("login.domain"), login.domain, true)] : []),
    row(t(login.domain ? "login.proxy" : "login.server"), login.server ?? location.hostname, !login.domain),
    row(t("login.port"), String(login.port)),
    row(t("login.transport"), login.transport.toUpperCase()),
    row(t("login.user"), login.user),
    ...(login.authUser === login.user ? [] : [row(t("login.authUser"), login.authUser)]),
    row(t("login.password"), login.password),
  ];
}

function OtherWays({ login }: { login: LoginView }) {
  const { t } = useTranslation("people");
  const [open, setOpen] = useState(false);
  const others = login.ways.filter(
    (way) => way.transport !== login.transport || !way.address.startsWith(`${login.server}:`),
  );
  return (
    <div className="login-more">
      <Button size="small" tone="quiet" onPress={() => setOpen(!open)} aria-expanded={open}>
        {t("login.otherWays")}
      </Button>
      {open && (
        <>
          <p className="quiet">{t("login.authNote")}</p>
          {others.length > 0 && (
            <ul>
              {others.map((way) => (
                <li key={way.transport + way.address}>
                  <code>{`${way.transport.toUpperCase()} ${way.address}`}</code>
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </div>
  );
}

function asAddress(svg: string): string {
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** How a phone is called: by its label, else by its user name. */
export function phoneName(device: Pick<DeviceView, "label" | "user">): string {
  return device.label || device.user;
}
