// What a queue does, in one line: who answers, how long callers wait at most, and what comes then.
import { useTranslation } from "react-i18next";
import type { FlowId, Queue } from "../../../bindings/api";
import { Badge } from "../../../design";
import { usePeople } from "../../../live/select";
import { useLive } from "../../../live/store";
import { lasting } from "../../../text/format";
import { waitingIn } from "../../board/state";
import { visible } from "../../calls/said";
import { routeOf } from "../../hours/leads-to";
import { useTargetName } from "../../lines/destinations";
import { some } from "../summary";
import "../groups/groups.css";

/** How many callers wait in it at this moment, if any do. */
export function WhoWaits({ flow }: { flow: FlowId }) {
  const { t } = useTranslation("flows");
  const count = useLive((live) => waitingIn(live, flow).length);
  return count > 0 && <Badge tone="warning">{t("queues.waiting", { count })}</Badge>;
}

export function QueueLine({ queue }: { queue: Queue }) {
  const { t } = useTranslation("flows");
  const people = usePeople();
  const nameOf = useTargetName();
  const names = queue.agents.map(({ person }) => {
    const known = people.get(person);
    return known ? visible(known.name) : t("groups.goneMember");
  });
  return (
    <span className="group-line">
      {t("queues.line", {
        names: some(names),
        time: lasting(queue.maxWait * 1000),
        goal: nameOf(routeOf(queue.otherwise)),
      })}
    </span>
  );
}
