// Trouble with lines, limits and numbers: what happened, what callers notice, what to do.
import { useTranslation } from "react-i18next";
import type { AttentionView } from "../../bindings/api";
import { useBlownFuses, useLine } from "../../live/select";
import { engineNow } from "../../live/store";
import { moment } from "../../text/format";
import { visible } from "../calls/said";
import { useFuseName } from "../lines/fuse-name";
import { reasonWords } from "../lines/line-words";

export type LineTrouble = Extract<
  AttentionView,
  { what: "lineDown" } | { what: "fuseBlown" } | { what: "unknownNumber" }
>;

export function lineTroubleOf(one: AttentionView | undefined): LineTrouble | null {
  switch (one?.what) {
    case "lineDown":
    case "fuseBlown":
    case "unknownNumber":
      return one;
    default:
      return null;
  }
}

/** Where it is mended. */
export function lineLeadsTo(trouble: LineTrouble): string {
  if (trouble.what === "lineDown") return `/lines/lines/${trouble.line}`;
  return trouble.what === "fuseBlown" ? "/lines/protection" : "/lines";
}

export function useLineWords(
  trouble: LineTrouble | null,
): { title: string; body: string; fix: string } | null {
  const { t } = useTranslation(["now", "lines"]);
  const line = useLine(trouble?.what === "lineDown" ? trouble.line : -1);
  const fuseName = useFuseName();
  const fuse = useBlownFuses().get(trouble?.what === "fuseBlown" ? trouble.fuse : "");
  switch (trouble?.what) {
    case "lineDown": {
      const name = line ? visible(line.name) : t("lines:goes.gone");
      const key = line?.live.state === "refused" ? "refused" : "down";
      return {
        title: t(`attention.lineDown.${key}`, { name }),
        body: reasonWords(line?.live ?? { sentence: null, detail: "" }),
        fix: t("attention.lineDown.fix"),
      };
    }
    case "fuseBlown":
      return {
        title: t("attention.fuseBlown.title", {
          name: fuse ? fuseName(fuse) : t("attention.someLimit"),
        }),
        body: t("attention.fuseBlown.body", { time: moment(trouble.since, engineNow()) }),
        fix: t("attention.fuseBlown.fix"),
      };
    case "unknownNumber":
      return {
        title: t("attention.unknownNumber.title", { number: visible(trouble.shown) }),
        body: t("attention.unknownNumber.body"),
        fix: t("attention.unknownNumber.fix"),
      };
    default:
      return null;
  }
}
