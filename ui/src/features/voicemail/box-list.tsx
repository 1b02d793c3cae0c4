// The mailboxes at the left: one's own, those of groups, and for who manages the office all others.
import { Lock } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { PersonId } from "../../bindings/api";
import type { MailboxId, MailboxView } from "../../bindings/sound";
import { SearchField } from "../../design";
import { engineNow } from "../../live/store";
import { matches } from "../../shell/match";
import { type BoxGroup, groupOf } from "./boxes";

/** So many are seen at one glance. */
const MANY = 12;

export function BoxList(props: { boxes: readonly MailboxView[]; chosen: MailboxId; own: PersonId | null }) {
  const { boxes, chosen, own } = props;
  const { t } = useTranslation(["voicemail", "common"]);
  const [query, setQuery] = useState("");
  const shown = query.trim() ? boxes.filter((box) => matches(query, box.name, box.number ?? "") > 0) : boxes;
  const groups = (["own", "group", "people"] as const).map((group): [BoxGroup, MailboxView[]] => [
    group,
    shown.filter((box) => groupOf(box, own) === group),
  ]);
  return (
    <nav className="box-list" aria-label={t("boxes")} data-region="">
      {boxes.length > MANY && (
        <SearchField
          label={t("findBox")}
          placeholder={t("common:search")}
          value={query}
          onChange={setQuery}
        />
      )}
      {groups.map(
        ([group, list]) =>
          list.length > 0 && (
            <section key={group} aria-label={t(`groups.${group}`)}>
              {boxes.length > 1 && <h2>{t(`groups.${group}`)}</h2>}
              <ul>
                {list.map((box) => (
                  <li key={box.id}>
                    <BoxLink box={box} isChosen={box.id === chosen} />
                  </li>
                ))}
              </ul>
            </section>
          ),
      )}
    </nav>
  );
}

function BoxLink({ box, isChosen }: { box: MailboxView; isChosen: boolean }) {
  const { t } = useTranslation(["voicemail", "common"]);
  const isLocked = box.lockedUntil !== null && box.lockedUntil > engineNow();
  return (
    <Link
      href={`/voicemail/${box.id}`}
      aria-current={isChosen ? "page" : undefined}
      data-off={!box.enabled || undefined}
    >
      <span className="cut">{box.name}</span>
      {!box.enabled && <span className="box-off quiet">{t("common:off")}</span>}
      {isLocked && <Lock size={13} strokeWidth={1.75} aria-hidden="true" />}
      {box.new > 0 && (
        <b className="box-count">
          <span aria-hidden="true">{box.new}</span>
          <span className="unseen">{t("newCount", { count: box.new })}</span>
        </b>
      )}
    </Link>
  );
}
