// A recording with its player: both sides of the call, or one of them.
import { Download } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { RecordingId } from "../../bindings/sound";
import { RadioGroup } from "../../design";
import { api } from "../../live/api";
import { type Player, usePlayer } from "../audio/player";
import { PlayerBar } from "../audio/player-bar";
import { mixSides, type Sides } from "./two-sides";

export function RecordingPlayer(props: {
  id: RecordingId;
  seconds: number;
  peaks: readonly number[];
  label: string;
  /** For the keys of the screen. */
  onPlayer?: (player: Player) => void;
}) {
  const { id, seconds, peaks, label, onPlayer } = props;
  const { t } = useTranslation("recordings");
  const player = usePlayer({ src: api.recordingFile(id), seconds });
  const [sides, setSides] = useSides(player);
  useEffect(() => onPlayer?.(player));
  return (
    <div className="recording-player">
      <PlayerBar player={player} peaks={peaks} label={label}>
        <a className="button" data-tone="quiet" data-size="small" href={api.recordingFile(id)} download>
          <Download size={15} strokeWidth={1.75} aria-hidden="true" />
          {t("download")}
        </a>
      </PlayerBar>
      <div className="recording-sides">
        <RadioGroup
          bare
          segments
          label={t("hear")}
          options={(["both", "from", "to"] as const).map((id) => ({ id, label: t(`sides.${id}`) }))}
          value={sides}
          onChange={setSides}
        />
      </div>
    </div>
  );
}

/** The sound goes straight to the ears until one side is asked for. */
function useSides({ sound, state }: Player): [Sides, (sides: Sides) => void] {
  const [sides, setSides] = useState<Sides>("both");
  const mix = useRef<ReturnType<typeof mixSides> | null>(null);
  useEffect(() => {
    const element = state === "playing" ? sound() : null;
    if (element && !mix.current && sides !== "both") mix.current = mixSides(element);
    mix.current?.choose(sides);
  }, [sides, state, sound]);
  useEffect(
    () => () => {
      mix.current?.close();
      mix.current = null;
    },
    [],
  );
  return [sides, setSides];
}
