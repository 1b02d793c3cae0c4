// The calls of this moment, in one line each.
import { ArrowRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { CallId } from "../../bindings/api";
import { Duration, PresenceMark, Section } from "../../design";
import { calleeOf, nameOf, queueName } from "../../live/names";
import { useCall, useLiveValue } from "../../live/select";
import { mayHandOver } from "../board/actions";
import { allCalls } from "../board/state";
import { RecordButtons } from "../calls/record-buttons";

const MOST = 8;

export function CallsNow() {
  const { t } = useTranslation("now");
  const ids = useLiveValue(allCalls);
  return (
    <Section title={t("calls.title")} aside={<Link href="/board">{t("calls.open")}</Link>}>
      {ids.length === 0 ? (
        <p className="now-none">{t("calls.none")}</p>
      ) : (
        <ul className="now-list">
          {ids.slice(0, MOST).map((id) => (
            <CallLine key={id} id={id} />
          ))}
          {ids.length > MOST && (
            <li className="now-more">
              <Link href="/board">{t("calls.more", { count: ids.length - MOST })}</Link>
            </li>
          )}
        </ul>
      )}
    </Section>
  );
}

function CallLine({ id }: { id: CallId }) {
  const { t } = useTranslation("now");
  const call = useCall(id);
  if (!call) return null;
  const { state, waits } = call;
  const presence =
    state === "ringing" ? "ringing" : waits || state === "held" || state === "parked" ? "notNow" : "busy";
  return (
    <li className="now-call-line">
      <Link href={`/board?call=${id}`} className="now-line">
        <PresenceMark presence={presence} />
        <span className="now-call cut">
          <span className="now-name">{nameOf(call.from)}</span>
          {!waits && (
            <>
              <ArrowRight size={13} aria-hidden="true" />
              <span className="unseen">{t("calls.to", { name: "" })}</span>
              <span className="now-name">{calleeOf(call)}</span>
            </>
          )}
        </span>
        <span className="quiet cut">
          {waits ? t("calls.waitsIn", { name: queueName(waits.queue) }) : t(`calls.states.${state}`)}
        </span>
        <Duration since={waits?.since ?? call.answeredAt ?? call.startedAt} />
      </Link>
      {mayHandOver(call) && (
        <span className="now-call-act">
          {state !== "ringing" && !waits && <RecordButtons call={call} isSmall />}
        </span>
      )}
    </li>
  );
}
