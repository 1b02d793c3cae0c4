// The audit log: who changed what, with the values before and after; who called abroad; whether it is whole.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { FileDown } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { AuditEntry, AuditSeries } from "../../bindings/api";
import { Button, Notice, RadioGroup, Waiting } from "../../design";
import { api } from "../../live/api";
import { count, dayAndTime } from "../../text/format";
import { sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { useFuseName } from "../lines/fuse-name";
import { fuseOf, ofCallAbroad } from "./abroad";
import { differences } from "./differences";
import { useFieldName } from "./field-name";

const PAGE = 50;

const SERIES = ["all", "deeds", "calls", "refusedCalls", "signIns"] as const;

export function Audit() {
  const { t } = useTranslation("settings");
  const [shown, setShown] = useState<(typeof SERIES)[number]>("all");
  const series: AuditSeries | undefined = shown === "all" ? undefined : shown;
  const audit = useInfiniteQuery({
    queryKey: ["audit", shown],
    queryFn: ({ pageParam }) => api.audit({ limit: PAGE, before: pageParam, series }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const entries = audit.data?.pages.flatMap((page) => page.entries);
  return (
    <li className="setting" id="audit">
      <div className="audit-tools">
        <RadioGroup
          bare
          segments
          label={t("audit.shown")}
          options={SERIES.map((id) => ({ id, label: t(`audit.series.${id}`) }))}
          value={shown}
          onChange={setShown}
        />
        <a className="button" data-tone="plain" href={api.auditFile} title={t("audit.csvHint")} download>
          <FileDown size={15} strokeWidth={1.75} aria-hidden="true" /> {t("audit.csv")}
        </a>
      </div>
      <Whole />
      {entries ? <Entries entries={entries} /> : !audit.error && <Waiting />}
      {audit.error && <Notice severity="problem">{sentence(audit.error)}</Notice>}
      {audit.hasNextPage && (
        <Button onPress={() => void audit.fetchNextPage()} isDisabled={audit.isFetchingNextPage}>
          {t("audit.older")}
        </Button>
      )}
    </li>
  );
}

/** Whether nobody has changed the log behind our back. */
function Whole() {
  const { t } = useTranslation("settings");
  const { data, error } = useQuery({ queryKey: ["audit-check"], queryFn: api.auditCheck });
  if (error)
    return (
      <Notice severity="problem" title={t("audit.unchecked")}>
        {sentence(error)}
      </Notice>
    );
  if (!data) return null;
  const lines = data.series.reduce((sum, series) => sum + series.lines, 0);
  if (data.whole) {
    const words = t("audit.whole", { count: lines, lines: count(lines), time: dayAndTime(data.checkedAt) });
    return <p className="quiet small">{words}</p>;
  }
  const broken = data.series.find((series) => !series.whole);
  const at = broken?.brokenLine?.at;
  return (
    <Notice severity="problem" title={t("audit.broken")}>
      {at === undefined ? t("audit.brokenAtEnd") : t("audit.brokenAt", { time: dayAndTime(at) })}
    </Notice>
  );
}

function Entries({ entries }: { entries: readonly AuditEntry[] }) {
  const { t } = useTranslation("settings");
  return (
    <>
      {entries.length === 0 && <p className="quiet">{t("audit.empty")}</p>}
      <ol className="audit" aria-label={t("audit.label")}>
        {entries.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ol>
    </>
  );
}

function Entry({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation("settings");
  const fieldName = useFieldName();
  const { at, by, address, before, after } = entry;
  const all = differences(before, after);
  const changes = entry.action.startsWith("abroad.") ? ofCallAbroad(all) : all;
  const who = by || t("audit.here");
  const value = (text: string) =>
    text === "true" || text === "false" ? t(`backup.is.${text}`) : visible(text) || t("audit.nothing");
  return (
    <li className="audit-entry">
      <time dateTime={new Date(at).toISOString()}>{dayAndTime(at)}</time>
      <div className="audit-what">
        <ActionWords entry={entry} />
        {changes.length > 0 && (
          <dl className="audit-diff" aria-label={t("audit.details")}>
            {changes.map(({ field, was, is }) => (
              <div key={field}>
                <dt>{fieldName(field)}</dt>
                <dd>
                  {was !== null && (
                    <del>
                      <bdi>{value(was)}</bdi>
                    </del>
                  )}{" "}
                  {is !== null && (
                    <ins>
                      <bdi>{value(is)}</bdi>
                    </ins>
                  )}
                </dd>
              </div>
            ))}
          </dl>
        )}
      </div>
      <span className="audit-who">
        <bdi>{address ? t("audit.by", { by: visible(who), address: visible(address) }) : visible(who)}</bdi>
      </span>
    </li>
  );
}

function ActionWords({ entry: { action, subject } }: { entry: AuditEntry }) {
  const { t, i18n } = useTranslation("settings");
  const isKnown = /^\w+\.\w+$/.test(action) && i18n.exists(`settings:audit.actions.${action}`);
  // Whoever sits at the computer of the phone system signs in without a name.
  const nameOf = useFuseName();
  const fuse = action === "fuse.reset" ? fuseOf(subject) : null;
  const of = { subject: fuse ? nameOf(fuse) : visible(subject) || t("audit.here") };
  const words = isKnown
    ? t(`audit.actions.${action as "person.added"}`, of)
    : t("audit.other", { action: visible(action), ...of });
  return <span>{words}</span>;
}
