// Numbers and lines: what callers reach, over whom calls go, and what keeps a bill from growing.
import { useTranslation } from "react-i18next";
import { Link, useRoute } from "wouter";
import { Page } from "../../design";
import { CallingOut } from "./calling-out";
import { Emergency } from "./emergency";
import { LineDetails } from "./line-details";
import { LineList } from "./line-list";
import { Numbers } from "./numbers";
import { Peers } from "./peers";
import { Protection } from "./protection";
import "./lines.css";

const VIEWS = {
  numbers: Numbers,
  lines: LineList,
  out: CallingOut,
  protection: Protection,
  emergency: Emergency,
  peers: Peers,
} as const;
type ViewId = keyof typeof VIEWS;

export default function Lines() {
  const { t } = useTranslation("lines");
  const [, route] = useRoute("/lines/:view?/:thing?");
  const view: ViewId = isView(route?.view) ? route.view : "numbers";
  const line = view === "lines" && route?.thing ? Number(route.thing) : null;
  const View = VIEWS[view];
  return (
    <Page
      title={t("title")}
      tools={
        <nav className="view-links" aria-label={t("views.label")}>
          {(Object.keys(VIEWS) as ViewId[]).map((id) => (
            <Link
              key={id}
              href={id === "numbers" ? "/lines" : `/lines/${id}`}
              aria-current={id === view ? "page" : undefined}
            >
              {t(`views.${id}`)}
            </Link>
          ))}
        </nav>
      }
    >
      <div className="lines-view" key={view}>
        {line === null ? <View /> : <LineDetails id={line} />}
      </div>
    </Page>
  );
}

function isView(view: string | undefined): view is ViewId {
  return view !== undefined && Object.hasOwn(VIEWS, view);
}
