// Play, the shape of the sound, its place and its speed.
import { Pause, Play } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button, IconButton, Waveform, type WaveformProps } from "../../design";
import { count, running } from "../../text/format";
import type { Player } from "./player";
import { SPEEDS } from "./player-keys";
import "./player-bar.css";

export function PlayerBar({
  player,
  peaks,
  label,
  cut,
  children,
}: {
  player: Player;
  peaks: readonly number[];
  /** What is played, such as "Message from Ana". */
  label: string;
  cut?: WaveformProps["cut"];
  /** More controls at the end of the line. */
  children?: React.ReactNode;
}) {
  const { t } = useTranslation("audio");
  const isPlaying = player.state === "playing";
  const told = t("player.place", { at: running(player.position * 1000), of: running(player.seconds * 1000) });
  return (
    <div className="player" role="group" aria-label={label}>
      <div className="player-line">
        <span className="player-toggle">
          <IconButton
            icon={isPlaying ? Pause : Play}
            label={t(isPlaying ? "player.pause" : "player.play")}
            keys="Space"
            onPress={player.toggle}
          />
        </span>
        <Waveform
          peaks={peaks}
          seconds={player.seconds}
          position={player.position}
          onSeek={player.seek}
          label={t("player.seek")}
          told={told}
          {...(cut ? { cut } : {})}
        />
      </div>
      <div className="player-foot">
        <span className="number quiet">{told}</span>
        <span className="player-speeds" role="group" aria-label={t("player.speed")}>
          {SPEEDS.map((speed) => (
            <Button
              key={speed}
              size="small"
              tone="quiet"
              aria-pressed={player.speed === speed}
              onPress={() => player.setSpeed(speed)}
            >
              {t("player.times", { speed: count(speed) })}
            </Button>
          ))}
        </span>
        {children}
      </div>
      {player.state === "failed" && (
        <p className="field-error" role="alert">
          {t("player.failed")}
        </p>
      )}
    </div>
  );
}

/** A small button that plays a sound in a list. */
export function PlayButton({ player, name }: { player: Player; name: string }) {
  const { t } = useTranslation("audio");
  const isPlaying = player.state === "playing";
  return (
    <IconButton
      icon={isPlaying ? Pause : Play}
      label={t(isPlaying ? "player.pauseName" : "player.playName", { name })}
      onPress={player.toggle}
    />
  );
}
