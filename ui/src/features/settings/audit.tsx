// The audit log: who changed what, with the values before and after.
import { useInfiniteQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { AuditEntry } from "../../bindings/api";
import { Button, Notice, Waiting } from "../../design";
import { api } from "../../live/api";
import { dayAndTime } from "../../text/format";
import { sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { differences } from "./differences";
import { useFieldName } from "./field-name";

const PAGE = 50;

export function Audit() {
  const { t } = useTranslation("settings");
  const audit = useInfiniteQuery({
    queryKey: ["audit"],
    queryFn: ({ pageParam }) => api.audit({ limit: PAGE, before: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  if (audit.error && !audit.data) return <Notice severity="problem">{sentence(audit.error)}</Notice>;
  if (!audit.data) return <Waiting />;
  const entries = audit.data.pages.flatMap((page) => page.entries);
  return (
    <li className="setting" id="audit">
      {entries.length === 0 && <p className="quiet">{t("audit.empty")}</p>}
      <ol className="audit" aria-label={t("audit.label")}>
        {entries.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ol>
      {audit.hasNextPage && (
        <Button onPress={() => void audit.fetchNextPage()} isDisabled={audit.isFetchingNextPage}>
          {t("audit.older")}
        </Button>
      )}
    </li>
  );
}

function Entry({ entry }: { entry: AuditEntry }) {
  const { t } = useTranslation("settings");
  const fieldName = useFieldName();
  const { at, by, address, before, after } = entry;
  const changes = differences(before, after);
  const who = by || t("audit.here");
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
                      <bdi>{visible(was) || t("audit.nothing")}</bdi>
                    </del>
                  )}{" "}
                  {is !== null && (
                    <ins>
                      <bdi>{visible(is) || t("audit.nothing")}</bdi>
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
  const of = { subject: visible(subject) || t("audit.here") };
  const words = isKnown
    ? t(`audit.actions.${action as "person.added"}`, of)
    : t("audit.other", { action: visible(action), ...of });
  return <span>{words}</span>;
}
