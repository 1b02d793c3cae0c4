// Audio: everything callers hear that the office can change, and what the phone system says itself.
import { useTranslation } from "react-i18next";
import { Link, useRoute } from "wouter";
import { Page } from "../../design";
import { Library } from "./library";
import { Music } from "./music";
import { Phrases } from "./phrases";
import { useSounds } from "./sounds";
import "./audio.css";

const VIEWS = [
  ["library", "/audio"],
  ["music", "/audio/music"],
  ["phrases", "/audio/phrases"],
] as const;

export default function Audio() {
  const { t } = useTranslation("audio");
  const [, route] = useRoute("/audio/:view?");
  const { data } = useSounds();
  const view = route?.view === "music" || route?.view === "phrases" ? route.view : "library";
  return (
    <Page
      title={t("title")}
      subtitle={data && data.length > 0 && t("count", { count: data.length })}
      tools={
        <nav className="view-links" aria-label={t("views.label")}>
          {VIEWS.map(([id, path]) => (
            <Link key={id} href={path} aria-current={id === view ? "page" : undefined}>
              {t(`views.${id}`)}
            </Link>
          ))}
        </nav>
      }
    >
      {view === "library" && <Library chosen={Number(route?.view) || null} />}
      {view === "music" && <Music />}
      {view === "phrases" && <Phrases />}
    </Page>
  );
}
