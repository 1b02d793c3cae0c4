// The screen of settings: sections on the left, or the settings that match what is searched for.
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useRoute } from "wouter";
import { EmptyState, Page, SearchField, Section } from "../../design";
import { useSession } from "../../live/session";
import { AskedSetting } from "./setting-row";
import { findSettings, type SectionId, type Setting, sectionsOf, visibleSettings } from "./settings-list";
import { VIEWS } from "./views";
import "./settings.css";

export default function Screen() {
  const { t } = useTranslation("settings");
  const role = useSession((now) => (now.state === "signedIn" ? now.session.role : "staff"));
  const [, route] = useRoute("/settings/:section");
  const settings = useMemo(() => visibleSettings(role), [role]);
  const sections = sectionsOf(settings);
  const section = sections.find((one) => one === route?.section) ?? sections[0];
  const [query, setQuery] = useState("");
  const asked = useAsked(section);
  return (
    <Page
      title={t("title")}
      tools={
        <div className="settings-search">
          <SearchField label={t("find")} value={query} onChange={setQuery} />
        </div>
      }
    >
      <div className="settings">
        <nav className="settings-nav" aria-label={t("sectionsLabel")} data-region="">
          <ul>
            {sections.map((one) => (
              <li key={one}>
                <Link
                  href={`/settings/${one}`}
                  aria-current={!query.trim() && one === section ? "page" : undefined}
                  onClick={() => setQuery("")}
                >
                  {t(`sections.${one}.title`)}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div className="settings-body">
          <AskedSetting value={asked}>
            {query.trim() ? (
              <Found query={query} settings={settings} />
            ) : (
              section && <Whole section={section} settings={settings} />
            )}
          </AskedSetting>
        </div>
      </div>
    </Page>
  );
}

function Whole({ section, settings }: { section: SectionId; settings: readonly Setting[] }) {
  const { t } = useTranslation("settings");
  return (
    <Section title={t(`sections.${section}.title`)} lead={t(`sections.${section}.lead`)}>
      <List settings={settings.filter((setting) => setting.section === section)} />
    </Section>
  );
}

function Found({ query, settings }: { query: string; settings: readonly Setting[] }) {
  const { t } = useTranslation("settings");
  const found = findSettings(query, settings, t);
  if (found.length === 0) {
    return <EmptyState title={t("findNone", { query: query.trim() })}>{t("findNoneBody")}</EmptyState>;
  }
  return (
    <>
      <p className="unseen" role="status">
        {t("found", { query: query.trim() })}
      </p>
      {sectionsOf(found).map((section) => (
        <Section key={section} title={t(`sections.${section}.title`)}>
          <List settings={found.filter((setting) => setting.section === section)} />
        </Section>
      ))}
    </>
  );
}

function List({ settings }: { settings: readonly Setting[] }) {
  return (
    <ul className="setting-list">
      {settings.map(({ id }) => {
        const View = VIEWS[id];
        return <View key={id} />;
      })}
    </ul>
  );
}

/** The setting a link leads to, as in `/settings/office#country`. */
function useAsked(section: SectionId | undefined): string | null {
  const [asked, setAsked] = useState<string | null>(null);
  useEffect(() => {
    // The palette leads from one setting to another without leaving the screen.
    const look = () => setAsked(window.location.hash.slice(1) || null);
    look();
    window.addEventListener("hashchange", look);
    window.addEventListener("pushState", look);
    return () => {
      window.removeEventListener("hashchange", look);
      window.removeEventListener("pushState", look);
    };
  }, []);
  useEffect(() => {
    if (!asked || !section) return;
    const row = document.getElementById(asked);
    row?.scrollIntoView({ block: "center" });
    const field =
      row?.querySelector<HTMLElement>("input") ??
      row?.querySelector<HTMLElement>("button:not([tabindex='-1']), a[href]");
    field?.focus({ preventScroll: true });
  }, [asked, section]);
  return asked;
}
