// All screens: their place in the navigation, who sees them, and the code that is loaded when they are opened.
import {
  Activity,
  CircleDot,
  Clock,
  Hash,
  LayoutGrid,
  type LucideIcon,
  Music,
  PhoneIncoming,
  Settings,
  UsersRound,
  Voicemail,
  Workflow,
} from "lucide-react";
import { type ComponentType, lazy } from "react";
import type { Role } from "../bindings/api";

export type ScreenId =
  | "now"
  | "board"
  | "calls"
  | "voicemail"
  | "people"
  | "audio"
  | "flows"
  | "hours"
  | "lines"
  | "health"
  | "settings";

export type Screen = {
  id: ScreenId;
  /** The first part of the address; what follows belongs to the screen. */
  path: string;
  icon: LucideIcon;
  /** Screens of one group stand together in the navigation. */
  group: 1 | 2 | 3;
  /** Who sees it: this role and those above it. */
  least: Role;
  view: ComponentType;
};

export const SCREENS: readonly Screen[] = [
  {
    id: "now",
    path: "/",
    icon: CircleDot,
    group: 1,
    least: "staff",
    view: lazy(() => import("../features/now")),
  },
  {
    id: "board",
    path: "/board",
    icon: LayoutGrid,
    group: 1,
    least: "staff",
    view: lazy(() => import("../features/board")),
  },
  {
    id: "calls",
    path: "/calls",
    icon: PhoneIncoming,
    group: 1,
    least: "receptionist",
    view: lazy(() => import("../features/calls")),
  },
  {
    id: "voicemail",
    path: "/voicemail",
    icon: Voicemail,
    group: 1,
    least: "staff",
    view: lazy(() => import("../features/voicemail")),
  },
  {
    id: "people",
    path: "/people",
    icon: UsersRound,
    group: 2,
    least: "admin",
    view: lazy(() => import("../features/people")),
  },
  {
    id: "audio",
    path: "/audio",
    icon: Music,
    group: 2,
    least: "admin",
    view: lazy(() => import("../features/audio")),
  },
  {
    id: "flows",
    path: "/flows",
    icon: Workflow,
    group: 2,
    least: "admin",
    view: lazy(() => import("../features/flows")),
  },
  {
    id: "hours",
    path: "/hours",
    icon: Clock,
    group: 2,
    least: "admin",
    view: lazy(() => import("../features/hours")),
  },
  {
    id: "lines",
    path: "/lines",
    icon: Hash,
    group: 2,
    least: "admin",
    view: lazy(() => import("../features/lines")),
  },
  {
    id: "health",
    path: "/health",
    icon: Activity,
    group: 3,
    least: "admin",
    view: lazy(() => import("../features/health")),
  },
  {
    id: "settings",
    path: "/settings",
    icon: Settings,
    group: 3,
    least: "staff",
    view: lazy(() => import("../features/settings")),
  },
];

/** Outside the frame: nothing but the screen itself. */
export const WHOLE_WINDOW = {
  "/setup": lazy(() => import("../features/setup")),
  "/wall": lazy(() => import("../features/board/wall")),
} as const;
