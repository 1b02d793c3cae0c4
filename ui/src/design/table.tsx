// Tables whose rows can be walked with the arrow keys.

import { ArrowDown, ArrowUp } from "lucide-react";
import {
  Cell as AriaCell,
  Column as AriaColumn,
  Row as AriaRow,
  Table as AriaTable,
  TableBody as AriaTableBody,
  TableHeader as AriaTableHeader,
  type CellProps,
  type ColumnProps,
  type RowProps,
  type TableBodyProps,
  type TableHeaderProps,
  type TableProps,
} from "react-aria-components";
import "./table.css";

/** Rows are `Row`s of `Cell`s in a `TableBody`; columns are `Column`s in a `TableHeader`. */
export function Table({ label, ...rest }: TableProps & { label: string }) {
  return <AriaTable {...rest} aria-label={label} className="table" />;
}

export function TableHeader<T extends object>(props: TableHeaderProps<T>) {
  return <AriaTableHeader {...props} />;
}

/** `align="end"` for amounts. */
export function Column({
  align = "start",
  children,
  ...rest
}: Omit<ColumnProps, "children"> & { align?: "start" | "end"; children?: React.ReactNode }) {
  return (
    <AriaColumn {...rest} className="table-column" data-align={align}>
      {({ sortDirection }) => (
        <span className="table-column-words">
          {children}
          {sortDirection === "ascending" && <ArrowUp size={12} aria-hidden="true" />}
          {sortDirection === "descending" && <ArrowDown size={12} aria-hidden="true" />}
        </span>
      )}
    </AriaColumn>
  );
}

export function TableBody<T extends object>(props: TableBodyProps<T>) {
  return <AriaTableBody {...props} className="table-body" />;
}

export function Row<T extends object>(props: RowProps<T>) {
  return <AriaRow {...props} className="table-row" />;
}

export function Cell({ align = "start", ...rest }: CellProps & { align?: "start" | "end" }) {
  return <AriaCell {...rest} className="table-cell" data-align={align} />;
}
