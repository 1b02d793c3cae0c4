// Every setting is found in the palette by its name and by what people call it elsewhere.
import { Settings } from "lucide-react";
import type { CommandSource } from "../../shell/commands";
import { SETTINGS } from "./settings-list";

export const commands: CommandSource = ({ t, navigate }) =>
  SETTINGS.map(({ id, section, least }) => ({
    id: `settings.${id}`,
    section: "settings",
    title: t(`settings:items.${id}.title`),
    note: t(`settings:sections.${section}.title`),
    synonyms: t(`settings:items.${id}.synonyms`),
    icon: Settings,
    least,
    hidden: true,
    run: () => navigate(`/settings/${section}#${id}`),
  }));
