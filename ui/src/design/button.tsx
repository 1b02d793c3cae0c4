// Buttons: a word, or a sign with a word for those who cannot see it.
import type { LucideIcon } from "lucide-react";
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components";
import { Tooltip } from "./tooltip";
import "./button.css";

type Base = Omit<AriaButtonProps, "children" | "className" | "style">;

export type ButtonProps = Base & {
  children: React.ReactNode;
  /** `accent` once per view at most; `danger` for what cannot be undone. */
  tone?: "plain" | "accent" | "danger" | "quiet";
  icon?: LucideIcon;
  size?: "normal" | "small";
};

export function Button({ children, tone = "plain", icon: Icon, size = "normal", ...rest }: ButtonProps) {
  return (
    <AriaButton {...rest} className="button" data-tone={tone} data-size={size}>
      {Icon && <Icon size={15} strokeWidth={1.75} aria-hidden="true" />}
      <span className="button-text">{children}</span>
    </AriaButton>
  );
}

export type IconButtonProps = Base & {
  icon: LucideIcon;
  /** What it does; also its tooltip. */
  label: string;
  /** The keys that do the same, such as `Ctrl+K`. */
  keys?: string;
  tone?: "quiet" | "danger";
};

export function IconButton({ icon: Icon, label, keys, tone = "quiet", ...rest }: IconButtonProps) {
  return (
    <Tooltip text={label} {...(keys ? { keys } : {})}>
      <AriaButton {...rest} aria-label={label} className="button icon-button" data-tone={tone}>
        <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
      </AriaButton>
    </Tooltip>
  );
}
