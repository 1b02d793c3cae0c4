// Who uses a sound, in words.
import { useTranslation } from "react-i18next";
import type { SoundView } from "../../bindings/sound";
import { visible } from "../calls/said";

export function useUsers({ usedBy }: Pick<SoundView, "usedBy">): string[] {
  const { t } = useTranslation("audio");
  const said = usedBy.map(({ what, name }) =>
    what === "music" && !name ? t("usedBy.musicOffice") : t(`usedBy.${what}`, { name: visible(name) }),
  );
  // A mailbox may use one sound for several occasions.
  return [...new Set(said)];
}
