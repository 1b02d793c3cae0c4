// How each party of a call was heard: in a word, and with the figures behind it.
import { useTranslation } from "react-i18next";
import type { CallSound } from "../../bindings/api";
import { Facts } from "../../design";
import { locale } from "../../text";
import { count } from "../../text/format";
import { whoOf } from "../voicemail/who";

export function Sound({ sound }: { sound: readonly CallSound[] }) {
  const { t } = useTranslation("calls");
  if (sound.length === 0) return null;
  const told = sound.map((heard): [string, React.ReactNode] => [
    t("sound.from", { name: whoOf(heard.party) }),
    <SoundOf key="sound" heard={heard} />,
  ]);
  return (
    <section className="story-part" aria-label={t("sound.title")}>
      <h3>{t("sound.title")}</h3>
      <Facts facts={told} />
    </section>
  );
}

function SoundOf({ heard }: { heard: CallSound }) {
  const { t } = useTranslation("calls");
  const { mos, worstMos, loss, jitterMs, roundTripMs } = heard;
  const figures = [
    t("sound.lost", { share: oneDecimal(loss * 100) }),
    t("sound.jitter", { milliseconds: count(Math.round(jitterMs)) }),
  ];
  if (roundTripMs !== null) {
    figures.push(t("sound.roundTrip", { milliseconds: count(Math.round(roundTripMs)) }));
  }
  if (grade(worstMos) !== grade(mos)) {
    const worst = t(`sound.${grade(worstMos)}`).toLocaleLowerCase(locale());
    figures.unshift(t("sound.worst", { grade: worst, mos: oneDecimal(worstMos) }));
  }
  return (
    <>
      {t("sound.graded", { grade: t(`sound.${grade(mos)}`), mos: oneDecimal(mos) })}
      <p className="step-note">{figures.join(" · ")}</p>
    </>
  );
}

/** The bounds of ITU-T G.107 Annex B: most are satisfied above the first, many are not below the second. */
export function grade(mos: number): "good" | "fair" | "poor" {
  if (mos >= 4) return "good";
  return mos >= 3.1 ? "fair" : "poor";
}

function oneDecimal(value: number): string {
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: 1, minimumFractionDigits: 1 }).format(
    value,
  );
}
