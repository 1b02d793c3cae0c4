// Every word the user sees, by area: German.

import type { en } from "../en";
import type { Same } from "../same";
import { audio } from "./audio";
import { board } from "./board";
import { calls } from "./calls";
import { common } from "./common";
import { health } from "./health";
import { now } from "./now";
import { people } from "./people";
import { problems } from "./problems";
import { settings } from "./settings";
import { setup } from "./setup";
import { shell } from "./shell";
import { voicemail } from "./voicemail";

export const de: Same<typeof en> = {
  audio,
  board,
  calls,
  common,
  health,
  now,
  people,
  problems,
  settings,
  setup,
  shell,
  voicemail,
};
