// Music on hold: what callers hear while they wait, for the office and for single people.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ArrowDown, ArrowUp, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { PersonId } from "../../bindings/api";
import type { MusicView, SoundId, SoundView } from "../../bindings/sound";
import { Button, ComboBox, IconButton, Notice, Section, Waiting } from "../../design";
import { api } from "../../live/api";
import { usePeople } from "../../live/select";
import { tellRefused } from "../../live/toasts";
import { perform } from "../../live/undo";
import { running } from "../../text/format";
import { sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { usePlayer } from "./player";
import { PlayButton } from "./player-bar";
import { useSounds } from "./sounds";

const MUSIC = ["music"] as const;
type Lists = Omit<MusicView, "revision">;

export function Music() {
  const { t } = useTranslation(["audio", "common"]);
  const queries = useQueryClient();
  const music = useQuery({ queryKey: MUSIC, queryFn: api.music });
  const { sounds, error, isPending } = useSounds("music");
  const [, navigate] = useLocation();
  const people = usePeople();
  const problem = music.error ?? error;
  if (problem) {
    return (
      <div className="audio-text">
        <Notice severity="problem">{sentence(problem)}</Notice>
      </div>
    );
  }
  if (!music.data || isPending) return <Waiting />;
  const { office, people: own } = music.data;

  const put = async (lists: Lists) => {
    const now = queries.getQueryData<MusicView>(MUSIC) ?? music.data;
    try {
      queries.setQueryData(MUSIC, await api.editMusic(now.revision, lists));
    } catch (refusal) {
      void queries.invalidateQueries({ queryKey: MUSIC });
      throw refusal;
    } finally {
      void queries.invalidateQueries({ queryKey: ["sounds"] });
    }
  };
  const change = (to: Partial<Lists>) => {
    const before: Lists = { office, people: own };
    void perform({
      name: t("told.music"),
      do: () => put({ ...before, ...to }),
      undo: () => put(before),
    }).catch(tellRefused);
  };
  const usual = sounds.filter(({ madeBy }) => madeBy === "builtIn");
  const others = [...people.values()]
    .filter(({ id }) => !own.some(({ person }) => person === id))
    .map(({ id, name }) => ({ id: String(id), label: visible(name) }))
    .sort((a, b) => a.label.localeCompare(b.label));
  const first = sounds.find(({ madeBy }) => madeBy !== "builtIn") ?? sounds[0];

  return (
    <div className="audio-text">
      <Section
        title={t("music.office")}
        lead={t("music.officeLead")}
        aside={
          <Button size="small" onPress={() => navigate("/audio?kind=music")}>
            {t("music.addSound")}
          </Button>
        }
      >
        {office.length === 0 ? (
          <>
            <ul className="pieces">
              {usual.map((sound) => (
                <li key={sound.id} className="piece">
                  <PieceWords sound={sound} />
                </li>
              ))}
            </ul>
            <p className="quiet audio-note">{t(usual.length ? "music.usual" : "music.nothing")}</p>
          </>
        ) : (
          <Pieces ids={office} sounds={sounds} onChange={(ids) => change({ office: ids })} />
        )}
        <div className="piece-add">
          <AddPiece sounds={sounds} taken={office} onAdd={(id) => change({ office: [...office, id] })} />
          {office.length > 0 && (
            <Button tone="quiet" onPress={() => change({ office: [] })}>
              {t("music.useUsual")}
            </Button>
          )}
        </div>
      </Section>
      <Section title={t("music.people")} lead={t("music.peopleLead")}>
        {own.length === 0 && <p className="quiet">{t("music.noPeople")}</p>}
        {own.map(({ person, sounds: ids }) => (
          <PersonMusic
            key={person}
            person={person}
            ids={ids}
            sounds={sounds}
            onChange={(next) =>
              change({
                people: next.length
                  ? own.map((one) => (one.person === person ? { person, sounds: next } : one))
                  : own.filter((one) => one.person !== person),
              })
            }
          />
        ))}
        <div className="piece-add">
          <ComboBox
            key={own.length}
            label={t("music.addPerson")}
            placeholder={t("music.addPerson")}
            options={others}
            value={null}
            isDisabled={!first}
            onChange={(id) =>
              first && change({ people: [...own, { person: Number(id), sounds: [first.id] }] })
            }
          />
        </div>
      </Section>
    </div>
  );
}

function PersonMusic(props: {
  person: PersonId;
  ids: readonly SoundId[];
  sounds: readonly SoundView[];
  onChange: (ids: SoundId[]) => void;
}) {
  const { person, ids, sounds, onChange } = props;
  const { t } = useTranslation("audio");
  const name = visible(usePeople().get(person)?.name ?? String(person));
  return (
    <section className="person-music" aria-label={name}>
      <header>
        <h3>
          <bdi>{name}</bdi>
        </h3>
        <IconButton icon={X} label={t("music.removePerson", { name })} onPress={() => onChange([])} />
      </header>
      <Pieces ids={ids} sounds={sounds} onChange={onChange} />
      <div className="piece-add">
        <AddPiece sounds={sounds} taken={ids} onAdd={(id) => onChange([...ids, id])} />
      </div>
    </section>
  );
}

/** Pieces in their order; arrows move them. */
function Pieces(props: {
  ids: readonly SoundId[];
  sounds: readonly SoundView[];
  onChange: (ids: SoundId[]) => void;
}) {
  const { ids, sounds, onChange } = props;
  const { t } = useTranslation("audio");
  return (
    <ol className="pieces" aria-label={t("music.order")}>
      {ids.map((id, place) => {
        const sound = sounds.find((one) => one.id === id);
        const title = sound ? visible(sound.title) : t("music.gone");
        return (
          <li key={id} className="piece">
            <PieceWords sound={sound} />
            <IconButton
              icon={ArrowUp}
              label={t("music.up", { title })}
              isDisabled={place === 0}
              onPress={() => onChange(swapped(ids, place, place - 1))}
            />
            <IconButton
              icon={ArrowDown}
              label={t("music.down", { title })}
              isDisabled={place === ids.length - 1}
              onPress={() => onChange(swapped(ids, place, place + 1))}
            />
            <IconButton
              icon={X}
              label={t("music.takeOut", { title })}
              onPress={() => onChange(ids.filter((other) => other !== id))}
            />
          </li>
        );
      })}
    </ol>
  );
}

function PieceWords({ sound }: { sound: SoundView | undefined }) {
  const { t } = useTranslation("audio");
  if (!sound) return <span className="piece-words quiet">{t("music.gone")}</span>;
  return (
    <>
      <PlayPiece sound={sound} />
      <span className="piece-words cut">
        <bdi>{visible(sound.title)}</bdi> <span className="quiet">{t(`madeBy.${sound.madeBy}`)}</span>
      </span>
      <span className="quiet number">{running(sound.seconds * 1000)}</span>
    </>
  );
}

function PlayPiece({ sound }: { sound: SoundView }) {
  const player = usePlayer({ src: api.soundFile(sound.id), seconds: sound.seconds });
  return <PlayButton player={player} name={visible(sound.title)} />;
}

function AddPiece(props: {
  sounds: readonly SoundView[];
  taken: readonly SoundId[];
  onAdd: (id: SoundId) => void;
}) {
  const { sounds, taken, onAdd } = props;
  const { t } = useTranslation("audio");
  const options = sounds
    .filter(({ id }) => !taken.includes(id))
    .map(({ id, title, seconds }) => ({
      id: String(id),
      label: visible(title),
      description: running(seconds * 1000),
    }));
  if (options.length === 0) return null;
  return (
    <ComboBox
      key={`${taken.length} ${options.length}`}
      label={t("music.addPiece")}
      placeholder={t("music.addPiece")}
      options={options}
      value={null}
      onChange={(id) => onAdd(Number(id))}
    />
  );
}

export function swapped<T>(list: readonly T[], a: number, b: number): T[] {
  const next = [...list];
  const [first, second] = [list[a], list[b]];
  if (first === undefined || second === undefined) return next;
  next[a] = second;
  next[b] = first;
  return next;
}
