// What a ring group does, in one line: whom it rings, how long, and what comes then.
import { useTranslation } from "react-i18next";
import type { RingGroup } from "../../../bindings/api";
import { usePeople } from "../../../live/select";
import { lasting } from "../../../text/format";
import { visible } from "../../calls/said";
import { routeOf } from "../../hours/leads-to";
import { useTargetName } from "../../lines/destinations";
import { some } from "../summary";
import "./groups.css";

export function GroupLine({ group }: { group: RingGroup }) {
  const { t } = useTranslation("flows");
  const people = usePeople();
  const nameOf = useTargetName();
  const names = group.members.map(({ person }) => {
    const known = people.get(person);
    return known ? visible(known.name) : t("groups.goneMember");
  });
  return (
    <span className="group-line">
      {t("groups.line", {
        names: some(names),
        time: lasting(group.ringFor * 1000),
        goal: nameOf(routeOf(group.otherwise)),
      })}
    </span>
  );
}
