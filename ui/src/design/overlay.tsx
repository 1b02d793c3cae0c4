// What opens above the page: dialogs, questions, popovers and menus.
import type { LucideIcon } from "lucide-react";
import { X } from "lucide-react";
import {
  Dialog as AriaDialog,
  Menu as AriaMenu,
  Popover as AriaPopover,
  DialogTrigger,
  Header,
  Heading,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Modal,
  ModalOverlay,
  Separator,
  SubmenuTrigger,
} from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "./button";
import { KeyHint } from "./key-hint";
import "./overlay.css";

export type DialogProps = {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children: React.ReactNode;
  /** The buttons at the end, the main one last. */
  actions?: React.ReactNode;
  width?: "narrow" | "normal" | "wide";
  /** Stays open when something beside it is clicked, for what is shown only once. */
  isFirm?: boolean;
};

export function Dialog(props: DialogProps) {
  const { title, isOpen, onClose, children, actions, width = "normal", isFirm = false } = props;
  const { t } = useTranslation();
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable={!isFirm}
      className="scrim"
    >
      <Modal className="modal" data-width={width}>
        <AriaDialog className="dialog">
          <header className="dialog-header">
            <Heading slot="title">{title}</Heading>
            <IconButton icon={X} label={t("close")} onPress={onClose} />
          </header>
          <div className="dialog-body">{children}</div>
          {actions && <footer className="dialog-actions">{actions}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

export type AlertDialogProps = {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  children: React.ReactNode;
  /** What will be done, as the word on the button: "Remove Ana". */
  action: string;
  onAction: () => void;
  danger?: boolean;
  isBusy?: boolean;
};

/** Asks before something that cannot be undone. Prefer undo. */
export function AlertDialog(props: AlertDialogProps) {
  const { title, isOpen, onClose, children, action, onAction, danger = false, isBusy = false } = props;
  const { t } = useTranslation();
  return (
    <ModalOverlay isOpen={isOpen} onOpenChange={(open) => !open && onClose()} className="scrim">
      <Modal className="modal" data-width="narrow">
        <AriaDialog role="alertdialog" className="dialog">
          <header className="dialog-header">
            <Heading slot="title">{title}</Heading>
          </header>
          <div className="dialog-body">{children}</div>
          <footer className="dialog-actions">
            <Button onPress={onClose} autoFocus>
              {t("cancel")}
            </Button>
            <Button tone={danger ? "danger" : "accent"} onPress={onAction} isDisabled={isBusy}>
              {action}
            </Button>
          </footer>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/** A small dialog beside the button that opens it. `children` may be given how to close it. */
export function Popover({
  trigger,
  label,
  children,
}: {
  trigger: React.ReactNode;
  label: string;
  children: React.ReactNode | ((close: () => void) => React.ReactNode);
}) {
  return (
    <DialogTrigger>
      {trigger}
      <AriaPopover className="popover" offset={6}>
        <AriaDialog className="popover-dialog" aria-label={label}>
          {({ close }) => (typeof children === "function" ? children(close) : children)}
        </AriaDialog>
      </AriaPopover>
    </DialogTrigger>
  );
}

export type MenuEntry =
  | {
      id: string;
      label: string;
      icon?: LucideIcon;
      keys?: string;
      description?: string;
      danger?: boolean;
      isDisabled?: boolean;
      onAction?: () => void;
      /** Opens to the side instead of acting. */
      entries?: readonly MenuEntry[];
    }
  | { id: string; separator: true }
  | { id: string; heading: string; entries: readonly MenuEntry[] };

export type MenuProps = {
  /** The button that opens it. */
  trigger: React.ReactNode;
  label: string;
  entries: readonly MenuEntry[];
  /** For a menu that is opened from elsewhere, too. */
  isOpen?: boolean;
  onOpenChange?: (open: boolean) => void;
};

export function Menu({ trigger, label, entries, isOpen, onOpenChange }: MenuProps) {
  return (
    <MenuTrigger {...(isOpen === undefined ? {} : { isOpen })} {...(onOpenChange ? { onOpenChange } : {})}>
      {trigger}
      <AriaPopover className="popover" offset={4}>
        <AriaMenu
          className="menu"
          aria-label={label}
          {...(isOpen === undefined ? {} : { autoFocus: "first" as const })}
        >
          {entries.map((one) => entry(one))}
        </AriaMenu>
      </AriaPopover>
    </MenuTrigger>
  );
}

/** A menu at a place on the page, as after a right click. */
export function MenuAt({
  at,
  label,
  entries,
  onClose,
}: {
  at: HTMLElement;
  label: string;
  entries: readonly MenuEntry[];
  onClose: () => void;
}) {
  return (
    <AriaPopover
      className="popover"
      aria-label={label}
      offset={2}
      isOpen
      triggerRef={{ current: at }}
      placement="bottom start"
      onOpenChange={(open) => !open && onClose()}
    >
      <AriaMenu className="menu" aria-label={label} autoFocus="first" onClose={onClose}>
        {entries.map((one) => entry(one, onClose))}
      </AriaMenu>
    </AriaPopover>
  );
}

/** `close` is for a menu without a trigger: a choice in a menu beside it would leave it open. */
function entry(one: MenuEntry, close?: () => void): React.ReactElement {
  if ("separator" in one) return <Separator key={one.id} className="menu-line" />;
  if ("heading" in one) {
    return (
      <MenuSection key={one.id}>
        <Header className="menu-heading">{one.heading}</Header>
        {one.entries.map((inner) => entry(inner, close))}
      </MenuSection>
    );
  }
  const { icon: Icon, onAction } = one;
  const act = () => {
    onAction?.();
    close?.();
  };
  const item = (
    <MenuItem
      key={one.id}
      id={one.id}
      textValue={one.label}
      className="menu-item"
      data-danger={one.danger || undefined}
      isDisabled={one.isDisabled ?? false}
      {...(onAction ? { onAction: act } : {})}
    >
      <span className="menu-icon">{Icon && <Icon size={15} strokeWidth={1.75} aria-hidden="true" />}</span>
      <span className="menu-words">
        {one.label}
        {one.description && <span className="tick-note">{one.description}</span>}
      </span>
      {one.keys && <KeyHint keys={one.keys} />}
    </MenuItem>
  );
  if (!one.entries) return item;
  return (
    <SubmenuTrigger key={one.id}>
      {item}
      <AriaPopover className="popover" offset={-2}>
        <AriaMenu className="menu" aria-label={one.label}>
          {one.entries.map((inner) => entry(inner, close))}
        </AriaMenu>
      </AriaPopover>
    </SubmenuTrigger>
  );
}
