// The office's extensions: what each leads to, at which hours, and where its callers go otherwise.
import { Clock } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ExtensionView, NumberHours } from "../../bindings/api";
import { Button, Section } from "../../design";
import { useSchedules } from "../../live/select";
import { useMay } from "../../live/session";
import { perform } from "../../live/undo";
import { visible } from "../calls/said";
import { lines } from "./api";
import { useTargetName } from "./destinations";
import { FormDialog } from "./form-dialog";
import { HoursFields } from "./hours-fields";
import { KEYS, useExtension, useExtensions, useRefresh } from "./queries";
import "./extensions.css";

/** All of them; nothing while the office has none. */
export function Extensions() {
  const { t } = useTranslation("lines");
  const { data } = useExtensions();
  const [open, setOpen] = useState<ExtensionView | null>(null);
  const nameOf = useTargetName();
  const words = useHoursWords();
  if (!data?.length) return null;
  return (
    <div className="extensions">
      <Section title={t("extension.list")}>
        <p className="quiet">{t("extension.lead")}</p>
        <ul className="number-list" aria-label={t("extension.list")}>
          {data.map((extension) => (
            <li key={extension.number} className="number-line">
              <button type="button" className="number-link" onClick={() => setOpen(extension)}>
                <span className="number-name">
                  <bdi className="phone-number">{extension.number}</bdi>
                </span>
                <span className="number-goes">{nameOf(extension.leadsTo)}</span>
                <span className="number-line-name quiet">{words(extension.hours)}</span>
              </button>
            </li>
          ))}
        </ul>
        {open && <ExtensionDialog extension={open} onClose={() => setOpen(null)} />}
      </Section>
    </div>
  );
}

/** The hours of one extension where it is used, such as beside a person. */
export function HoursOfExtension({ number }: { number: string }) {
  const { t } = useTranslation("lines");
  const [isOpen, setOpen] = useState(false);
  const extension = useExtension(number);
  const words = useHoursWords();
  const mayChange = useMay("admin");
  // Without hours of the office there is nothing to choose.
  const hasSchedules = useSchedules().size > 0;
  if (!extension || (!hasSchedules && !extension.hours)) return null;
  return (
    <div className="extension-hours">
      <span className="quiet">{t("extension.hoursOf", { number, hours: words(extension.hours) })}</span>
      {mayChange && (
        <Button
          size="small"
          icon={Clock}
          aria-label={t("extension.title", { number })}
          onPress={() => setOpen(true)}
        >
          {t("extension.change")}
        </Button>
      )}
      {isOpen && <ExtensionDialog extension={extension} onClose={() => setOpen(false)} />}
    </div>
  );
}

function ExtensionDialog({ extension, onClose }: { extension: ExtensionView; onClose: () => void }) {
  const { t } = useTranslation(["lines", "common"]);
  const { number } = extension;
  const refresh = useRefresh();
  const nameOf = useTargetName();
  const [hours, setHours] = useState(extension.hours);
  const save = async () => {
    let { revision } = extension;
    const write = async (to: NumberHours | null) => {
      revision = (await lines.editExtensionHours(number, revision, to)).revision;
      await refresh(KEYS.extensions);
    };
    await perform({
      name: t("extension.changed", { number }),
      do: () => write(hours),
      undo: () => write(extension.hours),
    });
  };
  return (
    <FormDialog
      title={t("extension.title", { number })}
      submit={t("common:save")}
      fields={["hours.schedule", "hours.whenClosed"]}
      save={save}
      onClose={onClose}
    >
      <p className="quiet">{t("extension.leads", { number, goal: nameOf(extension.leadsTo) })}</p>
      <HoursFields value={hours} onChange={setHours} />
    </FormDialog>
  );
}

/** When something takes calls, as part of a sentence. */
function useHoursWords(): (hours: NumberHours | null) => string {
  const { t } = useTranslation("lines");
  const nameOf = useTargetName();
  const schedules = useSchedules();
  return (hours) => {
    if (!hours) return t("extension.always");
    const name = schedules.get(hours.schedule)?.name;
    return t("extension.while", {
      hours: name ? visible(name) : t("goes.gone"),
      other: nameOf(hours.whenClosed),
    });
  };
}
