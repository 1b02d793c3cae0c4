// What the engine is asked of its further offices: one typed line per route.
import type {
  FurtherOfficeAdd,
  FurtherOfficeEdit,
  FurtherOfficeId,
  FurtherOfficeView,
  OfficeLink,
  OfficesJoin,
} from "../../bindings/api";
import { get, post, put, remove } from "../../live/api";

export const offices = {
  list: () => get<FurtherOfficeView[]>("/offices"),
  add: (office: FurtherOfficeAdd) => post<FurtherOfficeView>("/offices", office),
  edit: (id: FurtherOfficeId, version: number, office: FurtherOfficeEdit) =>
    put<FurtherOfficeView>(`/offices/${id}`, office, version),
  remove: (id: FurtherOfficeId, version: number) => remove(`/offices/${id}`, version),
  /** A one-time way into its window. */
  link: (id: FurtherOfficeId) => post<OfficeLink>(`/offices/${id}/link`),
  /** Its people and those of this office call each other from now on. */
  join: (id: FurtherOfficeId, join: OfficesJoin) => put<FurtherOfficeView>(`/offices/${id}/joined`, join),
  part: (id: FurtherOfficeId) => remove(`/offices/${id}/joined`),
};
