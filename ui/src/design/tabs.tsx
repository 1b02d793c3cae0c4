// Several views of one thing.
import { Tabs as AriaTabs, Tab, TabList, TabPanel } from "react-aria-components";
import "./tabs.css";

export type TabView = { id: string; label: string; badge?: React.ReactNode; content: React.ReactNode };

export function Tabs({
  label,
  views,
  value,
  onChange,
}: {
  label: string;
  views: readonly TabView[];
  value?: string;
  onChange?: (id: string) => void;
}) {
  return (
    <AriaTabs
      className="tabs"
      {...(value !== undefined ? { selectedKey: value } : {})}
      {...(onChange ? { onSelectionChange: (id) => onChange(String(id)) } : {})}
    >
      <TabList aria-label={label} className="tab-list">
        {views.map((view) => (
          <Tab key={view.id} id={view.id} className="tab">
            {view.label}
            {view.badge}
          </Tab>
        ))}
      </TabList>
      {views.map((view) => (
        <TabPanel key={view.id} id={view.id} className="tab-panel">
          {view.content}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
