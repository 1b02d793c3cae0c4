// A rule for calls out as a sentence.
import { useTranslation } from "react-i18next";
import type { Destination, LineId, OutboundRule, Shown, Whose } from "../../bindings/api";
import { useLines, usePeople } from "../../live/select";
import { locale } from "../../text";
import { list } from "../../text/format";
import { visible } from "../calls/said";
import { useNumbers, usePeers } from "./queries";

export type RuleWords = {
  sentence: (rule: OutboundRule) => string;
  who: (who: Whose) => string;
  to: (to: Destination) => string;
  line: (id: LineId) => string;
  shows: (shows: Shown) => string;
};

export function useRuleWords(): RuleWords {
  const { t } = useTranslation("outside");
  const people = usePeople();
  const lines = useLines();
  const { data: peers = [] } = usePeers();
  const { data: numbers = [] } = useNumbers();
  const person = (id: number) => visible(people.get(id)?.name ?? t("rules.gone"));

  const peer = (id: number) => {
    const name = peers.find((one) => one.id === id)?.name;
    return name === undefined ? t("rules.gonePeer") : t("rules.peer", { name: visible(name) });
  };

  const who = (of: Whose): string => {
    if (of.kind === "everybody") return t("rules.everybody");
    if (of.kind === "persons") return list(of.value.map(person));
    if (of.kind === "peers") return list(of.value.map(peer));
    return list(of.value.map((name) => t("rules.team", { name: visible(name) })));
  };
  const to = (one: Destination): string => {
    if (one.kind === "country") return countryName(one.value);
    if (one.kind === "prefix") return t("rules.to.prefix", { prefix: visible(one.value) });
    return t(`rules.to.${one.kind}`);
  };
  const line = (id: LineId): string => visible(lines.get(id)?.name ?? t("rules.goneLine"));
  const shows = (what: Shown): string =>
    what.kind === "number"
      ? (numbers.find(({ number }) => number === what.value)?.shown ?? visible(what.value))
      : t(`rules.shows.${what.kind}`);
  const sentence = (rule: OutboundRule): string =>
    t("rules.sentence", {
      who: who(rule.who),
      to: list(rule.to.map(to)),
      lines:
        rule.lines.map(line).reduce((first, next) => (first ? t("rules.next", { first, next }) : next), "") ||
        t("rules.noLines"),
      shows: shows(rule.shows),
    });
  return { sentence, who, to, line, shows };
}

export function countryName(code: string): string {
  return new Intl.DisplayNames(locale(), { type: "region", fallback: "code" }).of(code) ?? code;
}
