// The sheet of all keys, by `?`.
import { useTranslation } from "react-i18next";
import { create } from "zustand";
import { Dialog, KeyHint } from "../design";
import "./shortcuts.css";

const useSheet = create(() => ({ isOpen: false }));
export const showShortcuts = () => useSheet.setState({ isOpen: true });

export function Shortcuts() {
  const { t } = useTranslation(["shell", "voicemail"]);
  const isOpen = useSheet((state) => state.isOpen);
  return (
    <Dialog
      title={t("shortcuts.title")}
      isOpen={isOpen}
      onClose={() => useSheet.setState({ isOpen: false })}
      width="wide"
    >
      {/* What is longer than the window is scrolled by keys. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: see above */}
      <div className="shortcuts" role="region" aria-label={t("shortcuts.title")} tabIndex={0}>
        <Keys
          title={t("shortcuts.everywhere")}
          keys={[
            [t("shortcuts.search"), ["Ctrl+K"]],
            [t("shortcuts.screens"), ["Ctrl+1", "Ctrl+9"]],
            [t("shortcuts.settings"), ["Ctrl+0"]],
            [t("shortcuts.back"), ["Alt+←", "Alt+→"]],
            [t("shortcuts.regions"), ["F6"]],
            [t("shortcuts.undo"), ["Ctrl+Z", "Ctrl+Y"]],
            [t("shortcuts.override"), ["Ctrl+Shift+O"]],
            [t("shortcuts.sheet"), ["?"]],
          ]}
        />
        <Keys
          title={t("shortcuts.board")}
          keys={[
            [t("shortcuts.type"), ["A", "Z"]],
            [t("shortcuts.move"), ["↑", "↓"]],
            [t("shortcuts.call"), ["Enter"]],
            [t("shortcuts.menu"), ["Shift+F10"]],
            [t("shortcuts.answer"), ["F2"]],
            [t("shortcuts.hangUp"), ["F4"]],
            [t("shortcuts.switchCall"), ["Ctrl+↑", "Ctrl+↓"]],
            [t("shortcuts.leave"), ["Esc"]],
          ]}
        />
        <Keys
          title={t("voicemail:keys.title")}
          keys={[
            [t("voicemail:keys.play"), ["Space"]],
            [t("voicemail:keys.move"), ["J", "K"]],
            [t("voicemail:keys.skip"), ["←", "→"]],
            [t("voicemail:keys.speed"), ["1", "2", "3"]],
            [t("voicemail:keys.callBack"), ["C"]],
            [t("voicemail:keys.save"), ["E"]],
            [t("voicemail:keys.forward"), ["F"]],
            [t("voicemail:keys.note"), ["N"]],
            [t("voicemail:keys.remove"), ["Del"]],
          ]}
        />
      </div>
    </Dialog>
  );
}

function Keys({ title, keys }: { title: string; keys: [string, string[]][] }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl>
        {keys.map(([what, by]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>
              {by.map((one) => (
                <KeyHint key={one} keys={one} />
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
