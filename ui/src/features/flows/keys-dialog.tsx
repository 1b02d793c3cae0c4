// The sheet of the builder's keys.
import { useTranslation } from "react-i18next";
import { Dialog, KeyHint } from "../../design";
import { show, useView } from "./view";

export function KeysDialog() {
  const { t } = useTranslation("flows");
  const isOpen = useView((view) => view.keys);
  const canvas: [string, string[]][] = [
    [t("keys.follow"), ["→", "←"]],
    [t("keys.rows"), ["↑", "↓"]],
    [t("keys.page"), ["PageDown", "PageUp"]],
    [t("keys.home"), ["Home"]],
    [t("keys.choose"), ["Space"]],
    [t("keys.chooseAlong"), ["Shift+→", "Shift+PageDown"]],
    [t("keys.goPast"), ["Ctrl+→", "Ctrl+PageDown"]],
    [t("keys.inspector"), ["Enter"]],
    [t("keys.add"), ["A"]],
    [t("keys.connect"), ["C"]],
    [t("keys.disconnect"), ["X"]],
    [t("keys.remove"), ["Del"]],
    [t("keys.move"), ["M"]],
    [t("keys.goTo"), ["G"]],
    [t("keys.rename"), ["F2"]],
    [t("keys.duplicate"), ["Ctrl+D"]],
    [t("keys.copy"), ["Ctrl+C", "Ctrl+X", "Ctrl+V"]],
    [t("keys.frame"), ["Ctrl+G"]],
    [t("keys.fold"), ["Ctrl+Shift+G"]],
    [t("keys.note"), ["N"]],
    [t("keys.tidy"), ["Shift+Alt+T"]],
    [t("keys.fit"), ["Shift+1", "Shift+2"]],
    [t("keys.minimap"), ["Shift+M"]],
  ];
  const everywhere: [string, string[]][] = [
    [t("keys.find"), ["Ctrl+F"]],
    [t("keys.outline"), ["Ctrl+Shift+E"]],
    [t("keys.simulate"), ["F5"]],
    [t("keys.undo"), ["Ctrl+Z", "Ctrl+Y"]],
    [t("keys.publish"), ["Ctrl+Enter"]],
  ];
  return (
    <Dialog title={t("keys.title")} isOpen={isOpen} onClose={() => show({ keys: false })} width="wide">
      {/* What is longer than the window is scrolled by keys. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: see above */}
      <div className="shortcuts" role="region" aria-label={t("keys.title")} tabIndex={0}>
        <Keys title={t("keys.canvas")} note={t("keys.letters")} keys={canvas} />
        <Keys title={t("keys.everywhere")} keys={everywhere} />
      </div>
    </Dialog>
  );
}

function Keys({ title, note, keys }: { title: string; note?: string; keys: [string, string[]][] }) {
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
      {note && <p className="quiet">{note}</p>}
    </section>
  );
}
