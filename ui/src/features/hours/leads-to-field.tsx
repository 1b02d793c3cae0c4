// Where callers go next: somebody or something of the office, a number outside, or nobody.
import type { LeadsTo } from "../../bindings/api";
import { GoalField } from "../lines/route-field";
import { leadsToOf, routeOf } from "./leads-to";

export function LeadsToField(props: {
  label: string;
  value: LeadsTo;
  onChange: (to: LeadsTo) => void;
  error?: string | undefined;
  /** What cannot be chosen: calls would go in a circle. */
  except?: LeadsTo | undefined;
}) {
  const { label, value, onChange, error, except } = props;
  return (
    <GoalField
      label={label}
      value={routeOf(value)}
      onChange={(route) => onChange(leadsToOf(route))}
      error={error}
      except={except && routeOf(except)}
    />
  );
}
