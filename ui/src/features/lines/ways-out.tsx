// Everything that leads calls out of the office by itself, with who set it, and the way to where it is changed.
import { ArrowUpRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { WayOutView } from "../../bindings/api";
import { Badge, Notice, Section, Waiting } from "../../design";
import { engineNow } from "../../live/store";
import { moment } from "../../text/format";
import { sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { known } from "./line-words";
import { useWaysOut } from "./queries";
import { countryName } from "./rule-words";

export function WaysOut() {
  const { t } = useTranslation("outside");
  const { data, error } = useWaysOut();
  return (
    <Section title={t("waysOut.title")} lead={t("waysOut.lead")}>
      {error && <Notice severity="problem">{sentence(error)}</Notice>}
      {!data && !error && <Waiting />}
      {data?.length === 0 && <p className="quiet">{t("waysOut.none")}</p>}
      {data && data.length > 0 && (
        <ul className="plain-rows" aria-label={t("waysOut.title")}>
          {data.map((way) => (
            <Way key={keyOf(way)} way={way} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function Way({ way }: { way: WayOutView }) {
  const { t } = useTranslation("outside");
  const { kind, step, to, country, abroad, refusal } = way;
  const name = visible(way.name);
  const where = to === null ? t("waysOut.anywhere") : visible(to);
  return (
    <li className="way-out">
      <div>
        <p>
          {t(`waysOut.kind.${kind}`, { name })} → <bdi className="phone-number">{where}</bdi>{" "}
          {abroad && <Badge tone="warning">{country ? countryName(country) : t("waysOut.abroad")}</Badge>}
        </p>
        {kind === "callFlow" && (
          <p className="quiet small">
            {way.node === null
              ? t("waysOut.lastResort")
              : t("waysOut.step", { step: visible(step ?? way.node) })}
          </p>
        )}
        <p className="quiet small">
          <SetBy way={way} />
        </p>
        {refusal !== null && (
          <p className="small">{t("waysOut.refused", { why: known("outside:where.refusal", refusal) })}</p>
        )}
      </div>
      <Link
        href={placeOf(way)}
        className="button"
        data-size="small"
        aria-label={t("waysOut.changeOf", { name })}
      >
        <ArrowUpRight size={14} aria-hidden="true" /> {t("waysOut.change")}
      </Link>
    </li>
  );
}

function SetBy({ way: { set } }: { way: WayOutView }) {
  const { t } = useTranslation("outside");
  if (!set) return t("waysOut.setUnknown");
  const time = moment(set.at, engineNow());
  const by = visible(set.by) || t("waysOut.here");
  if (!set.address) return t("waysOut.set", { by, time });
  return t("waysOut.setFrom", { by, time, address: visible(set.address) });
}

/** Where it is changed. */
function placeOf({ kind, person, flow, node }: WayOutView): string {
  if (kind === "callFlow") return `/flows/${flow}${node === null ? "" : `?step=${encodeURIComponent(node)}`}`;
  if (kind === "personWhenClosed") return `/people/${person}`;
  return kind === "otherSystem" ? "/lines/peers" : "/lines";
}

function keyOf({ kind, number, person, flow, peer, node, to }: WayOutView): string {
  return [kind, number, person, flow, peer, node, to].join(" ");
}
