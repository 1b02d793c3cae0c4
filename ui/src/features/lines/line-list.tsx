// The lines: how each is and why, how many calls it carries, and in which order calls out try them.
import { MoreHorizontal, PhoneOutgoing, Plus, RotateCw, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import type { LineId, LineView } from "../../bindings/api";
import { Badge, Button, EmptyState, IconButton, Menu, Switch } from "../../design";
import { useNow } from "../../live/clock";
import { useLines } from "../../live/select";
import { moment } from "../../text/format";
import { visible } from "../calls/said";
import { useAsked } from "./asked";
import { removeLine, tryLine, turnLine } from "./line-deeds";
import { LineLamp } from "./line-lamp";
import { LineWizard } from "./line-wizard";
import { reasonWords } from "./line-words";
import { useNumbers, useRules } from "./queries";

export function LineList() {
  const { t } = useTranslation("lines");
  const order = useOrder();
  const all = [...useLines().values()].sort(
    (a, b) => place(order, a.id) - place(order, b.id) || a.name.localeCompare(b.name),
  );
  const [adding, setAdding] = useState(false);
  useAsked("/lines/lines", "add", () => setAdding(true));
  return (
    <>
      <div className="lines-head">
        <p className="quiet">{t("list.lead")}</p>
        {all.length > 0 && (
          <div className="lines-tools">
            <Button icon={Plus} onPress={() => setAdding(true)}>
              {t("list.add")}
            </Button>
          </div>
        )}
      </div>
      {all.length === 0 ? (
        <EmptyState
          icon={PhoneOutgoing}
          title={t("list.empty.title")}
          action={
            <Button tone="accent" onPress={() => setAdding(true)}>
              {t("list.add")}
            </Button>
          }
        >
          {t("list.empty.body")}
        </EmptyState>
      ) : (
        <ul className="line-list" aria-label={t("list.label")}>
          {all.map((line) => (
            <Line key={line.id} line={line} place={order.indexOf(line.id)} />
          ))}
        </ul>
      )}
      {adding && <LineWizard onClose={() => setAdding(false)} />}
    </>
  );
}

function Line({ line, place: tried }: { line: LineView; place: number }) {
  const { t } = useTranslation("lines");
  const [, navigate] = useLocation();
  const now = useNow(60_000);
  const numbers = (useNumbers().data ?? []).filter((number) => number.line === line.id).length;
  const { id, enabled, emergency, live, channels } = line;
  const name = visible(line.name);
  const inUse = live.callsIn + live.callsOut;
  const isWell = live.state === "up" || live.state === "off";
  return (
    <li className="line-item">
      <div className="line-main">
        <p className="line-name">
          <Link href={`/lines/lines/${id}`} aria-label={t("list.open", { name })}>
            <bdi>{name}</bdi>
          </Link>
          <LineLamp state={live.state} />
          {live.since !== null && (
            <span className="quiet small">{t("list.since", { time: moment(live.since, now) })}</span>
          )}
        </p>
        {live.state !== "off" && (
          <p className={isWell ? "quiet" : "line-trouble"}>
            {reasonWords(live)}
            {live.nextTry !== null && !isWell && (
              <> {t("list.nextTry", { time: moment(live.nextTry, now) })}</>
            )}
          </p>
        )}
        <p className="line-facts quiet">
          <span>
            {tried < 0
              ? t("list.unused")
              : tried === 0
                ? t("list.first")
                : t("list.place", { place: tried + 1 })}
          </span>
          <span>{numbers > 0 ? t("list.numbers", { count: numbers }) : t("list.noNumbers")}</span>
          {emergency && <Badge>{t("list.emergency")}</Badge>}
        </p>
      </div>
      <span className="line-channels">
        <meter
          aria-label={t("list.channelsLabel", { name })}
          min={0}
          max={channels.all}
          high={channels.all * 0.8}
          value={inUse}
        />
        <span className="small">{t("list.channels", { used: inUse, all: channels.all })}</span>
      </span>
      <div className="line-acts">
        {!isWell && (
          <Button size="small" icon={RotateCw} onPress={() => tryLine(line)}>
            {t("list.tryNow")}
          </Button>
        )}
        <Switch isSelected={enabled} onChange={(on) => turnLine(line, on)}>
          <span className="unseen">{t("list.on", { name })}</span>
        </Switch>
        <Menu
          label={t("list.more", { name })}
          trigger={<IconButton icon={MoreHorizontal} label={t("list.more", { name })} />}
          entries={[
            { id: "test", label: t("list.test"), onAction: () => navigate(`/lines/lines/${id}?test`) },
            { id: "try", label: t("list.tryNow"), icon: RotateCw, onAction: () => tryLine(line) },
            {
              id: "remove",
              label: t("list.remove"),
              icon: Trash2,
              danger: true,
              onAction: () => removeLine(line),
            },
          ]}
        />
      </div>
    </li>
  );
}

/** The order in which calls of everybody try the lines. */
function useOrder(): LineId[] {
  const { data } = useRules();
  return [...new Set((data?.rules ?? []).flatMap((rule) => rule.lines))];
}

function place(order: readonly LineId[], id: LineId): number {
  const found = order.indexOf(id);
  return found < 0 ? order.length : found;
}
