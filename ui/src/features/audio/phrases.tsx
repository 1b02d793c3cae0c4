// What the phone system says by itself, in each of its languages.
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PromptView } from "../../bindings/sound";
import { EmptyState, Notice, SearchField, Select, Waiting } from "../../design";
import { api } from "../../live/api";
import { useOffice } from "../../live/select";
import { matches } from "../../shell/match";
import { sentence } from "../../text/refusal";
import { languageName } from "./language";
import { usePlayer } from "./player";
import { PlayButton } from "./player-bar";

export function Phrases() {
  const { t } = useTranslation("audio");
  const { data, error } = useQuery({
    queryKey: ["prompts"],
    queryFn: api.prompts,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const office = useOffice()?.language;
  const languages = useMemo(() => [...new Set((data ?? []).map(({ language }) => language))].sort(), [data]);
  const [chosen, setChosen] = useState<string | null>(null);
  const [query, setQuery] = useState("");
  const language = chosen ?? languages.find((one) => one === office) ?? languages[0] ?? null;
  if (error) {
    return (
      <div className="audio-text">
        <Notice severity="problem">{sentence(error)}</Notice>
      </div>
    );
  }
  if (!data) return <Waiting />;
  const shown = data.filter(
    (phrase) => phrase.language === language && (!query.trim() || matches(query, phrase.text, phrase.id) > 0),
  );
  return (
    <div className="phrases">
      <div className="audio-tools">
        <SearchField label={t("phrases.find")} value={query} onChange={setQuery} />
        <Select
          bare
          label={t("phrases.language")}
          options={languages.map((id) => ({ id, label: languageName(id) }))}
          value={language}
          onChange={setChosen}
        />
        <span className="quiet" role="status">
          {t("phrases.count", { count: shown.length })}
        </span>
      </div>
      {shown.length === 0 ? (
        <EmptyState title={t("phrases.none")}>{t("phrases.noneBody")}</EmptyState>
      ) : (
        <ul className="phrase-list" aria-label={t("phrases.list")} lang={language ?? undefined}>
          {shown.map((phrase) => (
            <Phrase key={phrase.id} phrase={phrase} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Phrase({ phrase }: { phrase: PromptView }) {
  const player = usePlayer({ src: api.promptFile(phrase), seconds: 0 });
  return (
    <li className="phrase">
      <PlayButton player={player} name={phrase.text} />
      <span>{phrase.text}</span>
      <code className="quiet">{phrase.id}</code>
    </li>
  );
}
