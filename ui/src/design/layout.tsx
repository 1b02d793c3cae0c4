// How a screen is laid out: its title and tools above, its content below.
import "./layout.css";

/** A whole screen. `measure="text"` keeps forms and texts readable; `full` is for lists and boards. */
export function Page({
  title,
  subtitle,
  tools,
  children,
  measure = "full",
}: {
  title: string;
  subtitle?: React.ReactNode;
  tools?: React.ReactNode;
  children: React.ReactNode;
  measure?: "full" | "text";
}) {
  return (
    <div className="page">
      <header className="page-header">
        <h1>{title}</h1>
        {subtitle && <div className="page-subtitle">{subtitle}</div>}
        {tools && <div className="page-tools">{tools}</div>}
      </header>
      <div className="page-body" data-measure={measure}>
        {children}
      </div>
    </div>
  );
}

/** A line of fields and buttons above a list. */
export function Toolbar({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className="toolbar" role="toolbar" aria-label={label}>
      {children}
    </div>
  );
}

/** A part of a page with its heading. `lead` explains it; `aside` stands at the heading's end. */
export function Section({
  title,
  lead,
  aside,
  children,
}: {
  title: string;
  lead?: React.ReactNode;
  aside?: React.ReactNode;
  children: React.ReactNode;
}) {
  return (
    <section className="section">
      <header className="section-header">
        <h2>{title}</h2>
        {aside}
      </header>
      {lead && <p className="section-lead">{lead}</p>}
      {children}
    </section>
  );
}

/** Rows with hairlines between them, such as settings: words left, control right. */
export function Rows({ children, label }: { children: React.ReactNode; label?: string }) {
  return (
    <ul className="rows" aria-label={label}>
      {children}
    </ul>
  );
}

export function RowItem({
  title,
  note,
  start,
  children,
}: {
  title: React.ReactNode;
  note?: React.ReactNode;
  /** A sign before the words. */
  start?: React.ReactNode;
  /** The control at the end. */
  children?: React.ReactNode;
}) {
  return (
    <li className="row-item">
      {start && <span className="row-start">{start}</span>}
      <div className="row-words">
        <div className="row-title">{title}</div>
        {note && <div className="row-note">{note}</div>}
      </div>
      {children && <div className="row-end">{children}</div>}
    </li>
  );
}

/** Names and values, one pair a line. */
export function Facts({ facts }: { facts: readonly (readonly [string, React.ReactNode])[] }) {
  return (
    <dl className="fact-list">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
