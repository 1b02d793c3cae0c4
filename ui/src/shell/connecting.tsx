// Before the first answer of the engine: nothing at first, then a calm word.
import { useTranslation } from "react-i18next";
import mark from "../../../assets/mark.svg";
import { useSlow } from "../design";
import "./door.css";

export function Connecting() {
  const { t } = useTranslation("shell");
  const shown = useSlow(true);
  const slow = useSlow(true, 2000);
  if (!shown) return null;
  return (
    <main className="door" aria-live="polite">
      <div className="door-card">
        <img src={mark} alt="" width={40} height={40} />
        <h1>{t("connecting.title")}</h1>
        {slow && <p className="quiet">{t("connecting.slow")}</p>}
      </div>
    </main>
  );
}
