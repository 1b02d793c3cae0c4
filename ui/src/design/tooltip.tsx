// A word that appears beside a sign.
import { Tooltip as AriaTooltip, TooltipTrigger } from "react-aria-components";
import { KeyHint } from "./key-hint";
import "./tooltip.css";

type TooltipProps = {
  text: string;
  keys?: string;
  placement?: "top" | "bottom" | "right" | "left";
  /** Something that can have the focus. */
  children: React.ReactNode;
};

export function Tooltip({ text, keys, placement = "bottom", children }: TooltipProps) {
  return (
    <TooltipTrigger delay={500} closeDelay={0}>
      {children}
      <AriaTooltip className="tooltip" placement={placement} offset={6}>
        {text}
        {keys && <KeyHint keys={keys} />}
      </AriaTooltip>
    </TooltipTrigger>
  );
}
