// The frame of the window: navigation, the screen, the status bar, and what opens above them.
import { Component, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link, Redirect, Route, Switch, useLocation } from "wouter";
import { Button, EmptyState, Notice, useSlow, Waiting } from "../design";
import { OverrideBanner } from "../features/hours/banner";
import { EmergencyBanner } from "../features/lines/emergency-banner";
import { useConnection, useLiveValue, useOffice } from "../live/select";
import { useMay } from "../live/session";
import { clockTime } from "../text/format";
import { Alarm } from "./alarm";
import { useGlobalKeys } from "./keys";
import { Palette } from "./palette";
import { isHere, Rail } from "./rail";
import { SCREENS, type Screen, WHOLE_WINDOW } from "./screens";
import { Shortcuts } from "./shortcuts";
import { StatusBar } from "./status-bar";
import "./shell.css";

export function Shell() {
  const [path, navigate] = useLocation();
  useGlobalKeys(navigate);
  useWindowTitle(path);
  return (
    <>
      <Switch>
        {Object.entries(WHOLE_WINDOW).map(([whole, View]) => (
          <Route key={whole} path={`${whole}/*?`}>
            <main className="whole-window">
              <Safe key={whole}>
                <View />
              </Safe>
            </main>
          </Route>
        ))}
        <Route>
          <Frame path={path} />
        </Route>
      </Switch>
      <Palette />
      <Shortcuts />
    </>
  );
}

function Frame({ path }: { path: string }) {
  const { t } = useTranslation(["shell", "common"]);
  const needsSetUp = useLiveValue((live) => live.office?.setUp === false);
  const mayManage = useMay("admin");
  const screen = SCREENS.find((one) => isHere(one, path));
  // A new office begins with the wizard and goes on there; leaving it leads to any other screen.
  if (needsSetUp && mayManage && path === "/" && !sessionStorage.getItem(SETUP_LEFT)) {
    return <Redirect to="/setup" replace />;
  }
  return (
    <div className="frame">
      <a className="skip" href="#content">
        {t("skip")}
      </a>
      <Rail />
      <main id="content" tabIndex={-1} aria-label={t("regions.content")} data-region="">
        <Alarm />
        <EmergencyBanner />
        <Interrupted />
        <OverrideBanner />
        <div className="screen">{screen ? <Allowed screen={screen} /> : <NotFound />}</div>
      </main>
      <StatusBar />
    </div>
  );
}

/** Set in the session storage when the wizard was left before its end. */
export const SETUP_LEFT = "cordboard.setup-left";

function Allowed({ screen }: { screen: Screen }) {
  const { t } = useTranslation(["shell", "common"]);
  const may = useMay(screen.least);
  const { view: View } = screen;
  if (!may) return <EmptyState title={t("notAllowed.title")}>{t("notAllowed.body")}</EmptyState>;
  return (
    <Safe key={screen.id}>
      <View />
    </Safe>
  );
}

/** A lost connection is told after two seconds: most are back before. */
function Interrupted() {
  const { t } = useTranslation(["shell", "common"]);
  const connection = useConnection();
  const told = useSlow(connection.state === "reconnecting", 2000);
  if (!told) return null;
  return (
    <div className="interrupted">
      <Notice severity="warning" title={t("reconnecting.title")}>
        {t("reconnecting.body", { time: clockTime(connection.since) })}
      </Notice>
    </div>
  );
}

function NotFound() {
  const { t } = useTranslation(["shell", "common"]);
  return (
    <EmptyState title={t("notFound.title")} action={<Link href="/">{t("notFound.action")}</Link>}>
      {t("notFound.body")}
    </EmptyState>
  );
}

/** A fault in one screen leaves the rest of the window usable. */
class Safe extends Component<{ children: React.ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    if (this.state.broken) return <Broken onReload={() => this.setState({ broken: false })} />;
    return <Suspense fallback={<Waiting />}>{this.props.children}</Suspense>;
  }
}

function Broken({ onReload }: { onReload: () => void }) {
  const { t } = useTranslation(["shell", "common"]);
  return (
    <EmptyState
      title={t("broken.title")}
      action={
        <Button tone="accent" onPress={onReload}>
          {t("broken.reload")}
        </Button>
      }
    >
      {t("broken.body")}
    </EmptyState>
  );
}

function useWindowTitle(path: string): void {
  const { t } = useTranslation(["shell", "common"]);
  const office = useOffice()?.name;
  const screen = SCREENS.find((one) => isHere(one, path));
  const name = screen ? t(`screens.${screen.id}`) : null;
  const title = [name, office || t("common:product")].filter(Boolean).join(" · ");
  useEffect(() => {
    document.title = title;
  }, [title]);
}
